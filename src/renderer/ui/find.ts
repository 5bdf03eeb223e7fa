/** The words of a query, each of which must be found. */
export const wordsOf = (query: string): readonly string[] => query.toLowerCase().split(/\s+/).filter(Boolean)

export function fits(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase()
  return words.every((word) => lower.includes(word))
}

/** How near a name is to what was typed: 0 begins with it, 1 a part begins with it, 2 holds it, 3 not in the name itself. */
export function nearness(name: string, words: readonly string[]): number {
  const lower = name.toLowerCase()
  const [first = ''] = words
  const at = lower.indexOf(first)
  if (at < 0 || !fits(lower, words)) return 3
  if (at === 0) return 0
  return /[^\p{L}\p{N}]/u.test(lower[at - 1] ?? '') ? 1 : 2
}
