import { flag } from '../store/layout.ts'
import type { Emit, Splitter } from './splitter.ts'
import { createBatchWriter, createLineCutter } from './splitter.ts'
import { createTimeReader } from '../time-reader.ts'

/**
 * What a container runtime writes on the node: `2026-11-23T23:20:25.260439695Z stdout F message`, where `P` in place of `F` is a part that the next line of the same stream goes on with
 * (https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md). Parts of stdout and stderr may alternate; a joined line has the time of its first
 * part and comes where its last part is. A line that is none of these keeps its text and has no time.
 */
export function createCriSplitter(emit: Emit): Splitter {
  const out = createBatchWriter(emit)
  const time = createTimeReader()
  const parts = [createParts(), createParts()] as const

  /** A piece goes on with the line right above it: behind any other line, the rest of a long one is a line of its own. */
  const between = () => {
    for (const held of parts) held.goesOn = false
  }

  const joined = (held: Parts) => {
    const flags = (held === parts[1] ? flag.stderr : flag.stdout) | (held.goesOn ? flag.piece : 0)
    out.flush()
    out.add(held.bytes, 0, held.length, held.second, held.nanos, flags)
    out.flush()
    between()
    held.length = 0
    held.open = false
    if (held.bytes.length > keptBytes) held.bytes = Buffer.allocUnsafeSlow(4096)
  }

  const line = (bytes: Uint8Array, start: number, end: number) => {
    const at = time.read(bytes, start, end)
    const stderr = bytes[at + 4] === letterE
    // ` stdout F `, where the last blank may be missing from an empty line.
    const known = at >= 0 && bytes[at] === blank && isStream(bytes, at + 1, stderr) && bytes[at + 7] === blank && at + 9 <= end
    const part = bytes[at + 8] === letterP
    // Tags may follow the first: `F:key`. None are in use, yet the format has them.
    const text = known ? textStart(bytes, at + 8, end) : -1
    const held = parts[stderr ? 1 : 0]
    if (text < 0 || (!part && !held.open)) {
      between()
      if (text < 0) out.add(bytes, start, end, 0, 0, 0)
      else out.add(bytes, text, end, time.second, time.nanos, stderr ? flag.stderr : flag.stdout)
      return
    }
    append(held, bytes, text, end, time.second, time.nanos)
    if (!part) return joined(held)
    if (held.length < maxJoined) return
    joined(held)
    held.open = true
    held.goesOn = true
  }

  const cutter = createLineCutter(line, out.flush)
  return {
    push: cutter.push,
    end: () => {
      cutter.end()
      for (const held of parts) if (held.open && !(held.goesOn && held.length === 0)) joined(held)
    },
  }
}

/** `goesOn`: what is held goes on with what was handed over before the last part was there. */
type Parts = { bytes: Buffer; length: number; open: boolean; goesOn: boolean; second: number; nanos: number }

const createParts = (): Parts => ({ bytes: Buffer.allocUnsafeSlow(4096), length: 0, open: false, goesOn: false, second: 0, nanos: 0 })

function append(held: Parts, bytes: Uint8Array, start: number, end: number, second: number, nanos: number): void {
  if (!held.open) {
    held.open = true
    held.second = second
    held.nanos = nanos
  }
  if (held.length + end - start > held.bytes.length) {
    const wider = Buffer.allocUnsafeSlow(2 * (held.length + end - start))
    held.bytes.copy(wider, 0, 0, held.length)
    held.bytes = wider
  }
  held.bytes.set(bytes.subarray(start, end), held.length)
  held.length += end - start
}

/** `stdout` or `stderr`. */
function isStream(bytes: Uint8Array, at: number, stderr: boolean): boolean {
  const word = stderr ? wordStderr : wordStdout
  for (let i = 0; i < 6; i += 1) if (bytes[at + i] !== word[i]) return false
  return true
}

/** Where the text begins behind the tag at `at`; -1: no tag of this format. */
function textStart(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== letterF && bytes[at] !== letterP) return -1
  if (at + 1 >= end) return end
  if (bytes[at + 1] === blank) return at + 2
  if (bytes[at + 1] !== colon) return -1
  for (let i = at + 2; i < end; i += 1) if (bytes[i] === blank) return i + 1
  return end
}

const wordStdout = Buffer.from('stdout')
const wordStderr = Buffer.from('stderr')
/** `stderr` and `stdout` differ first in their fourth letter. */
const [letterE, letterF, letterP, blank, colon] = [101, 70, 80, 32, 58]
const keptBytes = 256 * 1024
/** A longer line is handed over before its last part is there, and what follows is more pieces of it. */
const maxJoined = 32 * 1024 * 1024
