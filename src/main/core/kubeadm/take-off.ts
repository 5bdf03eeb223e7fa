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
 * again. True: kubeadm said that it could not take its member out of etcd, for which a reset does not fail; where etcd is outside it says so too. Throws as `check`.
 */
export async function takeOff({ host, via, job }: On, { node, leftovers, of, criSocket = null }: What): Promise<boolean> {
  const work = { host, job }
  const { stderr } = await job.step('reset-host', () => check(work, kubeadmCommands.reset(criSocket), { timeoutMs: 300_000 }))
  if (via !== null) await job.step('forget-node', () => check({ host: via, job }, kubeadmCommands.forgetNode(node)))
  await job.step('remove-leftovers', async () => removeLeftovers(work, await stillThere(host, leftovers, of), of.podSubnet))
  return memberLeft.test(stderr)
}

/** https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kubeadm/app/cmd/phases/reset/removeetcdmember.go#L68, and where it has no configuration to look with, cmd/reset.go */
const memberLeft = /Failed to remove etcd member|Unable to fetch the kubeadm-config ConfigMap/

/** Throws `left-behind` where something of it is still there. */
export async function mustBeGone(host: Host, leftovers: readonly string[], of: KnownCluster): Promise<void> {
  const left = await stillThere(host, leftovers, of)
  if (left.length > 0) throw new AppError('left-behind', { what: left.map((one) => one.name).join(', ') })
}

/** What a reset takes and what was named, as far as it is there. Throws as `findLeftovers`. */
export async function stillThere(host: Host, leftovers: readonly string[], of: KnownCluster) {
  return (await findLeftovers(host, of)).filter((one) => one.byReset || leftovers.includes(one.id))
}
