export type BoundedBytes = {
  push(bytes: Uint8Array): void
  text(): string
  readonly truncated: boolean
  readonly totalBytes: number
}

/** Keeps the first and the last half of `maxBytes`; what is between is dropped and a mark stands in for it. */
export function createBoundedBytes(maxBytes: number): BoundedBytes {
  const headMax = Math.ceil(maxBytes / 2)
  const tailMax = maxBytes - headMax
  const head: Uint8Array[] = []
  let headBytes = 0
  let tail: Uint8Array[] = []
  let tailBytes = 0
  let totalBytes = 0

  const pushTail = (bytes: Uint8Array) => {
    tail.push(bytes)
    tailBytes += bytes.length
    // Drops in one go when twice the size is reached: shifting per chunk would be quadratic.
    if (tailBytes > tailMax * 2 + 65_536) {
      const kept = Buffer.concat(tail).subarray(-tailMax || Number.MAX_SAFE_INTEGER)
      tail = [Buffer.from(kept)]
      tailBytes = kept.length
    }
  }

  return {
    push(bytes) {
      totalBytes += bytes.length
      const room = headMax - headBytes
      if (room > 0) {
        // Copied when small: a slice of a big pooled chunk would keep the chunk alive.
        head.push(bytes.length <= room ? Buffer.from(bytes) : Buffer.from(bytes.subarray(0, room)))
        headBytes += Math.min(room, bytes.length)
      }
      if (bytes.length > room) pushTail(room > 0 ? bytes.subarray(room) : bytes)
    },
    text() {
      if (totalBytes <= maxBytes) return Buffer.concat([...head, ...tail]).toString('utf8')
      const start = Buffer.concat(head).toString('utf8')
      const end = tailMax === 0 ? '' : Buffer.concat(tail).subarray(-tailMax).toString('utf8')
      return `${start}\n… ${totalBytes - maxBytes} B …\n${end}`
    },
    get truncated() {
      return totalBytes > maxBytes
    },
    get totalBytes() {
      return totalBytes
    },
  }
}
