import { randomUUID } from 'node:crypto'
import { archiveSource, pour, saveSource } from '../../engines/image-stream.ts'
import { fullName } from '../../engines/images.ts'
import { AppError } from '../../error.ts'
import { endInContainer } from '../../engines/end-in-container.ts'
import { dockerFailure, runDocker } from '../../engines/run-docker.ts'
import type { Engines } from '../../engines/types.ts'
import type { CommandResult, CommandSession, Exec } from '../../exec/types.ts'
import type { ClusterTarget, Progress, ProviderRun } from '../provider.ts'
import { causeInNode, runtimeNames } from './held-images.ts'

export type LoadDeps = {
  readonly exec: Pick<Exec, 'run' | 'session'>
  readonly engines: Pick<Engines, 'require' | 'explain'>
}

type Import = { readonly node: string; readonly session: CommandSession }

/**
 * Streams an image once into containerd on all nodes side by side. `kind load` writes it to a file first and says nothing on the way: of 8 MB on two nodes it takes as long,
 * of an image of 1 GB this saves the file and its time. Nodes that hold the image are left out, as are those that do not run; progress facts:
 * `node` (one that is at it), `done`, `nodes`, `held` (had it before), `down` (do not run).
 * Throws `image-not-found`, `file-unreadable`, `image-archive-invalid`, `disk-full`, `not-found` (what: node), `engine-*`, `cancelled`, `command-failed`.
 * After a cancel nothing of it runs, here or in the nodes; containerd shows an image only when all of it is there.
 */
export async function loadImage(
  deps: LoadDeps,
  target: Pick<ClusterTarget, 'nodes'>,
  from: { readonly image: string } | { readonly archive: string },
  run: ProviderRun,
  progress: Pick<Progress, 'progress'>,
): Promise<void> {
  const able = target.nodes.filter((node) => node.role !== 'load-balancer')
  const up = able.filter((node) => node.state === 'running').map((node) => node.name)
  if (up.length === 0) throw new AppError('not-found', { what: 'node', name: able[0]?.name ?? '' })
  const { docker } = await deps.engines.require()
  const image = 'image' in from ? await imageOf(deps, docker, from.image, run) : null
  const held = image === null ? [] : await nodesWith(deps, up, image, run)
  const wanted = up.filter((node) => !held.includes(node))
  const waiting = new Set(wanted)
  const say = (fraction: number) =>
    progress.progress('load-image', fraction, {
      node: [...waiting][0] ?? null,
      done: up.length - waiting.size,
      nodes: up.length,
      held: held.length,
      down: able.length - up.length,
    })
  say(wanted.length === 0 ? 1 : 0)
  if (wanted.length === 0) return

  const mark = `COVE_LOAD=${randomUUID()}`
  const snapshotter = await snapshotterOf(deps, docker, wanted[0] ?? '', run)
  const source = 'archive' in from ? await archiveSource(from.archive) : saveSource(deps, docker, [from.image], image?.sizeBytes ?? 0, run)
  const imports = wanted.map((node): Import => {
    const ctr = ['ctr', '--namespace=k8s.io', 'images', 'import', '--digests', `--snapshotter=${snapshotter}`, '-']
    const args = ['exec', '--interactive', `--env=${mark}`, '--', node, ...ctr]
    return { node, session: deps.exec.session({ file: docker, args, jobId: run.jobId, signal: run.signal }) }
  })
  let ended = false
  try {
    // The last tenth is unpacking, node by node.
    const sent = (fraction: number) => say(fraction * 0.9 + (0.1 * (wanted.length - waiting.size)) / wanted.length)
    const results = imports.map(async ({ node, session }) => {
      for await (const _ of session.output);
      const result = await session.result
      if (result.exitCode === 0) waiting.delete(node)
      sent(1)
      return { node, result }
    })
    let open = imports.length
    for (const result of results) result.catch(() => {}).finally(() => open--)
    let stopped = false
    const isOver = () => (stopped = run.signal.aborted || open === 0)
    await pour(
      source,
      imports.map(({ session }) => session),
      sent,
      isOver,
    )
    const all = await Promise.all(results)
    ended = all.every(({ result }) => result.exitCode !== null && !result.cancelled)
    if (run.signal.aborted) throw new AppError('cancelled', {})
    // Where nobody takes any more it was ended by us: what the nodes say is the cause.
    const failure = await source.failure()
    if (failure !== null && !stopped) throw failure
    const bad = all.find(({ result }) => result.exitCode !== 0)
    if (bad !== undefined) throw importFailure(deps, bad, from)
  } finally {
    if (!ended)
      await Promise.all(
        imports.map(async ({ node, session }) => [await session.kill(), await endInContainer(deps.exec, docker, node, mark)]),
      )
  }
}

async function imageOf(deps: LoadDeps, docker: string, image: string, run: ProviderRun) {
  const args = ['image', 'inspect', '--format={{.Id}} {{.Size}}', '--', image]
  const command = { file: docker, args, jobId: run.jobId, signal: run.signal, timeoutMs: 30_000 }
  const result = await runDocker(deps, command, () => new AppError('image-not-found', { image }))
  const [id = '', size = ''] = result.stdout.trim().split(' ')
  return { ref: fullName(image), id, sizeBytes: Number(size) || 0 }
}

/** Nodes that hold exactly this image under this name. One that cannot say is loaded into. */
async function nodesWith(
  deps: LoadDeps,
  nodes: readonly string[],
  image: { ref: string; id: string },
  run: ProviderRun,
): Promise<string[]> {
  const answers = await Promise.all(
    nodes.map(async (node) => {
      const names = await runtimeNames(deps, node, run.signal).catch(() => [])
      const digest = names.find(({ ref }) => ref === image.ref)?.digest
      // An engine that keeps its images in containerd names them by the digest of their manifest.
      const same = names.some((name) => name.digest === digest && (name.ref === image.id || name.digest === image.id))
      return digest !== undefined && same ? [node] : []
    }),
  )
  return answers.flat()
}

/** What the node unpacks with, as kind finds it out: https://github.com/kubernetes-sigs/kind/blob/main/pkg/cluster/nodeutils/util.go */
async function snapshotterOf({ exec }: LoadDeps, docker: string, node: string, run: ProviderRun): Promise<string> {
  const args = ['exec', '--', node, 'containerd', 'config', 'dump']
  const { stdout } = await exec.run({ file: docker, args, quiet: true, signal: run.signal, timeoutMs: 20_000 })
  return /^\s*snapshotter = ['"]([\w-]+)['"]/m.exec(stdout)?.[1] ?? 'overlayfs'
}

function importFailure(
  { engines }: LoadDeps,
  { node, result }: { node: string; result: CommandResult },
  from: { readonly image: string } | { readonly archive: string },
): AppError {
  const reason = /(?:unrecognized image format|unexpected EOF|invalid tar header|archive\/tar: .*)/.exec(result.stderr)?.[0]
  if ('archive' in from && reason !== undefined)
    return new AppError('image-archive-invalid', { file: from.archive, reason }, { commandId: result.id })
  return dockerFailure(engines, result, causeInNode(node))
}
