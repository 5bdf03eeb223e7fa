const MAX_LINE = 2_000

export type LineTail = { push(lines: readonly string[]): void; lines(): string[] }

/** The last `count` lines, each at most 2,000 characters. */
export function createLineTail(count: number): LineTail {
  let kept: string[] = []
  return {
    push(lines) {
      for (const line of lines.length > count ? lines.slice(-count) : lines)
        kept.push(line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line)
      if (kept.length > count) kept = kept.slice(-count)
    },
    lines: () => [...kept],
  }
}
