import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import { AppError } from '../error.ts'
import type { JobContext } from '../jobs/types.ts'
import { check } from './host.ts'
import { findLeftovers, type KnownCluster } from './leftovers.ts'
import { removeLeftovers } from './remove-leftovers.ts'
import type { Host } from './types.ts'

/** `via`: the control plane that forgets the node; null: nobody is asked to. */
type On = { readonly host: Host; readonly via: Host | null; readonly job: Pick<JobContext, 'id' | 'signal' | 'step'> }

/** What goes besides what `kubeadm reset` takes itself: ids of leftovers. */
type What = { readonly node: string; readonly leftovers: readonly string[]; readonly of: KnownCluster; readonly criSocket?: string | null }

/**
 * Takes Kubernetes off a host whose pods have left: reset, then the Node object, then the leftovers that were named. In this order, as the reset of a control plane
 * finds its etcd member through its Node: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/#remove-the-node. May be done
 * again. Throws as `check`.
 */
export async function takeOff({ host, via, job }: On, { node, leftovers, of, criSocket = null }: What): Promise<void> {
  const work = { host, job }
  await job.step('reset-host', () => check(work, kubeadmCommands.reset(criSocket), { timeoutMs: 300_000 }))
  if (via !== null) await job.step('forget-node', () => check({ host: via, job }, kubeadmCommands.forgetNode(node)))
  await job.step('remove-leftovers', async () => removeLeftovers(work, await named(host, leftovers, of), of.podSubnet))
}

/** Throws `left-behind` where something of it is still there. */
export async function mustBeGone(host: Host, leftovers: readonly string[], of: KnownCluster): Promise<void> {
  const left = await named(host, leftovers, of)
  if (left.length > 0) throw new AppError('left-behind', { what: left.map((one) => one.name).join(', ') })
}

async function named(host: Host, leftovers: readonly string[], of: KnownCluster) {
  return (await findLeftovers(host, of)).filter((one) => one.byReset || leftovers.includes(one.id))
}
