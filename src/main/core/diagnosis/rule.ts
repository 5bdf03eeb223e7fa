import type { EvidenceLine, Finding, FindingAction } from '#shared/contract/findings.ts'
import type { ErrorCode } from '#shared/messages/error-facts.ts'
import type { Facts } from '../error.ts'
import type { Evidence } from './evidence.ts'

/** Looks at evidence for one cause. Pure. Nothing found: an empty list, also where it was not possible to look. */
export type Rule = (evidence: Evidence) => readonly Finding[]

export type RuleFinding<C extends ErrorCode> = {
  readonly cause: C
  readonly facts: Facts<C>
  readonly evidence: readonly EvidenceLine[]
  readonly action?: FindingAction
  /** Default: sure. */
  readonly sure?: Finding['sure']
  /** Default: problem. */
  readonly level?: Finding['level']
}

export function finding<C extends ErrorCode>({
  cause,
  facts,
  evidence,
  action,
  sure = 'sure',
  level = 'problem',
}: RuleFinding<C>): Finding {
  return { level, cause, facts: { ...facts }, sure, evidence: [...evidence], action: action ?? null }
}

/** A fact of the machine or the engine, as a line of evidence. */
export const fact = (source: EvidenceLine['source'], name: string, text: string): EvidenceLine => ({ source, name, text })

/** What a program printed, short enough for one sentence. */
export const short = (text: string | undefined, length = 300): string | null => {
  const line = (text ?? '').replace(/\\+"/g, '"').trim()
  return line === '' ? null : line.length > length ? `${line.slice(0, length)}…` : line
}
