import type { ToolName, ToolPackage } from '#shared/contract/toolchain.ts'

/** The names under which managers without an own word on a file's owner know the tools. */
const usual: Readonly<Record<'winget' | 'choco', Partial<Record<ToolName, string>>>> = {
  winget: {
    kubectl: 'Kubernetes.kubectl',
    kind: 'Kubernetes.kind',
    minikube: 'Kubernetes.minikube',
    helm: 'Helm.Helm',
    docker: 'Docker.DockerCLI',
  },
  choco: { kubectl: 'kubernetes-cli', kind: 'kind', minikube: 'minikube', helm: 'kubernetes-helm', docker: 'docker-cli' },
}

/** Modules of tools that `go install` builds. */
const modules: Partial<Record<ToolName, string>> = { kind: 'sigs.k8s.io/kind', helm: 'helm.sh/helm/v3/cmd/helm' }

export function usualName(manager: ToolPackage['manager'], tool: ToolName): string | null {
  return manager === 'winget' || manager === 'choco' ? (usual[manager][tool] ?? null) : null
}

/** What updates a package, to be copied: who installed it also updates it. A held one is let go first, and held again. Pure. */
export function updateCommands(
  { manager, name, held }: Pick<ToolPackage, 'manager' | 'name' | 'held'>,
  tool: ToolName,
  rpmTool: 'dnf' | 'yum' | 'zypper' = 'dnf',
): string[] {
  if (manager === 'go') return modules[tool] ? [`go install ${modules[tool]}@latest`] : []
  if (name === null || !/^[\w.+@:/-]+$/.test(name)) return []
  switch (manager) {
    case 'apt':
      return [
        'sudo apt-get update',
        ...(held ? [`sudo apt-mark unhold ${name}`] : []),
        `sudo apt-get install --only-upgrade ${name}`,
        ...(held ? [`sudo apt-mark hold ${name}`] : []),
      ]
    case 'rpm':
      return [rpmTool === 'zypper' ? `sudo zypper update ${name}` : `sudo ${rpmTool} upgrade ${name}`]
    case 'pacman':
      // A part of the system must not be newer than the rest: https://wiki.archlinux.org/title/System_maintenance#Partial_upgrades_are_unsupported
      return ['sudo pacman -Syu']
    case 'apk':
      return [`apk add --upgrade ${name}`]
    case 'brew':
      return [...(held ? [`brew unpin ${name}`] : []), `brew upgrade ${name}`, ...(held ? [`brew pin ${name}`] : [])]
    case 'snap':
      return [...(held ? [`sudo snap refresh --unhold ${name}`] : []), `sudo snap refresh ${name}`]
    case 'asdf':
      return [`asdf install ${name} latest`, `asdf set --home ${name} latest`]
    case 'mise':
      return [`mise upgrade ${name}`]
    case 'winget':
      return [`winget upgrade --id ${name} --exact`]
    case 'choco':
      return [`choco upgrade ${name}`]
    case 'scoop':
      return [...(held ? [`scoop unhold ${name}`] : []), `scoop update ${name}`, ...(held ? [`scoop hold ${name}`] : [])]
    case 'nix':
    case 'bundle':
      return []
  }
}
