import type { LogSource } from '#shared/contract/logs.ts'
import { flag, flagsOf, levelOf, levels, sourceOf, streamOf } from '../store/layout.ts'
import { formatTime } from '../timestamp.ts'
import { type LineSource, traceOf, wholeText } from './line-text.ts'

export type ExportRows = {
  slice(from: number, count: number): ArrayLike<number> & Iterable<number>
  /** The row, or the nearest after it where it is no longer shown; -1: none. */
  positionOf(id: number): number
  idAt(position: number): number
}

export type ExportOptions = {
  readonly format: 'text' | 'jsonl'
  /** Of `text`: source and time before each line. */
  readonly prefix: boolean
  /** With the lines that are folded into a row. */
  readonly fold: boolean
  readonly signal: AbortSignal
}

const chunkCharacters = 256 * 1024
const slice = 512

/**
 * Lines as text in chunks of about 256 KiB. Cove's own rows are not lines, so they are left out; pieces of a long line are one line again. The rows may move while this runs (late
 * lines), so each round goes on behind the last row it wrote. Throws the reason of the signal: an end by it must not pass for the end of the lines.
 */
export async function* exportLines(
  store: LineSource,
  rows: ExportRows,
  sources: readonly Pick<LogSource, 'name' | 'short'>[],
  { format, prefix, fold, signal }: ExportOptions,
): AsyncGenerator<string, void> {
  let chunk = ''
  let last: number | null = null
  for (;;) {
    signal.throwIfAborted()
    const ids = rows.slice(last === null ? 0 : after(rows, last), slice)
    if (ids.length === 0) break
    for (const id of ids) {
      last = id
      // The cap may have taken it since.
      if (id < store.first) continue
      const tag = store.tag(id)
      if ((flagsOf(tag) & (flag.note | flag.piece)) !== 0) continue
      for (const line of fold ? [id, ...traceOf(store, id)] : [id])
        chunk += format === 'jsonl' ? jsonLine(store, line, sources) : textLine(store, line, sources, prefix)
      if (chunk.length >= chunkCharacters) {
        yield chunk
        // Whoever takes it may have been slow.
        signal.throwIfAborted()
        chunk = ''
      }
    }
    // A long export leaves room for everything else.
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (chunk !== '') yield chunk
}

/** Behind the last row that was written: late lines, a filter or the cap may have moved it meanwhile. */
function after(rows: ExportRows, last: number): number {
  const position = rows.positionOf(last)
  if (position === -1) return 0
  return rows.idAt(position) === last ? position + 1 : position
}

function textLine(store: LineSource, id: number, sources: readonly Pick<LogSource, 'short'>[], prefix: boolean): string {
  const { text } = wholeText(store, id)
  if (!prefix) return `${text}\n`
  const time = timeOf(store, id)
  return `${sources[sourceOf(store.tag(id))]?.short ?? ''} ${time === null ? '' : `${time} `}${text}\n`
}

function jsonLine(store: LineSource, id: number, sources: readonly Pick<LogSource, 'name'>[]): string {
  const tag = store.tag(id)
  const name = streamOf(flagsOf(tag))
  const stream = name === null ? {} : { stream: name }
  const level = levelOf(tag) === 0 ? {} : { level: levels[levelOf(tag)] }
  const line = { time: timeOf(store, id), source: sources[sourceOf(tag)]?.name ?? '', ...level, ...stream, text: wholeText(store, id).text }
  return `${JSON.stringify(line)}\n`
}

function timeOf(store: LineSource, id: number): string | null {
  if ((flagsOf(store.tag(id)) & flag.untimed) !== 0 || store.second(id) === 0) return null
  return formatTime({ second: store.second(id), nanos: store.nanos(id) })
}
