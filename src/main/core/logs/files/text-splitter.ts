import { createCriSplitter } from './cri-splitter.ts'
import { createDockerSplitter } from './docker-splitter.ts'
import { createLineTime } from './line-time.ts'
import type { Emit, Splitter } from './splitter.ts'
import { createBatchWriter, createLineCutter } from './splitter.ts'
import { flag } from '../store/layout.ts'
import { createTimeReader } from '../time-reader.ts'

export type TextSplitter = Splitter & {
  /** Nothing more is there for now: what is held back to tell the format by goes through. */
  settle(): void
}

/** The lines of any log file. By its first lines it is taken for what a container runtime or `kubectl logs --timestamps` wrote, whose prefix becomes the time; else the lines stay as they are. */
export function createTextSplitter(emit: Emit, writtenAt: number): TextSplitter {
  let splitter: Splitter | null = null
  let held: Buffer[] = []
  let heldBytes = 0

  const decide = (): Splitter => {
    const sample = Buffer.concat(held)
    held = []
    heldBytes = 0
    const made = splitterOf(formatOf(sample), emit, writtenAt)
    if (sample.length > 0) made.push(sample)
    return made
  }
  return {
    push: (chunk) => {
      if (splitter) return splitter.push(chunk)
      held.push(Buffer.from(chunk))
      heldBytes += chunk.length
      if (heldBytes >= sampleBytes) splitter = decide()
    },
    settle: () => {
      if (!splitter && held.some((chunk) => chunk.includes(10))) splitter = decide()
    },
    end: () => {
      splitter ??= decide()
      splitter.end()
    },
  }
}

const sampleBytes = 64 * 1024
const sampleLines = 500

export type LogFormat = 'cri' | 'docker' | 'stamped' | 'plain'

/** What all of the first lines are. */
export function formatOf(sample: Uint8Array): LogFormat {
  const text = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength).toString('latin1')
  const all = text.split('\n', sampleLines + 1)
  // The last one may go on.
  const lines = (all.length > 1 ? all.slice(0, -1) : all).filter((line) => line !== '' && line !== '\r')
  if (lines.length === 0) return 'plain'
  for (const [format, pattern] of patterns) if (lines.every((line) => pattern.test(line))) return format
  return 'plain'
}

const zone = String.raw`(?:Z|[+-]\d\d:\d\d)`
const patterns: readonly (readonly [LogFormat, RegExp])[] = [
  ['cri', new RegExp(String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?${zone} (?:stdout|stderr) [FP](?: |:|\r?$)`)],
  ['docker', /^\{"log":".*"time":"\d{4}-/],
  // The kubelet writes all nine digits, programs leave out trailing zeros or write fewer: https://github.com/kubernetes/cri-client/blob/master/pkg/logs/logs.go
  ['stamped', new RegExp(String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}${zone}(?: |\r?$)`)],
]

function splitterOf(format: LogFormat, emit: Emit, writtenAt: number): Splitter {
  if (format === 'cri') return createCriSplitter(emit)
  if (format === 'docker') return createDockerSplitter(emit)
  const out = createBatchWriter(emit)
  if (format === 'plain') {
    const time = createLineTime(writtenAt)
    return createLineCutter((bytes, start, end, goesOn) => {
      if (goesOn) return out.add(bytes, start, end, 0, 0, flag.piece)
      time.read(bytes, start, end)
      out.add(bytes, start, end, time.second, time.nanos, 0)
    }, out.flush)
  }
  const time = createTimeReader()
  return createLineCutter((bytes, start, end, goesOn) => {
    if (goesOn) return out.add(bytes, start, end, 0, 0, flag.piece)
    const at = time.read(bytes, start, end)
    const text = at < 0 ? start : at < end && bytes[at] === 32 ? at + 1 : at
    out.add(bytes, text, end, time.second, time.nanos, 0)
  }, out.flush)
}
