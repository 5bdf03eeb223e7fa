import { adminConf, kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition, Reconcile } from '../jobs/types.ts'
import { check, stillRunning } from './host.ts'
import { authorityIn } from './join-command.ts'
import { type Look, lookAt, serverOf } from './look.ts'
import { contextsTo, ownConfigs } from './take-context.ts'
import { mustBeGone, takeOff } from './take-off.ts'
import { type Host, hostKey, type KubeadmDeps } from './types.ts'

export type ResetWish = {
  readonly target: TargetId
  readonly leftovers: readonly string[]
  readonly via: TargetId | null
  readonly context: boolean
}

/** The job that takes Kubernetes off a host: out of its cluster, reset, leftovers that were named, and a look whether all is gone. Once begun it goes to its end. */
export function resetJob(deps: KubeadmDeps, host: Host, via: Host | null, wish: ResetWish): JobDefinition {
  return {
    kind: 'kubeadm.reset',
    subject: host.name,
    facts: { target: wish.target, leftovers: wish.leftovers.length },
    key: hostKey(wish.target),
    cancellable: false,
    steps: [
      { id: 'look-at-host', usualMs: 500 },
      ...(via === null ? [] : ([{ id: 'drain-node', usualMs: 5_000 }] as const)),
      { id: 'reset-host', usualMs: 3_000 },
      ...(via === null ? [] : ([{ id: 'forget-node', usualMs: 500 }] as const)),
      { id: 'remove-leftovers', usualMs: 1_000 },
      ...(wish.context ? ([{ id: 'remove-context', usualMs: 100 }] as const) : []),
      { id: 'verify-gone', usualMs: 500 },
    ],
    memory: { target: wish.target, wish: JSON.stringify(wish) },
    run: (job) => runReset(deps, host, via, wish, job),
  }
}

/** A reset of a killed Cove is done once more: everything in it may be. Nothing of the cluster is asked for what the first round has removed already. */
export const reconcileReset =
  (deps: KubeadmDeps): Reconcile =>
  async (job, memory) => {
    const wish = JSON.parse(memory['wish'] ?? '') as ResetWish
    const host = await deps.targets.machine(wish.target)
    const running = await stillRunning(host, job)
    if (running.length > 0) return { state: 'interrupted', left: running }
    const quiet: Pick<JobContext, 'id' | 'signal' | 'step' | 'remember'> = {
      id: job.id,
      signal: new AbortController().signal,
      step: (_, work) => work(),
      remember: async () => {},
    }
    const via = wish.via === null ? null : await deps.targets.machine(wish.via).catch(() => null)
    try {
      const result = await runReset(deps, host, via, wish, quiet, memory)
      // Nobody is there to be asked to forget it.
      if (wish.via !== null && via === null) return { state: 'interrupted', left: [`node ${memory['node'] ?? ''}`.trim()] }
      return { state: 'succeeded', left: [], result }
    } catch (error) {
      return {
        state: 'interrupted',
        left: [error instanceof AppError ? String(error.facts['what' as never] ?? error.code) : String(error)],
      }
    }
  }

/** `keptContexts`: those of whose cluster nobody can tell. */
async function runReset(
  deps: KubeadmDeps,
  host: Host,
  via: Host | null,
  wish: ResetWish,
  job: Pick<JobContext, 'id' | 'signal' | 'step' | 'remember'>,
  memory: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> {
  // Asked before the reset, which takes away whom to ask.
  const known = await job.step('look-at-host', async () => {
    const look = await lookAt(host, job.signal)
    const conf = await host.readFile(look.kind === 'worker' ? '/etc/kubernetes/kubelet.conf' : '/etc/kubernetes/admin.conf', { root: true })
    const found = {
      // The first round may have taken away the file that says another name than the host's.
      node: memory['node'] || look.node,
      podSubnet: memory['podSubnet'] || (look.cluster?.podSubnet ?? ''),
      server: memory['server'] || (look.kind === 'control-plane' ? (serverOf(conf ?? '') ?? '') : ''),
      authority: memory['authority'] || (authorityIn(conf ?? '') ?? ''),
      // With other control planes the cluster stays, and contexts to its common address with it.
      others: memory['others'] || ((look.nodes ?? []).some((one) => one.controlPlane && one.name !== look.node) ? 'yes' : 'no'),
      etcd: memory['etcd'] || (look.signs.includes('/etc/kubernetes/manifests/etcd.yaml') ? 'yes' : 'no'),
    }
    await job.remember(found)
    return { ...found, look }
  })
  const of = { podSubnet: known.podSubnet || null, authority: known.authority || null, keep: await ownConfigs(deps, host) }
  if (via !== null) await job.step('drain-node', () => drain({ host: via, job }, known.node, known.look))
  const memberLeft = await takeOff({ host, via, job }, { node: known.node, leftovers: wish.leftovers, of })
  let kept: string[] = []
  if (wish.context && known.server !== '')
    await job.step('remove-context', async () => {
      const cluster = { server: known.server, authority: known.authority || null }
      const { found, unsure } = await contextsTo(deps, host, cluster, { own: known.others === 'yes' })
      for (const context of found) await deps.kubeconfig.remove(context, `kubeadm reset ${host.name}`)
      kept = unsure.map(({ name }) => name)
    })
  await job.step('verify-gone', async () => {
    await mustBeGone(host, wish.leftovers, of)
    // The machine is clean, but etcd waits for a member that does not come back.
    if (memberLeft && known.etcd === 'yes' && known.others === 'yes') throw new AppError('etcd-member-left', { node: known.node })
  })
  return { target: wish.target, ...(kept.length === 0 ? {} : { keptContexts: kept.join(', ') }) }
}

/**
 * A node that Kubernetes does not know, or whose kubelet does not run, is none to be drained. One that cannot be drained is not reset, and takes pods again if it did
 * before. Throws `command-failed`, also where the control plane does not answer.
 */
async function drain(
  work: { readonly host: Host; readonly job: Pick<JobContext, 'id' | 'signal'> },
  node: string,
  { kubeletRunning }: Look,
): Promise<void> {
  const format = '--output=jsonpath={.metadata.name}/{.spec.unschedulable}'
  const argv = ['kubectl', `--kubeconfig=${adminConf}`, 'get', 'node', node, '--ignore-not-found', format] as const
  const [name = '', unschedulable] = (await check(work, argv, { quiet: true, timeoutMs: 15_000 })).stdout.trim().split('/')
  if (name === '' || !kubeletRunning) return
  try {
    await check(work, kubeadmCommands.drain(node))
  } catch (error) {
    if (unschedulable !== 'true') await check(work, kubeadmCommands.uncordon(node), { timeoutMs: 30_000 }).catch(() => undefined)
    throw error
  }
}
