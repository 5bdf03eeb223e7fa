import type { LogHistogram } from '#shared/contract/logs.ts'

export const plotHeight = 40
/** The levels that are told apart by colour, from the bottom up; numbers are places in `logLevels`. */
const layers = [
  ['rest', [0, 1, 2, 3]],
  ['warn', [4]],
  ['error', [5, 6]],
] as const

/** Stacked bars, one path for each colour, in a box of `width` × 40. A bar that is not empty is at least 1 high, so that a single error is seen. */
export function barPaths({ counts }: Pick<LogHistogram, 'counts'>, width: number) {
  const buckets = counts[0]?.length ?? 0
  const sum = (levels: readonly number[], at: number) => levels.reduce((all, level) => all + (counts[level]?.[at] ?? 0), 0)
  const most = Math.max(1, ...Array.from({ length: buckets }, (_, at) => layers.reduce((all, [, levels]) => all + sum(levels, at), 0)))
  const step = width / Math.max(1, buckets)
  const bar = Math.max(0.5, step - (step > 4 ? 1.4 : 0.2))
  const tops = Array.from({ length: buckets }, () => plotHeight)
  return layers.map(([name, levels]) => {
    let d = ''
    for (let at = 0; at < buckets; at += 1) {
      const count = sum(levels, at)
      if (count === 0) continue
      const height = Math.max(1, (count / most) * (plotHeight - 2))
      const top = Math.max(0, (tops[at] ?? plotHeight) - height)
      tops[at] = top
      d += `M${(at * step).toFixed(1)} ${top.toFixed(1)}h${bar.toFixed(1)}v${height.toFixed(1)}h-${bar.toFixed(1)}z`
    }
    return { name, d }
  })
}

/** Errors, warnings and all lines of one bar, for words. */
export function bucketCounts({ counts }: Pick<LogHistogram, 'counts'>, at: number) {
  const of = (levels: readonly number[]) => levels.reduce((all, level) => all + (counts[level]?.[at] ?? 0), 0)
  return { all: of([0, 1, 2, 3, 4, 5, 6]), warnings: of([4]), errors: of([5, 6]) }
}

/** Start of a bar and its end, epoch ms. */
export function bucketTimes({ from, to, counts }: LogHistogram, first: number, last: number): readonly [number, number] {
  const step = (to - from) / Math.max(1, counts[0]?.length ?? 0)
  const [a, b] = first <= last ? [first, last] : [last, first]
  return [Math.floor(from + a * step), Math.ceil(from + (b + 1) * step)]
}
