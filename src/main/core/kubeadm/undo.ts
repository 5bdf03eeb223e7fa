import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { KubeadmLeftover } from '#shared/contract/kubeadm.ts'
import { check, jobFile, removeFiles } from './host.ts'
import { findLeftovers } from './leftovers.ts'
import { lookAt } from './look.ts'
import { removeLeftovers } from './remove-leftovers.ts'
import type { Host } from './types.ts'

/** Names of files that an init or join of a job may have put on a host. */
export const jobFiles = ['config.yaml'] as const

export type Undo = {
  /** Ids of leftovers that were there already. */
  readonly before: readonly string[]
  readonly podSubnet: string | null
  /** The one that kubeadm was told of; without it a reset fails where there are several. */
  readonly criSocket: string | null
}

/**
 * Takes back what an init or join made: resets, and removes what was not there before it. Returns what is still there, for people.
 * Only to be called where nothing of kubeadm was there before, and nothing of the job runs any more (`stillRunning`).
 */
export async function undoOnHost(host: Host, job: { readonly id: string }, { before, podSubnet, criSocket }: Undo): Promise<string[]> {
  const work = { host, job: { id: job.id, signal: new AbortController().signal } }
  await removeFiles(
    work,
    jobFiles.map((name) => jobFile(job, name)),
  )
  const { kind } = await lookAt(host)
  if (kind !== 'none') await check(work, kubeadmCommands.reset(criSocket), { timeoutMs: 180_000 })
  const ours = (all: readonly KubeadmLeftover[]) => all.filter((one) => !before.includes(one.id))
  await removeLeftovers(work, ours(await findLeftovers(host, { podSubnet })), podSubnet)
  return ours(await findLeftovers(host, { podSubnet })).map((one) => one.name)
}
