export type SplitLine = { readonly text: string; readonly cut: boolean }

export type LineSplitter = {
  /** Lines completed by these bytes. */
  push(bytes: Uint8Array): SplitLine[]
  /** The last line, where it has no line end. */
  end(): SplitLine[]
}

const LF = 10
const CR = 13
const NUL = 0

/**
 * Bytes in, lines out. Splits on LF and decodes whole lines, so a character is never cut by a chunk border. Holds at most
 * about `maxLineBytes`: of a longer line the first `maxLineBytes` come out marked `cut`, the rest up to its line end is dropped.
 * A line that keeps rewriting itself with CR (a progress bar) is folded as it grows instead of being cut.
 */
export function createLineSplitter(maxLineBytes: number): LineSplitter {
  let carry: Buffer[] = []
  let carryBytes = 0
  let skipping = false

  const hold = (bytes: Buffer): SplitLine[] => {
    if (skipping || bytes.length === 0) return []
    // A copy: a view would keep its whole 64 KiB chunk alive.
    carry.push(Buffer.from(bytes))
    carryBytes += bytes.length
    if (carryBytes <= maxLineBytes) return []
    const folded = fold(Buffer.concat(carry, carryBytes))
    if (folded.length <= maxLineBytes) {
      carry = [folded]
      carryBytes = folded.length
      return []
    }
    carry = []
    carryBytes = 0
    skipping = true
    return [cutLine(folded, maxLineBytes)]
  }

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      const last = bytes.lastIndexOf(LF)
      if (last < 0) return hold(bytes)
      let start = 0
      if (skipping) {
        start = bytes.indexOf(LF) + 1
        skipping = false
      }
      let lines: SplitLine[] = []
      if (start <= last) {
        const head = bytes.subarray(start, last)
        lines = completeLines(carryBytes > 0 ? Buffer.concat([...carry, head]) : head, maxLineBytes)
        carry = []
        carryBytes = 0
      }
      const rest = hold(bytes.subarray(last + 1))
      return rest.length === 0 ? lines : lines.concat(rest)
    },
    end() {
      if (carryBytes === 0) return []
      const lines = completeLines(Buffer.concat(carry), maxLineBytes)
      carry = []
      carryBytes = 0
      return lines
    },
  }
}

function completeLines(bytes: Buffer, maxLineBytes: number): SplitLine[] {
  const plain = !bytes.includes(CR) && !bytes.includes(NUL)
  const parts = bytes.toString('utf8').split('\n')
  const lines: SplitLine[] = []
  for (const part of parts) {
    // A UTF-16 unit stands for at most three bytes: only where a line is that long, bytes have to be counted.
    if (part.length * 3 > maxLineBytes) return countedLines(bytes, maxLineBytes)
    lines.push({ text: plain ? part : shown(part), cut: false })
  }
  return lines
}

function countedLines(bytes: Buffer, maxLineBytes: number): SplitLine[] {
  const lines: SplitLine[] = []
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(LF, start)
    const end = found < 0 ? bytes.length : found
    const line = bytes.subarray(start, end)
    const folded = line.length > maxLineBytes ? fold(line) : line
    lines.push(folded.length > maxLineBytes ? cutLine(folded, maxLineBytes) : { text: shown(folded.toString('utf8')), cut: false })
    start = end + 1
  }
  return lines
}

function shown(text: string): string {
  return overwrite(text).replaceAll('\0', '\uFFFD')
}

function cutLine(bytes: Buffer, maxLineBytes: number): SplitLine {
  let end = Math.min(maxLineBytes, bytes.length)
  // Step back to the first byte of a character (continuation bytes are 10xxxxxx).
  while (end > 0 && end > maxLineBytes - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return { text: shown(bytes.toString('utf8', 0, end)), cut: true }
}

/** What a terminal shows of a line with CR in it: each part is written over the one before. */
function overwrite(text: string): string {
  if (!text.includes('\r')) return text
  let result = ''
  for (const part of text.split('\r')) result = part.length >= result.length ? part : part + result.slice(part.length)
  return result
}

/** Replaces everything before the last CR by what it shows, so that a long-lived progress line stays short. */
function fold(bytes: Buffer): Buffer {
  const last = bytes.lastIndexOf(CR)
  if (last < 0) return bytes
  return Buffer.concat([Buffer.from(overwrite(bytes.toString('utf8', 0, last))), bytes.subarray(last)])
}
