import type { HostStep } from '#shared/contract/host-changes.ts'
import type { KubeadmState } from '#shared/contract/kubeadm.ts'
import { AppError } from '../error.ts'
import { familyOf, keepPresent, packageCommands } from '../host-changes/packages.ts'
import { obsRepository, withFiles } from '../host-changes/repositories.ts'
import { command, step } from '../host-changes/steps.ts'
import type { Target } from '../targets/types.ts'

type Programs = KubeadmState['programs']

type Packages = { readonly minor: string; readonly names?: readonly string[]; readonly mirror?: string }

/** The newest minor that Cove is tested with. */
export const usualMinor = 'v1.34'

const publisher = 'https://pkgs.k8s.io/core:/stable:'
const all = ['kubelet', 'kubeadm', 'kubectl']
const link = 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/#installing-kubeadm-kubelet-and-kubectl'

/** What is missing of the three, and in which minor: beside a kubeadm and a kubelet that are there, only their own kubectl, as nothing may move a node on the way. Pure. */
export function missingPrograms(
  { kubeadm, kubelet }: Programs,
  wished: string | null,
): { readonly minor: string; readonly names: readonly string[] } {
  const own = /^v1\.\d+/.exec(kubeadm ?? '')?.[0]
  if (own !== undefined && kubelet !== null) return { minor: own, names: ['kubectl'] }
  return { minor: wished ?? usualMinor, names: all }
}

/**
 * kubelet, kubeadm and kubectl of a minor (`v1.34`) from the packages that the project publishes, held at it: an update of the whole system must not move a node to
 * another Kubernetes. `mirror` as `mirrors.packages` of the settings. Throws `runtime-install-unknown` where no packages are published for the distribution.
 */
export async function kubernetesSteps(target: Target, { minor, names = all, mirror = '' }: Packages): Promise<HostStep[]> {
  return keepPresent(target, await stepsFor(target, { minor, names, mirror }))
}

async function stepsFor(target: Target, { minor, names, mirror }: Required<Packages>): Promise<HostStep[]> {
  const { distribution } = await target.look()
  const family = familyOf(distribution)
  if (family === null) {
    const facts = {
      runtime: 'kubeadm',
      distribution: distribution[0] ?? null,
      reason: distribution.includes('alpine') ? 'alpine' : 'distribution',
    }
    throw new AppError('runtime-install-unknown', facts)
  }
  const from = mirror === '' ? publisher : new URL(mirror).href.replace(/\/+$/, '')
  const facts = { kubernetes: minor, repository: new URL(from).host }
  const enable = command(['systemctl', 'enable', '--now', 'kubelet'], {
    undo: ['systemctl', 'disable', '--now', 'kubelet'],
    check: ['systemctl', 'is-enabled', '--quiet', 'kubelet'],
  })
  const told = { id: 'kubernetes-repository', link, facts }
  const source = { name: 'kubernetes', title: 'Kubernetes', base: `${publisher}/${minor}`, mirror: `${from}/${minor}` }
  const start = names.includes('kubelet') ? [step('kubelet-enable', link, [enable])] : []
  const installed = (...packages: string[]) => packageCommands(family, ...packages)
  if (family === 'debian') {
    const hold = command(['apt-mark', 'hold', ...names], { undo: ['apt-mark', 'unhold', ...names] })
    return [
      ...(await withFiles(target, [obsRepository(source, family, told)])),
      step('kubernetes-install', link, installed(...names), facts),
      step('kubernetes-hold', link, [hold]),
      ...start,
    ]
  }
  if (family === 'arch') return [step('kubernetes-install', link, installed(...names), facts), ...start]
  const more = family === 'suse' ? '' : `exclude=${all.join(' ')} cri-tools kubernetes-cni\n`
  const install = installed(...(family === 'suse' ? [] : ['--setopt=disable_excludes=kubernetes']), ...names)
  return [
    ...(await withFiles(target, [obsRepository({ ...source, more }, family, told)])),
    // The option is for the install alone.
    step(
      'kubernetes-install',
      link,
      install.map((action) => (action.kind === 'command' ? { ...action, undo: plain(action.undo), check: plain(action.check) } : action)),
      facts,
    ),
    ...start,
  ]
}

const plain = (argv: readonly string[] | null) => argv?.filter((part) => !part.startsWith('--setopt=')) ?? null
