import { expect, test } from 'vitest'
import { setupActionSchema, setupIntentSchema, setupStepIdSchema, setupStepSchema } from '#shared/contract/setup.ts'
import { resources } from './i18n.ts'

type Words = {
  readonly intent: Record<string, { readonly title?: string; readonly text?: string }>
  readonly step: Record<string, { readonly title?: string; readonly why?: string }>
  readonly state: Record<string, string>
  readonly says: Record<string, Record<string, string>>
  readonly action: { readonly open: Record<string, string> }
}
const languages = Object.entries(resources).map(([language, words]) => [language, words['setup'] as unknown as Words] as const)
const pages = setupActionSchema.options.flatMap((option) => ('page' in option.shape ? option.shape.page.options : []))

test.each(languages)('%s: every wish, state and page of the set-up has words', (_, words) => {
  expect(setupIntentSchema.options.filter((id) => !words.intent[id]?.title || !words.intent[id].text)).toEqual([])
  expect(setupStepSchema.shape.state.options.filter((id) => !words.state[id])).toEqual([])
  expect(pages.length).toBeGreaterThan(4)
  expect(pages.filter((id) => !words.action.open[id])).toEqual([])
})

test.each(languages)('%s: every step has a title, two sentences of why, and says what is there when it is done', (_, words) => {
  const ids = setupStepIdSchema.options
  expect(ids.filter((id) => !words.step[id]?.title)).toEqual([])
  expect(ids.filter((id) => (words.step[id]?.why ?? '').match(/[.](?=\s|$)|[。]/g)?.length !== 2)).toEqual([])
  expect(ids.filter((id) => !Object.keys(words.says[id] ?? {}).some((key) => key.startsWith('done')))).toEqual([])
  expect(Object.keys(words.says).filter((id) => !ids.some((known) => known === id))).toEqual([])
})
