import { AppError } from '../error.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import { kubeletConfig, replaceKubeletConfig } from './kubelet-config-map.ts'
import { drain, lastRenewal, lookAtNode, type NodeWork, start, stop, uncordon, waitMoved, waitReady } from './migration-node.ts'
import { type MigrationDeps, nameOf, type StoredNode, subjectOf } from './migration-store.ts'
import { rollBackNode } from './roll-back-job.ts'
import { writeFiles } from './write-files.ts'

/**
 * The documented way (https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/configure-cgroup-driver/#migrating-to-the-systemd-driver), node by node. It
 * halts on the first failure and leaves that node as it is, to be resumed or rolled back; a cancel puts the node that is worked on back.
 */
export function migrationJob(deps: MigrationDeps): JobDefinition {
  const { migration, kube, save } = deps
  const { nodes, spec } = migration
  const { driver } = spec
  const todo = nodes.filter((node) => node.state !== 'done')

  async function work(job: JobContext): Promise<Record<string, string>> {
    migration.state = 'running'
    migration.jobId = job.id
    await save()
    const workOn = async (node: StoredNode): Promise<NodeWork> => ({
      target: await deps.target(node),
      kube,
      jobId: job.id,
      signal: job.signal,
      limitMs: deps.limitMs,
      pauseMs: deps.pauseMs,
    })

    // All are looked at before anything is changed on one.
    await job.step('migrate-look', async () => {
      for (const node of nodes.filter((one) => one.node === null)) Object.assign(node, await lookAtNode(await workOn(node), driver))
      await save()
    })
    await job.step('migrate-config-map', async () => {
      const call = { jobId: job.id, signal: job.signal }
      // Gone on with, it may be another one than before: what somebody wrote there since stays, with the driver.
      const now = await kubeletConfig(kube, driver, call)
      if (migration.configMap === null || now.before !== now.after) migration.configMap = now
      await save()
      if (!(await replaceKubeletConfig(kube, now.before, now.after, call)))
        throw new AppError('host-file-changed', { path: 'kube-system/kubelet-config', target: subjectOf(migration) })
    })
    for (const [index, node] of todo.entries()) await moveNode(job, await workOn(node), node, { part: index + 1, all: todo.length })
    migration.state = 'done'
    await save()
    return { migrationId: migration.id }
  }

  async function moveNode(
    job: JobContext,
    on: NodeWork,
    node: StoredNode,
    of: { readonly part: number; readonly all: number },
  ): Promise<void> {
    const name = node.node ?? ''
    const facts = { node: name, ...of }
    const begin = async (step: string) => {
      job.signal.throwIfAborted()
      node.state = 'started'
      node.step = step
      await save()
    }
    // A cancel puts this node back; those before it are done.
    job.undo([name])
    await job.step(
      'migrate-drain',
      async () => {
        await begin('drain')
        await drain(on, name, spec.drain)
      },
      facts,
    )
    const renewal = await lastRenewal(on, name)
    await job.step(
      'migrate-stop',
      async () => {
        await begin('stop')
        await stop(on, node.units)
      },
      facts,
    )
    await job.step(
      'migrate-change',
      async () => {
        await begin('change')
        await writeFiles(on, node.files)
      },
      facts,
    )
    await job.step(
      'migrate-start',
      async () => {
        await begin('start')
        await start(on, node.units)
      },
      facts,
    )
    await job.step(
      'migrate-check',
      async () => {
        await begin('check')
        await waitReady(on, name, renewal)
        await waitMoved(on, name, driver, (moved, all) =>
          job.progress('migrate-check', all === 0 ? null : moved / all, { ...facts, moved, count: all }),
        )
      },
      facts,
    )
    await job.step(
      'migrate-uncordon',
      async () => {
        await begin('uncordon')
        if (!node.cordoned) await uncordon(on, name)
      },
      facts,
    )
    node.state = 'done'
    node.step = null
    job.undo([])
    await save()
  }

  return {
    kind: 'cgroup.migrate',
    subject: subjectOf(migration),
    facts: { driver, count: nodes.length, target: nodes[0]?.target ?? null },
    key: `host:${nodes[0]?.target ?? ''}`,
    alsoKeys: nodes.slice(1).map((node) => `host:${node.target}`),
    steps: [
      { id: 'migrate-look', usualMs: 3000 },
      { id: 'migrate-config-map', usualMs: 1000 },
      { id: 'migrate-drain', usualMs: 15_000 },
      { id: 'migrate-stop', usualMs: 2000 },
      { id: 'migrate-change', usualMs: 1000 },
      { id: 'migrate-start', usualMs: 3000 },
      { id: 'migrate-check', usualMs: 70_000 },
      { id: 'migrate-uncordon', usualMs: 1000 },
    ],
    memory: { migrationId: migration.id },
    run: work,
    cleanUp: async (job, why) => {
      const begun = nodes.find((node) => node.state === 'started')
      migration.state = 'halted'
      await save()
      if (begun === undefined) return why === 'cancelled' && nodes.every((node) => node.state === 'waiting') ? restoreMap(job) : []
      if (why === 'failed') return [nameOf(begun)]
      const on = {
        target: await deps.target(begun),
        kube,
        jobId: job.id,
        signal: new AbortController().signal,
        limitMs: deps.limitMs,
        pauseMs: deps.pauseMs,
      }
      try {
        await rollBackNode(on, begun, { save, drain: spec.drain })
      } catch (error) {
        console.error('a node could not be put back after a cancel:', error)
        return [nameOf(begun)]
      }
      begun.state = 'waiting'
      await save()
      return nodes.some((node) => node.state === 'done') ? [] : restoreMap(job)
    },
  }

  /** Nothing is changed any more: the migration is over. */
  async function restoreMap(job: JobContext): Promise<string[]> {
    const { configMap } = migration
    if (configMap !== null) {
      const isBack = await replaceKubeletConfig(kube, configMap.after, configMap.before, { jobId: job.id }).catch(() => false)
      if (!isBack) return ['kube-system/kubelet-config']
    }
    migration.state = 'rolled-back'
    await save()
    return []
  }
}
