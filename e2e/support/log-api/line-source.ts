import type { Phase, ScriptedLog } from './script.ts'
import { lineBytes, stampBytes, writeNumberedLine, writeStamp } from './numbered-line.ts'

/** The lines of one run of a container, by index from 0, as a function of the time alone. Times: µs since 1970. */
export type LineSource = {
  /** How many there are at that time. */
  countAt(micros: number): number
  timeOf(index: number): number
  /** Lines from `from` on, not past `to`, as many as suit one write; and the index after them. */
  read(from: number, to: number, stamps: boolean): { readonly bytes: Buffer; readonly next: number }
}

const perChunk = 8192

/** `start` is asked for each time, so that the phases begin when the test says so; null: not yet. */
export function createLineSource(log: ScriptedLog, seed: number, opened: number, start: () => number | null): LineSource {
  return log.kind === 'raw' ? rawSource(log, opened) : numberedSource(log.past, log.phases ?? [], seed, opened, start)
}

function numberedSource(past: number, phases: readonly Phase[], seed: number, opened: number, start: () => number | null): LineSource {
  const timeOf = (index: number) => {
    if (index < past) return opened - (past - index) * 1000
    let [at, left] = [start() ?? opened, index - past]
    for (const { lines, perSecond } of phases) {
      if (left < lines) return at + Math.floor((left * 1_000_000) / perSecond)
      left -= lines
      at += Math.floor((lines * 1_000_000) / perSecond)
    }
    return at
  }
  const countAt = (micros: number) => {
    const began = start()
    let count = past
    if (began === null) return count
    let left = micros - began
    for (const { lines, perSecond } of phases) {
      if (left < 0) return count
      count += Math.min(lines, Math.floor((left * perSecond) / 1_000_000) + 1)
      left -= Math.floor((lines * 1_000_000) / perSecond)
    }
    return count
  }
  const make = (from: number, to: number, stamps: boolean) => {
    const width = lineBytes + (stamps ? stampBytes : 0)
    const bytes = Buffer.allocUnsafe((to - from) * width)
    for (let index = from; index < to; index++)
      writeNumberedLine(bytes, (index - from) * width, seed, index + 1, stamps ? timeOf(index) : null)
    return bytes
  }
  // What lies in the past never changes, so it is made once and the server costs its readers next to nothing.
  const made = { plain: new Map<number, Buffer>(), stamped: new Map<number, Buffer>() }
  const chunk = (number: number, stamps: boolean) => {
    const known = stamps ? made.stamped : made.plain
    const bytes = known.get(number) ?? make(number * perChunk, Math.min(past, (number + 1) * perChunk), stamps)
    known.set(number, bytes)
    return bytes
  }
  return {
    countAt,
    timeOf,
    read: (from, to, stamps) => {
      if (from >= past) {
        const next = Math.min(to, from + perChunk)
        return { bytes: make(from, next, stamps), next }
      }
      const number = Math.floor(from / perChunk)
      const next = Math.min(to, past, (number + 1) * perChunk)
      const width = lineBytes + (stamps ? stampBytes : 0)
      return { bytes: chunk(number, stamps).subarray((from - number * perChunk) * width, (next - number * perChunk) * width), next }
    },
  }
}

function rawSource({ lines, everyMs = 1 }: Extract<ScriptedLog, { kind: 'raw' }>, opened: number): LineSource {
  const texts = lines.map(({ base64, repeat = 1 }) => {
    const piece = Buffer.from(base64, 'base64')
    return Buffer.concat([Buffer.alloc(piece.length * repeat, piece), Buffer.from('\n')])
  })
  const timeOf = (index: number) => opened - (texts.length - index) * everyMs * 1000
  return {
    countAt: () => texts.length,
    timeOf,
    read: (from, _to, stamps) => {
      const stamp = Buffer.alloc(stampBytes)
      writeStamp(stamp, 0, timeOf(from))
      const text = texts[from] ?? Buffer.alloc(0)
      return { bytes: stamps ? Buffer.concat([stamp, text]) : text, next: from + 1 }
    },
  }
}
