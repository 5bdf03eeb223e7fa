import { flag } from '../store/layout.ts'
import type { Emit, Splitter } from './splitter.ts'
import { createBatchWriter, createLineCutter } from './splitter.ts'
import { createTimeReader } from '../time-reader.ts'

type Entry = { readonly log?: unknown; readonly stream?: unknown; readonly time?: unknown }

/**
 * What Docker writes for its containers: `{"log":"message\n","stream":"stdout","time":"2026-11-23T23:20:25.260439695Z"}`; without `\n` at its end the next line of the same stream goes on with it
 * (https://docs.docker.com/engine/logging/drivers/json-file). A line that is none of these keeps its text and has no time.
 */
export function createDockerSplitter(emit: Emit): Splitter {
  const out = createBatchWriter(emit)
  const time = createTimeReader()
  const open = { stdout: null as Part | null, stderr: null as Part | null }

  let pool = Buffer.allocUnsafeSlow(poolBytes)
  let used = 0

  /** A piece goes on with the line right above it: behind any other line, the rest of a long one is a line of its own. */
  const between = () => {
    for (const part of [open.stdout, open.stderr]) if (part) part.goesOn = false
  }
  const add = ({ text, second, nanos, goesOn }: Part, stream: 'stdout' | 'stderr') => {
    between()
    // A UTF-16 unit stands for at most three bytes.
    const most = text.length * 3
    if (used + most > pool.length || pool.length > keptBytes) {
      out.flush()
      used = 0
      if (most > pool.length || pool.length > keptBytes) pool = Buffer.allocUnsafeSlow(Math.max(most, poolBytes))
    }
    const end = used + pool.write(text, used)
    // Docker ends an entry at a line end; what another program wrote into one is still a line each.
    for (let start = used, flags = flag[stream] | (goesOn ? flag.piece : 0); start <= end; flags = flag[stream]) {
      const found = pool.subarray(0, end).indexOf(10, start)
      const stop = found < 0 ? end : found
      out.add(pool, start, stop, second, nanos, flags)
      start = stop + 1
    }
    used = end
  }
  const line = (bytes: Uint8Array, start: number, end: number) => {
    const entry = parsed(bytes, start, end)
    if (!entry || typeof entry.log !== 'string') {
      between()
      return out.add(bytes, start, end, 0, 0, 0)
    }
    const stream = entry.stream === 'stderr' ? 'stderr' : 'stdout'
    const stamp = Buffer.from(typeof entry.time === 'string' ? entry.time : '')
    time.read(stamp, 0, stamp.length)
    const before = open[stream]
    const whole = entry.log.endsWith('\n')
    const text = whole ? entry.log.slice(0, -1) : entry.log
    const part = before ? { ...before, text: before.text + text } : { text, second: time.second, nanos: time.nanos, goesOn: false }
    const long = part.text.length >= maxJoined
    open[stream] = whole || long ? null : part
    if (whole || long) add(part, stream)
    if (long && !whole) open[stream] = { ...part, text: '', goesOn: true }
  }
  const cutter = createLineCutter(line, out.flush)
  return {
    push: cutter.push,
    end: () => {
      cutter.end()
      for (const stream of ['stdout', 'stderr'] as const) {
        const part = open[stream]
        open[stream] = null
        if (part && !(part.goesOn && part.text === '')) add(part, stream)
      }
      out.flush()
    },
  }
}

/** `goesOn`: it goes on with what was handed over before the end of the line was there. */
type Part = { readonly text: string; readonly second: number; readonly nanos: number; goesOn: boolean }

function parsed(bytes: Uint8Array, start: number, end: number): Entry | null {
  if (bytes[start] !== 123) return null
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()) as Entry
  } catch {
    return null
  }
}

const poolBytes = 256 * 1024
/** A pool that one long line made wider is not kept. */
const keptBytes = 4 * 1024 * 1024
/** Characters; a longer line is handed over before its end is there, and what follows is more pieces of it. */
const maxJoined = 16 * 1024 * 1024
