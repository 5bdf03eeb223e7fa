import { setTimeout as sleep } from 'node:timers/promises'
import type { ContextRef } from '#shared/contract/base.ts'
import type { Cluster } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import type { CommandResult } from '../exec/types.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { kubectlError } from '../workloads/api-errors.ts'
import { helm, listArgs, uninstallArgs, upgradeArgs } from './helm.ts'
import { isSameObject, type ManifestObject, objectsOf, withoutObjects } from './manifest.ts'
import { type KeptInstall, notToDelete } from './store.ts'
import type { NetworkDeps } from './types.ts'
import { waitForDaemonSets, waitForNodes } from './wait.ts'

type Work = { readonly deps: NetworkDeps; readonly cluster: Cluster; readonly context: ContextRef; readonly limitMs: number }
export const keyOf = (cluster: Cluster) => `network:${cluster.id}`

/**
 * Applies, then waits until the plugin is on every node. What was applied is kept before it is, so that it can be removed also after a cancel or a kill: a cluster
 * whose network was taken away halfway is worse off than one that has a part of it.
 */
export function applyJob(work: Work, install: KeptInstall): JobDefinition {
  const { deps, cluster, context, limitMs } = work
  return {
    kind: 'network.apply',
    subject: cluster.name,
    facts: { clusterId: cluster.id, manifest: install.name },
    key: keyOf(cluster),
    steps: [
      { id: 'apply-manifests', usualMs: 2_000 },
      { id: 'wait-network', usualMs: 20_000 },
      { id: 'wait-nodes', usualMs: 5_000 },
    ],
    run: async (job) => {
      const objects = await inNamespace(work, install)
      const options = { jobId: job.id, signal: job.signal, timeoutMs: 300_000 }
      await deps.store.keep(cluster.id, install.chart === null ? { ...install, before: await there(work, install, options) } : install)
      await job.step('apply-manifests', async () => {
        if (install.chart === null) await applyText(work, install.text, options)
        else await helm(deps, context, upgradeArgs(install.chart), { ...options, input: install.chart.values })
      })
      const waiting = { kubectl: deps.kubectl, context, job, limitMs }
      await job.step('wait-network', () => waitForDaemonSets(waiting, 'wait-network', objects))
      await job.step('wait-nodes', () => waitForNodes(waiting, cluster.name))
      return { clusterId: cluster.id, installId: install.id }
    },
  }
}

/** Objects that say none come into the namespace of the release, or of the context. */
async function inNamespace({ deps, context }: Work, { text, chart }: KeptInstall): Promise<ManifestObject[]> {
  const contexts = (await deps.kubeconfig?.snapshot())?.contexts ?? []
  const own = contexts.find(({ file, name }) => file === context.file && name === context.name)?.namespace
  return objectsOf(text).map((one) => ({ ...one, namespace: one.namespace ?? chart?.namespace ?? own ?? 'default' }))
}

/** Objects of the text that are there already and that Cove did not make: a namespace with all that is in it must not go with the plugin. */
async function there(work: Work, { text }: KeptInstall, options: Options): Promise<ManifestObject[]> {
  const columns = '--output=custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name'
  const result = await kubectl(work, ['get', '--ignore-not-found', '--no-headers', columns, '-f', '-'], { ...options, input: text })
  if (result.exitCode !== 0 && !saysOnlyGone(result)) throw kubectlError(result, aboutOf(work))
  const earlier = await work.deps.store.all(work.cluster.id)
  const made = earlier.flatMap((one) => objectsOf(one.text).filter((object) => !one.before.some((own) => isSameObject(own, object))))
  return linesOf(result.stdout)
    .map((line) => {
      const [kind = '', namespace = '', name = ''] = line.trim().split(/\s+/)
      return { kind, namespace: namespace === '<none>' ? null : namespace, name }
    })
    .filter((object) => !made.some((own) => isSameObject(own, object)))
}

/** What a removal deletes. Null: nothing. */
async function doomed({ deps, cluster }: Work, install: KeptInstall): Promise<string | null> {
  return withoutObjects(install.text, notToDelete(install, await deps.store.all(cluster.id)))
}

type Options = { readonly jobId: string; readonly signal: AbortSignal; readonly timeoutMs: number }

/** Definitions take a moment until objects of their kinds can be made. */
async function applyText({ deps, context }: Work, text: string, options: Options): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    // By the server: what the client would keep of an object in an annotation is limited to 256 KiB, and definitions of plugins are larger.
    // https://kubernetes.io/docs/reference/using-api/server-side-apply/
    const { spec, about } = await deps.kubectl.call(context, ['apply', '--server-side', '--field-manager=cove', '-f', '-'], {
      ...options,
      input: text,
    })
    const result = await deps.exec.run(spec)
    if (result.exitCode === 0) return
    if (attempt === 10 || result.cancelled || !unknownKind.test(result.stderr)) throw kubectlError(result, about)
    await sleep(1_000, undefined, { signal: options.signal })
  }
}

const unknownKind = /no matches for kind|ensure CRDs are installed first|could not find the requested resource/

/** Deletes what an `applyJob` made, looks whether it is gone, and forgets it then. Files that the plugin wrote into nodes are not the API's: they stay. */
export function removeJob(work: Work, install: KeptInstall): JobDefinition {
  const { deps, cluster } = work
  return {
    kind: 'network.remove',
    subject: cluster.name,
    facts: { clusterId: cluster.id, manifest: install.name },
    key: keyOf(cluster),
    steps: [
      { id: 'delete-objects', usualMs: 10_000 },
      { id: 'verify-gone', usualMs: 500 },
    ],
    run: async (job) => {
      const options = { jobId: job.id, signal: job.signal, timeoutMs: 300_000 }
      const what = { text: await doomed(work, install), chart: install.chart }
      await job.step('delete-objects', () => deleteObjects(work, what, options))
      await job.step('verify-gone', async () => {
        const left = await whatIsLeft(work, what, options)
        if (left.length > 0) throw new AppError('left-behind', { what: left.slice(0, 20).join(', ') })
      })
      await deps.store.forget(cluster.id, install.id)
      return { clusterId: cluster.id }
    },
  }
}

type Doomed = { readonly text: string | null; readonly chart: KeptInstall['chart'] }

/** A release is helm's: it knows what belongs to it, and leaves definitions, with which everybody's objects of their kinds would go. */
async function deleteObjects(work: Work, { text, chart }: Doomed, options: Options): Promise<void> {
  if (chart !== null) return void (await helm(work.deps, work.context, uninstallArgs(chart), options))
  if (text === null) return
  const result = await kubectl(work, ['delete', '--ignore-not-found', '--timeout=180s', '-f', '-'], { ...options, input: text })
  if (result.exitCode !== 0 && !saysOnlyGone(result)) throw kubectlError(result, aboutOf(work))
}

async function whatIsLeft(work: Work, { text, chart }: Doomed, options: Options): Promise<string[]> {
  if (chart !== null) return linesOf(await helm(work.deps, work.context, listArgs(chart), options))
  if (text === null) return []
  const result = await kubectl(work, ['get', '--ignore-not-found', '--output=name', '-f', '-'], { ...options, input: text })
  if (result.exitCode !== 0 && !saysOnlyGone(result)) throw kubectlError(result, aboutOf(work))
  return linesOf(result.stdout)
}

const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '')
const aboutOf = ({ context, cluster }: Work) => ({ context, server: cluster.server ?? '' })

async function kubectl(
  { deps, context }: Work,
  args: readonly string[],
  options: Options & { readonly input: string },
): Promise<CommandResult> {
  const { spec } = await deps.kubectl.call(context, args, options)
  return deps.exec.run(spec)
}

/** Objects whose kind went with its definition. */
function saysOnlyGone({ stderr, cancelled, timedOut }: CommandResult): boolean {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Warning:'))
  return !cancelled && !timedOut && lines.length > 0 && lines.every((line) => unknownKind.test(line) || /\(NotFound\)/.test(line))
}
