import type { MigrationSpec } from '#shared/contract/runtimes.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import { replaceKubeletConfig } from './kubelet-config-map.ts'
import { drain, lastRenewal, type NodeWork, start, stop, uncordon, waitMoved, waitReady } from './migration-node.ts'
import { type MigrationDeps, nameOf, type StoredNode, subjectOf } from './migration-store.ts'
import { putBackFiles } from './write-files.ts'

type Step = 'migrate-drain' | 'migrate-stop' | 'migrate-restore' | 'migrate-start' | 'migrate-check' | 'migrate-uncordon'
type How = {
  save(): Promise<void>
  readonly drain: MigrationSpec['drain']
  /** Runs a part as a step of a job. Left out: there is no job to show it. */
  step?(id: Step, work: () => Promise<void>): Promise<void>
  progress?(moved: number, all: number): void
}

/** What a node needs to be as it was: its files, its services, its place among the nodes. Safe to be done again. */
export async function rollBackNode(on: NodeWork, node: StoredNode, how: How): Promise<void> {
  const name = node.node ?? ''
  const run = how.step ?? ((_: Step, work: () => Promise<void>) => work())
  const wasStopped = node.state === 'done' || (node.step !== 'drain' && node.step !== null)
  // Pods that came since would lose their cgroups. A node that is in the middle has none, and its API may be away with it.
  if (node.state === 'done') await run('migrate-drain', () => drain(on, name, how.drain))
  if (wasStopped) {
    const renewal = await lastRenewal(on, name)
    await run('migrate-stop', () => stop(on, node.units))
    await run('migrate-restore', () => putBackFiles(on, node.files))
    await run('migrate-start', () => start(on, node.units))
    await run('migrate-check', async () => {
      await waitReady(on, name, renewal)
      if (node.was !== null) await waitMoved(on, name, node.was, how.progress ?? (() => {}))
    })
  }
  await run('migrate-uncordon', async () => {
    if (!node.cordoned) await uncordon(on, name)
  })
  node.state = 'rolled-back'
  node.step = null
  await how.save()
}

/** Puts every node of a migration back that was begun, the last first, and then what the cluster says to new ones. */
export function rollBackJob(deps: MigrationDeps): JobDefinition {
  const { migration, kube, save } = deps
  const { nodes, spec } = migration
  const todo = nodes.filter((node) => node.state === 'started' || node.state === 'done').toReversed()

  async function work(job: JobContext): Promise<Record<string, string>> {
    migration.state = 'running'
    migration.jobId = job.id
    await save()
    for (const [index, node] of todo.entries()) {
      const facts = { node: nameOf(node), part: index + 1, all: todo.length }
      const on = { target: await deps.target(node), kube, jobId: job.id, signal: job.signal, limitMs: deps.limitMs, pauseMs: deps.pauseMs }
      await rollBackNode(on, node, {
        save,
        drain: spec.drain,
        step: (id, run) => job.step(id, run, facts),
        progress: (moved, all) => job.progress('migrate-check', all === 0 ? null : moved / all, { ...facts, moved, count: all }),
      })
    }
    await job.step('migrate-config-map', async () => {
      const { configMap } = migration
      // What somebody else wrote there since stays.
      if (configMap !== null) await replaceKubeletConfig(kube, configMap.after, configMap.before, { jobId: job.id, signal: job.signal })
    })
    migration.state = 'rolled-back'
    await save()
    return { migrationId: migration.id }
  }

  return {
    kind: 'cgroup.roll-back',
    subject: subjectOf(migration),
    facts: { driver: spec.driver, count: nodes.length, target: nodes[0]?.target ?? null },
    key: `host:${nodes[0]?.target ?? ''}`,
    alsoKeys: nodes.slice(1).map((node) => `host:${node.target}`),
    steps: [
      ...(todo.some((node) => node.state === 'done') ? [{ id: 'migrate-drain' as const, usualMs: 15_000 }] : []),
      { id: 'migrate-stop', usualMs: 2000 },
      { id: 'migrate-restore', usualMs: 1000 },
      { id: 'migrate-start', usualMs: 3000 },
      { id: 'migrate-check', usualMs: 20_000 },
      { id: 'migrate-uncordon', usualMs: 1000 },
      { id: 'migrate-config-map', usualMs: 1000 },
    ],
    memory: { migrationId: migration.id },
    run: work,
    cleanUp: async () => {
      migration.state = 'halted'
      await save()
      return nodes.flatMap((node) => (node.state === 'started' || node.state === 'done' ? [nameOf(node)] : []))
    },
  }
}
