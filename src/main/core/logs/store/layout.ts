/**
 * How lines lie in memory. A segment is one SharedArrayBuffer: the bytes of its lines from the front, each followed by a newline, and one record of 16 bytes for each line from
 * the back. It is full when both meet. Shared, so that search workers read what is there without a copy; written only by the thread that fills it, in order.
 *
 * Record `i` is four uint32 that end `16 * i` bytes before the end of the segment, in this order: offset of the first byte, seconds since 1970, nanoseconds, tag.
 * The tag: source in bits 16–31, level in bits 13–15, flags below.
 */
export const segmentBytes = 1024 * 1024
export const recordWords = 4

/** A longer line is kept in pieces of this size, each a line of its own that says so (`flag.piece`). */
export const maxPieceBytes = 64 * 1024

/** In the order of weight; 0: none was recognised. The same as `logLevels` of the contract, which search workers do without. */
export const levels = ['none', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export const flag = {
  /** A row of Cove's own (restart, gap …): its bytes are the JSON of a LogNote. */
  note: 1,
  /** Of the two streams neither is known but where a file says it: the API does not. */
  stderr: 2,
  /** Came after lines that are later than it had been shown. */
  late: 4,
  /** Goes on with the stack trace above it (same source). */
  continuation: 8,
  /** Goes on with the line above it (same source), which was longer than a piece. */
  piece: 16,
  /** Carried no time: its seconds and nanoseconds are those of the line before it, so that it keeps its place. */
  untimed: 32,
  /** Begins with `{` and ends with `}`. */
  json: 64,
  /** Has bytes from 0x80. */
  wide: 128,
  /** Has control characters other than tab. */
  control: 256,
  /** See `stderr`. */
  stdout: 512,
  /** Belongs to `search/inspect.ts`: a Python trace that is not at its end. */
  openTrace: 4096,
} as const

/** What is known of one line without its text. */
export type LineRecord = {
  readonly source: number
  readonly second: number
  readonly nanos: number
  /** Index in `levels`. */
  readonly level: number
  readonly flags: number
}

export const tagOf = (source: number, level: number, flags: number) => ((source << 16) | (level << 13) | flags) >>> 0
export const sourceOf = (tag: number) => tag >>> 16
export const levelOf = (tag: number) => (tag >>> 13) & 7
export const flagsOf = (tag: number) => tag & 0x1fff
/** Null: not known. */
export const streamOf = (flags: number) => ((flags & flag.stderr) !== 0 ? 'stderr' : (flags & flag.stdout) !== 0 ? 'stdout' : null)

/** Word of record `i` in a Uint32Array over a segment of `words` words. */
export const recordAt = (words: number, i: number) => words - recordWords * (i + 1)

/** Lines of one source on their way into the store. The arrays may be longer than `count` and are used again by their maker. */
export type LineBatch = {
  readonly bytes: Uint8Array
  readonly count: number
  /** Where the text of each line begins and ends in `bytes`, without timestamp and newline. */
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  /** 0 and 0: the line had no time. */
  readonly seconds: Uint32Array
  readonly nanos: Uint32Array
  /** `flag.stdout`, `flag.stderr`, `flag.piece`. */
  readonly flags: Uint16Array
}
