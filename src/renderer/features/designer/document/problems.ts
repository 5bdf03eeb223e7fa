import { isPair, isScalar, isSeq, type Node } from 'yaml'
import type { z } from 'zod'
import { clusterExtrasSchema } from '#shared/contract/cluster-extras.ts'
import { type DocumentIssue, issuesOf, type ProblemReason } from '#shared/contract/document.ts'
import { kindConfigSchema } from '#shared/contract/kind-config.ts'
import { minikubeConfigSchema } from '#shared/contract/minikube-config.ts'
import type { Which } from './edit.ts'
import type { Path } from './plain.ts'
import { unknownFields } from './unknown-fields.ts'
import { kindOf, pairOf, parseText, plainOf, type Part, type Text } from './text.ts'

/** Something in the text that is not as it must be; a warning is what the tool might not take. */
export type DocumentProblem = {
  readonly severity: 'error' | 'warning'
  readonly reason: ProblemReason | 'unknown-field'
  readonly expected: string | null
  readonly which: Which
  readonly path: Path
  readonly from: number
  readonly to: number
  /** 1-based. */
  readonly line: number
}

export type Provider = 'kind' | 'minikube'

/** As many characters as core reads. */
const maxLength = 200_000

/** Everything that is wrong with a text, in the order of its lines. As core's own reading (`readDocument`), but all of it. Pure. */
export function problemsOf(text: string): DocumentProblem[] {
  if (text.length > maxLength) return [wholeText(text, 'too-large', String(maxLength))]
  let parsed: Text
  try {
    parsed = parseText(text)
  } catch {
    return [wholeText(text, 'syntax', 'too deeply nested')]
  }
  const syntax = parsed.all.flatMap((part) =>
    part.errors.map((error) => {
      const expected = `${error.code}\n${(error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}`
      return problem(parsed, 'cluster', [], 'syntax', expected, error.pos)
    }),
  )
  if (syntax.length > 0) return syntax
  const filled = parsed.all.filter((part) => part.contents !== null)
  const surplus = filled.filter((part) => part !== parsed.cluster && part !== parsed.extras)
  const { cluster, extras } = parsed
  const provider = cluster === null ? null : providerOf(cluster)
  if (cluster === null || provider === null || cluster.contents === null)
    return [problem(parsed, 'cluster', ['kind'], 'not-a-cluster', null, cluster === null ? [0, 0] : placeOf(cluster, ['kind']))]
  return [
    ...check(parsed, 'cluster', cluster, provider === 'kind' ? kindConfigSchema : minikubeConfigSchema),
    ...(extras === null ? [] : check(parsed, 'extras', extras, clusterExtrasSchema)),
    ...surplus.map((part) => problem(parsed, 'extras', [], 'too-many-documents', null, placeOf(part, []))),
  ].sort((a, b) => a.from - b.from)
}

export function providerOf(part: Part): Provider | null {
  const kind = kindOf(part)
  return kind === 'Cluster' ? 'kind' : kind === 'MinikubeCluster' ? 'minikube' : null
}

function check(parsed: Text, which: Which, part: Part, schema: z.ZodType): DocumentProblem[] {
  const value = plainOf(part)
  if (value === null) return [problem(parsed, which, [], 'too-many-aliases', null, placeOf(part, []))]
  const result = schema.safeParse(value)
  const issues: DocumentIssue[] = result.success ? [] : issuesOf(result.error)
  return [
    ...issues.map(({ path, reason, expected }) => problem(parsed, which, path, reason, expected, placeOf(part, path))),
    ...unknownFields(schema, value).map(
      (path): DocumentProblem => ({
        ...problem(parsed, which, path, 'other', String(path.at(-1)), placeOf(part, path, true)),
        severity: 'warning',
        reason: 'unknown-field',
      }),
    ),
  ]
}

function problem(
  parsed: Text,
  which: Which,
  path: Path,
  reason: ProblemReason,
  expected: string | null,
  [from, to]: readonly [number, number],
): DocumentProblem {
  const line = Math.max(1, parsed.lines.linePos(from).line)
  const lineEnd = parsed.text.indexOf('\n', from)
  return { severity: 'error', reason, expected, which, path, from, to: Math.max(from, Math.min(to, lineEnd === -1 ? to : lineEnd)), line }
}

const wholeText = (text: string, reason: ProblemReason, expected: string): DocumentProblem => ({
  severity: 'error',
  reason,
  expected,
  which: 'cluster',
  path: [],
  from: 0,
  to: Math.min(text.length, 1),
  line: 1,
})

/** Where the value at a path stands, on its first line; the deepest part of the path that is there where the rest is missing. */
function placeOf(part: Part, path: Path, ofKey = false): [number, number] {
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
