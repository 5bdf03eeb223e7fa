import type { LogPattern } from '#shared/contract/logs.ts'
import type { Range } from './ansi.ts'

const letter = String.raw`[\p{L}\p{N}_]`

/** Marks on the page what core counts: the same pattern over what is shown. Null: nothing to find, or a pattern that is none. */
export function matcherOf(pattern: LogPattern | null): RegExp | null {
  if (!pattern || pattern.text === '') return null
  const bare = pattern.regex ? pattern.text : pattern.text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
  const source = pattern.wholeWord ? `(?<!${letter})(?:${bare})(?!${letter})` : bare
  for (const flags of ['gu', 'g']) {
    try {
      return new RegExp(source, pattern.matchCase ? flags : `${flags}i`)
    } catch {
      // Without `u` more is a pattern, as in `\-`.
    }
  }
  return null
}

/** More in one line are not told apart by eye. */
const mostHits = 500

export function hitsOf(plain: string, matcher: RegExp | null): Range[] {
  const hits: Range[] = []
  if (!matcher) return hits
  for (const match of plain.matchAll(matcher)) {
    if (match[0] !== '') hits.push([match.index, match.index + match[0].length])
    if (hits.length >= mostHits) break
  }
  return hits
}
