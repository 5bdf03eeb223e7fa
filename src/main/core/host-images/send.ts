import { setTimeout as sleep } from 'node:timers/promises'
import { pour } from '../engines/image-stream.ts'
import { AppError } from '../error.ts'
import type { CommandResult, CommandSession } from '../exec/types.ts'
import { nameOf } from './archive.ts'
import { heldByNode, importCommand, type Node, nodeFailure } from './held.ts'
import type { Wanted } from './wanted.ts'

/** How far it is: `sent` of the bytes (0…1), how many nodes hold the images by now, and those that are still at it. */
export type Say = (sent: number, done: number, waiting: readonly string[]) => void

type Run = {
  readonly jobId: string
  readonly signal: AbortSignal
  /** How long a runtime may take to know what was imported. Default: 15 s. */
  readonly patienceMs?: number | undefined
}
type Import = { readonly node: Node; readonly session: CommandSession; readonly argv: readonly string[] }

/**
 * Reads the images once and sends them to all nodes side by side, each into the program that imports there; then looks whether each node holds exactly those, as far as
 * digests that it knows them by can be compared. A node that fails stops no other; the first failure is thrown when all have ended. After an abort nothing of it runs, here or there.
 * Throws as `Target.session`, `host-image-tool-absent`, `host-disk-full`, `image-archive-invalid`, `image-not-loaded`, `cancelled`, `command-failed`.
 */
export async function send(wanted: Wanted, nodes: readonly Node[], run: Run, say: Say): Promise<void> {
  const imports = await openImports(wanted, nodes, run)
  const waiting = new Set(imports.map(({ node }) => node.target.name))
  let sent = 0
  let done = 0
  const tell = () => say(sent, done, [...waiting])
  let open = imports.length
  const ends = imports.map(async (one) => {
    try {
      await ended(one, wanted, run)
      done++
      return null
    } catch (error) {
      return error
    } finally {
      open--
      waiting.delete(one.node.target.name)
      tell()
    }
  })
  try {
    tell()
    const source = await wanted.open()
    const sessions = imports.map(({ session }) => session)
    let stopped = false
    const isOver = () => (stopped = run.signal.aborted || open === 0)
    await pour(
      source,
      sessions,
      (fraction) => {
        sent = fraction
        tell()
      },
      isOver,
    )
    // Where nobody takes any more it was ended by us: what the nodes say is the cause.
    const failure = stopped ? null : await source.failure()
    const errors = (await Promise.all(ends)).filter((error) => error !== null)
    if (run.signal.aborted) throw new AppError('cancelled', {})
    if (failure !== null) throw failure
    if (errors.length > 0) throw errors[0]
    sent = 1
    tell()
  } finally {
    await Promise.all(imports.map(({ session }) => session.kill()))
    await Promise.all(ends)
  }
}

/** All of them, or none: those that were begun are ended where one cannot be. */
async function openImports(wanted: Wanted, nodes: readonly Node[], { jobId, signal }: Run): Promise<Import[]> {
  const begun = await Promise.allSettled(
    nodes.map(async (node) => {
      const argv = importCommand(node, wanted.images)
      const session = await node.target.session({ argv, root: true, jobId, signal })
      return { node, session, argv }
    }),
  )
  const imports = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = begun.find((one) => one.status === 'rejected')
  if (failed === undefined) return imports
  await Promise.all(imports.map(({ session }) => session.kill()))
  throw failed.reason
}

async function ended({ node, session, argv }: Import, wanted: Wanted, run: Run): Promise<void> {
  for await (const _ of session.output);
  const result = await session.result
  if (result.exitCode !== 0 || result.cancelled) throw importFailure(node, result, argv, wanted)
  await arrived(node, wanted, run)
}

const isNoArchive =
  /unrecognized image format|unexpected EOF|invalid tar header|archive\/tar: [^"\n]*|payload does not match any of the supported image formats/i

function importFailure(node: Node, result: CommandResult, argv: readonly string[], { label, totalBytes }: Wanted): AppError {
  const reason = isNoArchive.exec(result.stderr)?.[0]
  if (reason === undefined || result.cancelled) return nodeFailure(node, result, argv, totalBytes)
  return new AppError('image-archive-invalid', { file: label, reason }, { commandId: result.id })
}

/** The runtime hears of an image a moment after it was imported. Throws `image-not-loaded`. */
async function arrived(node: Node, { images }: Wanted, run: Run): Promise<void> {
  const end = performance.now() + (run.patienceMs ?? 15_000)
  for (;;) {
    const held = await heldByNode(node, { signal: run.signal })
    const missing = images.find((image) => !held.has(image) && !held.mayHave(image))
    if (missing === undefined) return
    if (performance.now() > end) throw new AppError('image-not-loaded', { image: nameOf(missing), node: node.target.name })
    await sleep(250, undefined, { signal: run.signal })
  }
}
