import type { LogSink } from '../source/sink.ts'
import type { LineBatch } from '../store/layout.ts'
import { flag } from '../store/layout.ts'
import { copyOf, pick } from '../store/line-batch.ts'
import { type NodeDeps, runInNode } from './node-command.ts'
import { identity, type NodeFile } from './node-listing.ts'
import { createRuntimeSplitter } from './runtime-splitter.ts'
import type { HeldLines } from './span.ts'
import { createUnpack } from './unpack.ts'

export type FileEndRequest = {
  readonly node: string
  /** Nothing is written to it any more. */
  readonly file: NodeFile
  /** Index from `sink.join`. */
  readonly source: number
  /** What the view has from one second to another. Null: not now. */
  held(from: number, to: number): Promise<HeldLines | null>
}

/** `later`: the file has another name by now, or the view was not ready. */
export type FileEndOutcome = { readonly lines: number; readonly outcome: 'compared' | 'later' }

/** As `node-stream.ts` prints a file, the last `$2` bytes of its text. */
const script = `{ stat -Lc '#file %i:%.9W' /dev/stdin && case $1 in *.gz) gzip -dc | tail -c "$2" ;; *) tail -c "$2" ;; esac | gzip -1 -c | base64 -w 21844 && echo '#end'; } <"$1" || echo '#missing'`

/** What is left out is mostly a few lines; where none of so many bytes is known, more are looked at. */
const sizes = [256 * 1024, 8 * 1024 * 1024]

/**
 * Hands over the lines at the end of a file that the view does not have, in order. When a log is turned over, the kubelet's follower goes to the new file without reading the old one to its
 * end, and no stream says so (https://github.com/kubernetes/cri-client/blob/v0.34.4/pkg/logs/logs.go#L373). Only what stands behind a line of the view is missing: what is before its first is
 * its history.
 */
export async function readFileEnd(deps: NodeDeps, request: FileEndRequest, sink: LogSink, signal: AbortSignal): Promise<FileEndOutcome> {
  for (const size of sizes) {
    const text = await endOf(deps, request, size, signal)
    if (!text) return { lines: 0, outcome: 'later' }
    const whole = text.length < size
    const batches = linesOf(whole ? text : text.subarray(text.indexOf(10) + 1))
    const { from, to } = extentOf(batches)
    if (to === 0) return { lines: 0, outcome: 'compared' }
    const held = await request.held(from, to)
    if (!held) return { lines: 0, outcome: 'later' }
    const { known, missing } = compare(batches, held)
    for (const batch of missing) sink.lines(request.source, batch, true)
    if (known || whole) return { lines: missing.reduce((sum, batch) => sum + batch.count, 0), outcome: 'compared' }
  }
  return { lines: 0, outcome: 'compared' }
}

/** Null: it is not there under this name. */
async function endOf(deps: NodeDeps, { node, file }: FileEndRequest, size: number, signal: AbortSignal): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  const unpack = createUnpack((chunk) => void chunks.push(Buffer.from(chunk)))
  let found = false
  try {
    await runInNode(deps, { node, script, args: [file.path, String(size)] }, signal, async (line) => {
      if (line.startsWith('#file ')) {
        if (identity(line.slice('#file '.length)) !== file.inode) return 'stop'
      } else if (line === '#end') found = true
      else if (!line.startsWith('#')) await unpack.write(Buffer.from(line, 'base64'))
      return
    })
    return found && (await unpack.end()) ? Buffer.concat(chunks) : null
  } finally {
    unpack.destroy()
  }
}

function linesOf(text: Buffer): LineBatch[] {
  const batches: LineBatch[] = []
  const splitter = createRuntimeSplitter((batch) => void batches.push(copyOf(batch)))
  splitter.push(text)
  splitter.end()
  return batches
}

function compare(batches: readonly LineBatch[], held: HeldLines): { known: boolean; missing: LineBatch[] } {
  let known = false
  let kept = false
  const missing = batches.flatMap((batch) => {
    const lines: number[] = []
    for (let line = 0; line < batch.count; line += 1) {
      const isPiece = ((batch.flags[line] ?? 0) & flag.piece) !== 0
      if (!isPiece) {
        const at = { second: batch.seconds[line] ?? 0, nanos: batch.nanos[line] ?? 0 }
        const has = at.second > 0 && held.take(at, batch.bytes.subarray(batch.starts[line], batch.ends[line]))
        known ||= has
        kept = known && !has && at.second > 0
      }
      if (kept) lines.push(line)
    }
    return lines.length === 0 ? [] : [pick(batch, lines)]
  })
  return { known, missing }
}

/** Seconds of the first and the last time; `to` 0: there is none. */
function extentOf(batches: readonly LineBatch[]): { from: number; to: number } {
  let [from, to] = [Infinity, 0]
  for (const { count, seconds } of batches)
    for (let line = 0; line < count; line += 1) {
      const second = seconds[line] ?? 0
      if (second === 0) continue
      from = Math.min(from, second)
      to = Math.max(to, second)
    }
  return { from, to }
}
