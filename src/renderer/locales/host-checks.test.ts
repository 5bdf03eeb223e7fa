import { expect, test } from 'vitest'
import { checkCatalog, type CheckEntry, checkIds } from '#core/host-checks/catalog.ts'
import { recorded, groundOf } from '#core/host-checks/fixtures/ground.ts'
import { evaluate } from '#core/host-checks/rules/index.ts'
import { hostCheckGroupSchema, hostCheckResultSchema } from '#shared/contract/host-checks.ts'
import { findingWords, sayFrom } from '#shared/words/finding-words.ts'
import { hostCheckWords } from '#shared/words/host-check-words.ts'

const languages = ['en', 'zh-CN'] as const
const catalog: Readonly<Record<string, CheckEntry>> = checkCatalog

test.each(languages)('%s: every check has its title, a sentence for each of its results, what follows and what to do', (language) => {
  const say = sayFrom(hostCheckWords[language])
  const missing: string[] = []
  for (const id of checkIds) {
    const { words = id, variants } = catalog[id] ?? { variants: {} }
    const keys = ['title', 'consequence', 'fix', ...Object.keys(variants).map((variant) => `say.${variant}`)].map(
      (key) => `check.${words}.${key}`,
    )
    for (const key of keys) if ([key, ''].includes(say(key, { subject: 'x' }))) missing.push(key)
  }
  for (const why of ['denied', 'absent', 'timeout', 'failed'])
    for (const key of [`unknown.${why}`, `unknownFix.${why}`]) if (say(key) === key) missing.push(key)
  for (const group of hostCheckGroupSchema.options) if (say(`group.${group}`) === `group.${group}`) missing.push(group)
  for (const result of hostCheckResultSchema.options) if (say(`result.${result}`) === `result.${result}`) missing.push(result)
  expect(missing).toEqual([])
})

test.each(languages)('%s: there are no words for checks and results that do not exist', (language) => {
  const known = new Map<string, Set<string>>()
  for (const id of checkIds) {
    const { words = id, variants } = catalog[id] ?? { variants: {} }
    known.set(words, new Set([...(known.get(words) ?? []), ...Object.keys(variants)]))
  }
  const tree = (hostCheckWords[language] as { check: Record<string, { say: Record<string, string> }> }).check
  for (const [words, { say }] of Object.entries(tree))
    expect([words, Object.keys(say).filter((variant) => !known.get(words)?.has(variant))]).toEqual([words, []])
})

test.each(languages)('%s: whatever is said of a machine leaves no gap', (language) => {
  const say = sayFrom(hostCheckWords[language])
  for (const record of ['bare-host', 'bare-host-as-user', 'control-plane'] as const) {
    for (const finding of evaluate(groundOf(recorded(record)))) {
      const { title, cause, fix } = findingWords(finding, say)
      for (const text of [title, cause, fix ?? '']) expect(text, finding.id).not.toMatch(/\{\{|\bundefined\b|^check\.| {2}/)
    }
  }
})
