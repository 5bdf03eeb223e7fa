import { LineCounter, parseAllDocuments, type Document } from 'yaml'
import { clusterExtrasSchema, type ClusterExtras } from '#shared/contract/cluster-extras.ts'
import { issuesOf, type ProblemReason } from '#shared/contract/document.ts'
import { kindConfigSchema, type KindConfig } from '#shared/contract/kind-config.ts'
import { minikubeConfigSchema, type MinikubeConfig } from '#shared/contract/minikube-config.ts'
import { AppError } from '#core/error.ts'
import { placeOf } from './place-of.ts'

/** Characters; as many as the contract lets through. */
const maxLength = 200_000

export type ClusterDocument = {
  /** What Cove does around the tool; null: the text has no such document. */
  readonly extras: ClusterExtras | null
  /** The tool's own document alone, as it stands in the text, comments and all. */
  readonly source: string
} & ({ readonly provider: 'kind'; readonly config: KindConfig } | { readonly provider: 'minikube'; readonly config: MinikubeConfig })

/**
 * Reads the text of a cluster: one document of kind's `Cluster` or Cove's `MinikubeCluster`, perhaps one `ClusterExtras`, in either order.
 * Throws `document-invalid` with 1-based line and column of the first thing that is wrong. Pure; fields it does not know stay in `config`.
 */
export function readDocument(text: string): ClusterDocument {
  if (text.length > maxLength) throw invalid({ line: null, column: null }, '', 'too-large', String(maxLength))
  const lines = new LineCounter()
  const parsed = parse(text, lines)
  const all = Array.isArray(parsed) ? (parsed as Document.Parsed[]).filter((one) => one.contents !== null) : []
  const fail = (document: Document.Parsed | null, path: readonly (string | number)[], reason: ProblemReason, expected: string | null) =>
    invalid(document === null ? { line: 1, column: 1 } : lineAndColumn(lines, placeOf(document, path)), pathText(path), reason, expected)

  for (const document of all) {
    const error = document.errors[0]
    if (error !== undefined) throw invalid(lineAndColumn(lines, error.pos[0]), '', 'syntax', firstLine(error.message))
  }
  const kinds = all.map((document) => ({ document, kind: document.get('kind'), value: plainValue(document, lines) }))
  const extras = kinds.filter((one) => one.kind === 'ClusterExtras')
  const clusters = kinds.filter((one) => one.kind !== 'ClusterExtras')
  const cluster = clusters[0]
  if (cluster === undefined) throw fail(all[0] ?? null, [], 'not-a-cluster', null)
  const second = clusters[1] ?? extras[1]
  if (second !== undefined) throw fail(second.document, [], 'too-many-documents', null)

  const check = <T>({ document, value }: (typeof kinds)[number], schema: { safeParse(value: unknown): Parsed<T> }): T => {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    const issue = issuesOf(result.error)[0]
    throw fail(document, issue?.path ?? [], issue?.reason ?? 'other', issue?.expected ?? null)
  }
  const own = extras[0] === undefined ? null : check(extras[0], clusterExtrasSchema)
  const source = sourceOf(text, all, cluster.document)
  if (cluster.kind === 'MinikubeCluster') return { provider: 'minikube', config: check(cluster, minikubeConfigSchema), extras: own, source }
  if (cluster.kind !== 'Cluster') throw fail(cluster.document, ['kind'], 'not-a-cluster', null)
  return { provider: 'kind', config: check(cluster, kindConfigSchema), extras: own, source }
}

type Parsed<T> = { success: true; data: T } | { success: false; error: Parameters<typeof issuesOf>[0] }

function parse(text: string, lineCounter: LineCounter) {
  try {
    return parseAllDocuments(text, { merge: true, logLevel: 'error', lineCounter })
  } catch (error) {
    if (error instanceof RangeError) throw invalid({ line: null, column: null }, '', 'syntax', 'too deeply nested')
    throw error
  }
}

function plainValue(document: Document.Parsed, lines: LineCounter): unknown {
  try {
    // 100 is the library's own guard against alias bombs: https://eemeli.org/yaml/#tojs-options
    return document.toJS({ maxAliasCount: 100 }) as unknown
  } catch (error) {
    const reason = error instanceof ReferenceError || error instanceof RangeError ? 'too-many-aliases' : 'syntax'
    throw invalid(lineAndColumn(lines, document.range[0]), '', reason, null)
  }
}

/** From its own beginning, with the comments before it, to where the next one begins. */
function sourceOf(text: string, all: readonly Document.Parsed[], document: Document.Parsed): string {
  const index = all.indexOf(document)
  const start = index === 0 ? 0 : document.range[0]
  const piece = text.slice(start, document.range[2]).replace(/^---[^\n]*\n/, '')
  return piece.endsWith('\n') ? piece : `${piece}\n`
}

function invalid(
  at: { readonly line: number | null; readonly column: number | null },
  field: string,
  reason: ProblemReason,
  expected: string | null,
): AppError {
  return new AppError('document-invalid', { ...at, field, reason, expected })
}

function lineAndColumn(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

/** `nodes[1].extraPortMappings[0].hostPort` */
function pathText(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}

/** The parser's messages carry a picture of the source after the first line. */
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')
}
