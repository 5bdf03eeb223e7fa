/** Rows that follow each other in the order. Read only for all but the order itself. */
export type OrderChunk = {
  /** Null: the ids are `start`, `start + 1` …. May be longer than `count`. */
  readonly ids: Uint32Array | null
  readonly start: number
  readonly count: number
  /** Another one whenever something in the chunk has changed; no two chunks ever have the same. */
  readonly version: number
  /** Bounds of the ids in it; there may be fewer between them. */
  readonly lowest: number
  readonly highest: number
}

/** With the key and id that no row of it is beyond and all rows of later chunks are. They may be those of a line dropped meanwhile. */
export type Chunk = {
  -readonly [Name in keyof OrderChunk]: OrderChunk[Name]
} & { lastSecond: number; lastNanos: number; lastId: number }

export const chunkRows = 4096

let versions = 0
export const newVersion = () => (versions += 1)

export const rowId = (chunk: OrderChunk, row: number) => (chunk.ids ? chunk.ids[row]! : chunk.start + row)

/** Row of an id; -1 when it is not in the chunk. */
export function rowOf(chunk: OrderChunk, id: number): number {
  if (id < chunk.lowest || id > chunk.highest) return -1
  if (!chunk.ids) return id - chunk.start
  const row = chunk.ids.indexOf(id)
  return row < chunk.count ? row : -1
}

export function newRun(start: number, count: number, second: number, nanos: number): Chunk {
  const lastId = start + count - 1
  const bounds = { lowest: start, highest: lastId, lastSecond: second, lastNanos: nanos, lastId }
  return { ids: null, start, count, version: newVersion(), ...bounds }
}

/** A chunk over `ids`, which it keeps unless they follow each other. */
export function chunkOf(ids: Uint32Array, last: { second: number; nanos: number }): Chunk {
  const count = ids.length
  let lowest = ids[0]!
  let highest = lowest
  let follows = true
  for (let row = 1; row < count; row += 1) {
    const id = ids[row]!
    if (id !== ids[row - 1]! + 1) follows = false
    if (id < lowest) lowest = id
    else if (id > highest) highest = id
  }
  if (follows) return newRun(lowest, count, last.second, last.nanos)
  const bounds = { lowest, highest, lastSecond: last.second, lastNanos: last.nanos, lastId: ids[count - 1]! }
  return { ids, start: lowest, count, version: newVersion(), ...bounds }
}

/** The ids of a chunk as an array that has room for `room`, which the chunk uses from now on. */
export function idsWithRoom(chunk: Chunk, room: number): Uint32Array {
  if (chunk.ids && chunk.ids.length >= room) return chunk.ids
  const grown = new Uint32Array(room <= chunkRows ? Math.min(chunkRows, Math.max(room, 2 * chunk.count)) : room)
  if (chunk.ids) grown.set(chunk.ids.subarray(0, chunk.count))
  else for (let row = 0; row < chunk.count; row += 1) grown[row] = chunk.start + row
  chunk.ids = grown
  return grown
}

/** Takes lower ids out of a chunk that has some. */
export function dropFrom(chunk: Chunk, id: number) {
  const { ids, count } = chunk
  if (ids) {
    const left = ids.subarray(0, count).filter((each) => each >= id)
    Object.assign(chunk, { ids: left, count: left.length })
  } else {
    chunk.count = Math.max(0, chunk.start + count - id)
    chunk.start = id
  }
  chunk.lowest = id
  chunk.version = newVersion()
}

/** Many small chunks would be left where lines of many sources were mixed. */
export function join(chunk: Chunk, after: Chunk) {
  const ids = idsWithRoom(chunk, chunk.count + after.count)
  for (let row = 0; row < after.count; row += 1) ids[chunk.count + row] = rowId(after, row)
  chunk.count += after.count
  chunk.lowest = Math.min(chunk.lowest, after.lowest)
  chunk.highest = Math.max(chunk.highest, after.highest)
  chunk.version = newVersion()
  chunk.lastSecond = after.lastSecond
  chunk.lastNanos = after.lastNanos
  chunk.lastId = after.lastId
}
