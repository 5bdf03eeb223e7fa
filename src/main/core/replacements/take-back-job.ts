import type { JobDefinition } from '../jobs/types.ts'
import { hostKey } from '../kubeadm/types.ts'
import { replaceKubeletConfig } from '../runtimes/kubelet-config-map.ts'
import { type NodeWork, uncordon } from '../runtimes/migration-node.ts'
import { nodeOf, type ReplacementDeps } from './replacement-store.ts'

type Step = 'migrate-uncordon' | 'migrate-config-map'

/** Lets pods in again where they were before, and puts back what the cluster says to nodes that join. Safe to be done again. Throws as `uncordon`, `replaceKubeletConfig`. */
export async function takeBack(
  { record, kube, save, isWanted }: Pick<ReplacementDeps, 'record' | 'kube' | 'save' | 'isWanted'>,
  on: NodeWork,
  step: (id: Step, work: () => Promise<void>) => Promise<void> = (_, work) => work(),
): Promise<void> {
  const { node, configMap } = record
  await step('migrate-uncordon', async () => {
    if (node !== null && !node.cordoned) await uncordon(on, node.name)
  })
  await step('migrate-config-map', async () => {
    // What somebody else wrote there since stays, and what another node has been made with.
    if (configMap !== null && !(await isWanted()))
      await replaceKubeletConfig(kube, configMap.after, configMap.before, { jobId: on.jobId, signal: on.signal })
  })
  record.state = 'taken-back'
  await save()
}

/** Takes a replacement back that halted before the reset. */
export function takeBackJob(deps: ReplacementDeps): JobDefinition {
  const { record, save } = deps
  const { spec } = record
  return {
    kind: 'cgroup.take-back',
    subject: nodeOf(record),
    facts: { driver: spec.driver, target: spec.target },
    key: hostKey(spec.target),
    alsoKeys: [hostKey(spec.via)],
    steps: [
      { id: 'migrate-uncordon', usualMs: 500 },
      { id: 'migrate-config-map', usualMs: 500 },
    ],
    memory: { replacementId: record.id },
    run: async (job) => {
      record.state = 'running'
      record.jobId = job.id
      await save()
      await takeBack(deps, { ...deps, target: deps.host, jobId: job.id, signal: job.signal }, (id, work) => job.step(id, work))
      return { replacementId: record.id }
    },
    cleanUp: async () => {
      record.state = 'halted'
      await save()
      return [nodeOf(record)]
    },
  }
}
