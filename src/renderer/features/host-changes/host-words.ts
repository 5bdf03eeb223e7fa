import { useTranslation } from 'react-i18next'
import type { HostPlan, HostStep } from '#shared/contract/host-changes.ts'

type Facts = HostPlan['facts']
type Named = { readonly id: string; readonly facts: Facts }

/** Words of plans. What has none in any language is told by its id and its facts: nothing that is to be done stays unsaid. */
export function useHostWords() {
  const { t } = useTranslation('host-steps')
  const word = (key: string, facts: Facts, fallback: string) =>
    // A fact that was not handed over is a gap, not a name in braces.
    t(key, { ...shown(facts), defaultValue: fallback }).replaceAll(/\{\{\s*\w+\s*\}\}/g, '–')
  return {
    purpose: ({ purpose, facts }: Pick<HostPlan, 'purpose' | 'facts'>) => word(`purpose.${purpose}`, facts, withFacts(purpose, facts)),
    title: (step: Pick<HostStep, 'id' | 'facts'>) => word(`step.${step.id}.title`, step.facts, withFacts(step.id, step.facts)),
    /** Why, in two sentences; empty where it has no words. */
    why: (step: Pick<HostStep, 'id' | 'facts'>) => word(`step.${step.id}.why`, step.facts, ''),
    warning: ({ id, facts }: Named) => word(`warning.${id}`, facts, withFacts(id, facts)),
  }
}

/** `swap-off: device /dev/sda2, size 2`. */
export function withFacts(id: string, facts: Facts): string {
  const known = Object.entries(facts).filter(([, value]) => value !== null)
  return known.length === 0 ? id : `${id}: ${known.map(([name, value]) => `${name} ${value}`).join(', ')}`
}

const shown = (facts: Facts): Record<string, string | number> =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value ?? '–']))

/** The official page in the reader's language, where it has one. Pages and their anchors are the same there: https://kubernetes.io/zh-cn/docs/ */
export function officialPage(link: string, language: string): string {
  return language === 'zh-CN' ? link.replace(/^https:\/\/kubernetes\.io\/(docs|blog|releases)\//, 'https://kubernetes.io/zh-cn/$1/') : link
}
