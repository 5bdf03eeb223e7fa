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

  const add = ({ text, second, nanos }: Part, stream: 'stdout' | 'stderr') => {
    // A UTF-16 unit stands for at most three bytes.
    if (used + text.length * 3 > pool.length) {
      out.flush()
      used = 0
      if (text.length * 3 > pool.length) pool = Buffer.allocUnsafeSlow(text.length * 3)
    }
    const end = used + pool.write(text, used)
    out.add(pool, used, end, second, nanos, flag[stream])
    used = end
  }
  const line = (bytes: Uint8Array, start: number, end: number) => {
    const entry = parsed(bytes, start, end)
    if (!entry || typeof entry.log !== 'string') return out.add(bytes, start, end, 0, 0, 0)
    const stream = entry.stream === 'stderr' ? 'stderr' : 'stdout'
    const stamp = Buffer.from(typeof entry.time === 'string' ? entry.time : '')
    time.read(stamp, 0, stamp.length)
    const before = open[stream]
    const whole = entry.log.endsWith('\n')
    const text = whole ? entry.log.slice(0, -1) : entry.log
    const part = before ? { ...before, text: before.text + text } : { text, second: time.second, nanos: time.nanos }
    open[stream] = whole || part.text.length > maxJoined ? null : part
    if (open[stream] === null) add(part, stream)
  }
  const cutter = createLineCutter(line, out.flush)
  return {
    push: cutter.push,
    end: () => {
      cutter.end()
      for (const stream of ['stdout', 'stderr'] as const) {
        const part = open[stream]
        open[stream] = null
        if (part) add(part, stream)
      }
      out.flush()
    },
  }
}

type Part = { readonly text: string; readonly second: number; readonly nanos: number }

function parsed(bytes: Uint8Array, start: number, end: number): Entry | null {
  if (bytes[start] !== 123) return null
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()) as Entry
  } catch {
    return null
  }
}

const poolBytes = 256 * 1024
const maxJoined = 32 * 1024 * 1024
