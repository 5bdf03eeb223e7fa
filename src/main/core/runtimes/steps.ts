import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'

export const file = (path: string, before: string | null, after: string | null): HostAction => ({
  kind: 'file',
  path,
  before,
  after,
  mode: null,
})

/** `undo` null: nothing undoes it. Empty: there is nothing to undo. */
export const command = (argv: string[], more: { readonly undo?: string[] | null; readonly check?: string[] | null } = {}): HostAction => ({
  kind: 'command',
  argv,
  undo: more.undo === undefined ? [] : more.undo,
  check: more.check ?? null,
})

export function step(id: string, link: string | null, actions: HostAction[], facts: HostStep['facts'] = {}): HostStep {
  const done = actions.length > 0 && actions.every((action) => action.kind === 'file' && action.before === action.after)
  return { id, facts, actions, root: true, link, done }
}

/** Undone by being done again once the files are back. */
export function restart(unit: string): HostStep {
  const argv = ['systemctl', 'restart', unit]
  return step('runtime-restart', null, [command(argv, { undo: argv, check: ['systemctl', 'is-active', '--quiet', unit] })], { unit })
}

export const reloadUnits = (): HostAction => command(['systemctl', 'daemon-reload'], { undo: ['systemctl', 'daemon-reload'] })

export const pages = {
  drivers: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-drivers',
  containerdDriver: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#containerd-systemd',
  containerd: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#containerd',
  containerdSandbox: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#override-pause-image-containerd',
  crio: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cri-o',
  crioDriver: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-driver',
  crioSandbox: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#override-pause-image-cri-o',
  docker: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#docker',
  dockerSandbox: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#override-pause-image-cri-dockerd',
  containerdHosts: 'https://github.com/containerd/containerd/blob/main/docs/hosts.md',
  registriesConf: 'https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md',
  dockerMirrors: 'https://docs.docker.com/docker-hub/image-library/mirror/',
} as const
