import type { HostFinding, HostIntent } from '#shared/contract/host-checks.ts'
import type { RootWay } from '#shared/contract/targets.ts'
import { type CheckId, type Variant, checkCatalog, type CheckEntry } from './catalog.ts'
import type { HostFacts, Known, WhyUnknown } from './facts.ts'
import { preflightOf } from './preflight-names.ts'
import { neededSections } from './reads.ts'

/** What the rules look at besides the facts. */
export type Ground = {
  readonly facts: HostFacts
  readonly intent: HostIntent & { readonly kubernetes: string }
  readonly rootWay: RootWay
  /** Seconds by which its clock is ahead of ours, as far as the way there lets us tell. */
  readonly clockAheadSeconds: number
  /** The others that it is compared with, by name. */
  readonly others: readonly { readonly name: string; readonly facts: HostFacts }[]
}

type FindingFacts = Readonly<Record<string, string | number | null>>
export type Evidence = HostFinding['evidence'][number]

export type Said<Id extends CheckId> = {
  readonly variant: Variant<Id>
  readonly facts?: FindingFacts
  readonly evidence?: readonly Evidence[]
}
type NotKnown = { readonly unknown: WhyUnknown; readonly source: string }

/** Pure. One of the variants of the catalog, or that it is not known. */
export type Rule<Id extends CheckId> = (ground: Ground) => Said<Id> | NotKnown
export type Rules<Id extends CheckId> = { readonly [K in Id]: Rule<K> }

/** Nothing is known: why, and what would have told. */
export const notKnown = (of: Known<unknown> | WhyUnknown, source: string): NotKnown => ({
  unknown: typeof of === 'string' ? of : of.known ? 'failed' : of.why,
  source,
})

export const evidence = (source: string, text: string): Evidence => ({ source, text: text.slice(0, 500) })

/** The finding of one check. Whether it can be put right is for `fixes` to say. */
export function findingOf<Id extends CheckId>(id: Id, rule: Rule<Id>, ground: Ground): HostFinding {
  const entry: CheckEntry = checkCatalog[id]
  const blind = neededSections[id]?.find((name) => ground.facts.unread.has(name))
  const said = blind === undefined ? rule(ground) : notKnown(ground.facts.unread.get(blind) ?? 'failed', blind)
  const base = { id, group: entry.group, words: entry.words ?? id, link: entry.link, preflight: preflightOf(id) }
  const subject = entry.subject === undefined ? {} : { subject: entry.subject }
  if ('unknown' in said) {
    const facts = { ...subject, source: said.source }
    return { ...base, result: 'unknown', variant: said.unknown, facts, evidence: [], fixable: false }
  }
  const result = entry.variants[said.variant] ?? 'unknown'
  const facts = { ...subject, ...said.facts }
  return { ...base, result, variant: said.variant, facts, evidence: [...(said.evidence ?? [])], fixable: false }
}

/** 34 of `v1.34.4`. */
export const minorOf = (version: string): number => Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? Number.NaN)

export const list = (words: readonly (string | number)[]): string => words.join(', ')
