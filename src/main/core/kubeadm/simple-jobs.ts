import { setTimeout as sleep } from 'node:timers/promises'
import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition, Reconcile } from '../jobs/types.ts'
import { check, jobFile, putJobFile, removeFiles, stillRunning, withConfig } from './host.ts'
import { parseNodes } from './parse.ts'
import { type Host, hostKey, type KubeadmDeps } from './types.ts'

export function pullJob(host: Host, target: TargetId, document: string | null): JobDefinition {
  return {
    kind: 'kubeadm.pull-images',
    subject: host.name,
    facts: { target },
    key: hostKey(target),
    join: true,
    steps: [{ id: 'pull-images', usualMs: 60_000 }],
    run: async (job) => {
      await job.step('pull-images', () =>
        withConfig({ host, job }, document, (file) => check({ host, job }, kubeadmCommands.pullImages(file))),
      )
      return { target }
    },
  }
}

/** Applies a manifest on a control plane and waits for the nodes. What was applied stays when the wait is cancelled: it is the cluster's then. */
export function networkJob(host: Host, target: TargetId, manifest: string): JobDefinition {
  return {
    kind: 'kubeadm.network',
    subject: host.name,
    facts: { target },
    key: hostKey(target),
    steps: [
      { id: 'apply-manifests', usualMs: 1_000 },
      { id: 'wait-nodes', usualMs: 20_000 },
    ],
    run: async (job) => {
      await job.step('apply-manifests', async () => {
        const file = await putJobFile({ host, job }, 'network.yaml', manifest)
        try {
          await check({ host, job }, kubeadmCommands.applyManifest(file), { timeoutMs: 120_000 })
        } finally {
          await removeFiles({ host, job }, [file])
        }
      })
      await job.step('wait-nodes', () => waitForNodes(host, job, 300))
      return { target }
    },
  }
}

/** Whatever of it still runs there is ended, and its file removed. */
export const reconcileSimple =
  (deps: KubeadmDeps): Reconcile =>
  async (job) => {
    const host = await deps.targets.machine(String(job.facts['target']))
    const running = await stillRunning(host, job)
    if (running.length > 0) return { state: 'interrupted', left: running }
    await removeFiles(
      { host, job },
      ['config.yaml', 'network.yaml'].map((name) => jobFile(job, name)),
    )
    return { state: 'interrupted', left: [] }
  }

/** Until every node of the cluster is ready. Throws `nodes-not-ready`. */
export async function waitForNodes(host: Host, job: JobContext, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const said = await host.run({ argv: kubeadmCommands.nodes(), root: true, quiet: true, timeoutMs: 10_000, signal: job.signal })
    if (said.exitCode === 0) {
      const nodes = parseNodes(said.stdout)
      const ready = nodes.filter((one) => one.ready).length
      job.progress('wait-nodes', nodes.length === 0 ? null : ready / nodes.length, { ready, nodes: nodes.length })
      if (nodes.length > 0 && ready === nodes.length) return
    }
    await sleep(1_000, undefined, { signal: job.signal })
  }
  throw new AppError('nodes-not-ready', { cluster: host.name, seconds })
}
