export type Side = { readonly median: number; readonly unit: string; readonly raw: readonly number[] } & Record<string, unknown>
export type Result = {
  readonly id: string
  readonly ratio: number
  readonly target: string
  readonly a: Side
  readonly b: Side
  readonly runs: number
  readonly second?: unknown
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

const round = (value: number) => Math.round(value * 1000) / 1000

export const side = (unit: string, raw: readonly number[], extra: Record<string, unknown> = {}): Side => ({
  median: round(median(raw)),
  unit,
  raw: raw.map(round),
  ...extra,
})

export const ratioOf = (a: Side, b: Side) => round(a.median / b.median)

/** Runs A and B in turn, so that what the machine does meanwhile falls on both. Durations in ms unless they return a number of their own. */
export async function alternate(
  runs: number,
  a: () => Promise<number | void>,
  b: () => Promise<number | void>,
): Promise<{ a: number[]; b: number[] }> {
  const taken = { a: [] as number[], b: [] as number[] }
  for (let run = 0; run < runs; run++) {
    taken.a.push(await timed(a))
    taken.b.push(await timed(b))
  }
  return taken
}

async function timed(work: () => Promise<number | void>): Promise<number> {
  const start = performance.now()
  const own = await work()
  return own ?? performance.now() - start
}
