import { isPair, isScalar, isSeq, type Node } from 'yaml'
import type { z } from 'zod'
import { type DocumentIssue, issuesOf, type ProblemReason } from '#shared/contract/document.ts'
import type { Path } from './plain.ts'
import { type Documents, pairOf, type Part, plainOf, readDocuments } from './text.ts'
import { unknownFields } from './unknown-fields.ts'

/** Something in the text that is not as it must be; a warning is what the tool might not take. */
export type DocumentProblem = {
  readonly severity: 'error' | 'warning'
  readonly reason: ProblemReason | 'unknown-field'
  readonly expected: string | null
  /** Which of the documents of the text. */
  readonly which: string
  readonly path: Path
  readonly from: number
  readonly to: number
  /** 1-based. */
  readonly line: number
}

/** As many characters as core reads. */
const maxLength = 200_000

/** The documents of a text that can be read, or all that keeps it from being read. `which`: what a problem of the whole text is said to be of. Pure. */
export function readOrProblems(
  text: string,
  which: string,
): { readonly parsed: Documents; readonly problems: null } | { readonly parsed: null; readonly problems: DocumentProblem[] } {
  const whole = (reason: ProblemReason, expected: string) => [wholeText(text, which, reason, expected)]
  if (text.length > maxLength) return { parsed: null, problems: whole('too-large', String(maxLength)) }
  let parsed: Documents
  try {
    parsed = readDocuments(text)
  } catch {
    return { parsed: null, problems: whole('syntax', 'too deeply nested') }
  }
  const syntax = parsed.all.flatMap((part) =>
    part.errors.map((error) => {
      const expected = `${error.code}\n${(error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}`
      return problemAt(parsed, which, [], 'syntax', expected, error.pos)
    }),
  )
  return syntax.length > 0 ? { parsed: null, problems: syntax } : { parsed, problems: null }
}

/** What a schema has against one document; fields that it does not know are warnings. */
export function checkPart(parsed: Documents, which: string, part: Part, schema: z.ZodType): DocumentProblem[] {
  const value = plainOf(part)
  if (value === null) return [problemAt(parsed, which, [], 'too-many-aliases', null, placeOf(part, []))]
  const result = schema.safeParse(value)
  const issues: DocumentIssue[] = result.success ? [] : issuesOf(result.error)
  return [
    ...issues.map(({ path, reason, expected }) => problemAt(parsed, which, path, reason, expected, placeOf(part, path))),
    ...unknownFields(schema, value).map(
      (path): DocumentProblem => ({
        ...problemAt(parsed, which, path, 'other', String(path.at(-1)), placeOf(part, path, true)),
        severity: 'warning',
        reason: 'unknown-field',
      }),
    ),
  ]
}

export function problemAt(
  parsed: Pick<Documents, 'text' | 'lines'>,
  which: string,
  path: Path,
  reason: ProblemReason,
  expected: string | null,
  [from, to]: readonly [number, number],
): DocumentProblem {
  const line = Math.max(1, parsed.lines.linePos(from).line)
  const lineEnd = parsed.text.indexOf('\n', from)
  return { severity: 'error', reason, expected, which, path, from, to: Math.max(from, Math.min(to, lineEnd === -1 ? to : lineEnd)), line }
}

const wholeText = (text: string, which: string, reason: ProblemReason, expected: string): DocumentProblem => ({
  severity: 'error',
  reason,
  expected,
  which,
  path: [],
  from: 0,
  to: Math.min(text.length, 1),
  line: 1,
})

/** Where the value at a path stands, on its first line; the deepest part of the path that is there where the rest is missing. */
export function placeOf(part: Part, path: Path, ofKey = false): [number, number] {
  let node: unknown = part.contents
  let at: [number, number] = rangeOf(node) ?? [part.range[0], part.range[0]]
  path.forEach((step, index) => {
    if (node === undefined) return
    const next: unknown = typeof step === 'number' ? (isSeq(node) ? node.items[step] : undefined) : pairOf(node, step)
    if (next === undefined) {
      node = undefined
      return
    }
    const key = isPair(next) ? rangeOf(next.key) : undefined
    const value: unknown = isPair(next) ? next.value : next
    const below = rangeOf(value)
    at = (ofKey && index === path.length - 1 ? key : isScalar(value) && below && below[1] > below[0] ? below : (key ?? below)) ?? at
    node = value
  })
  return at
}

function rangeOf(node: unknown): [number, number] | undefined {
  const range = (node as Node | null | undefined)?.range
  return range ? [range[0], range[1]] : undefined
}
