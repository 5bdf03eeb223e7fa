import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { externalUrl } from '../../main/electron/external.ts'
import { resources } from './i18n.ts'

// Plans are made in many rooms of core; what they name is found where it is written, so that no room has to remember a list.
const core = join(import.meta.dirname, '../../main/core')
const sources = readdirSync(core, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !/^(?:host-changes|targets)[\\/]/.test(file))
  .map((file) => ({ file, code: readFileSync(join(core, file), 'utf8') }))
const makers = sources.filter(({ code }) => /from '[^']*(?:host-changes\.ts|host-changes\/types\.ts|\/steps?\.ts)'/.test(code))
const named = (pattern: RegExp) => [
  ...new Set(makers.flatMap(({ code }) => [...code.matchAll(pattern)].map((match) => match.slice(1).find(Boolean) ?? ''))),
]
const steps = named(/\b(?:\w+S|s)tep\(\s*'([a-z0-9-]+)'|\{\s*id: '([a-z0-9-]+)',[^{}]*(?:\{[^{}]*\})?[^{}]*\bactions\b/g)
const purposes = named(/\bplan\(\s*'([a-z0-9-]+)'|\bpurpose: '([a-z0-9-]+)'/g)
const warnings = named(/\{\s*id: '([a-z0-9-]+)',\s*facts(?::\s*\{[^{}]*\})?\s*\}/g)
const spelled = ['path', 'completion'].map((what) => `shell-${what}`)

type Words = {
  readonly step: Record<string, { readonly title?: string; readonly why?: string }>
  readonly purpose: Record<string, string>
  readonly warning: Record<string, string>
}
const languages = Object.entries(resources).map(([language, words]) => [language, words['host-steps'] as unknown as Words] as const)

test('what plans name is found', () => {
  expect(makers.length).toBeGreaterThan(5)
  expect(steps.length).toBeGreaterThan(15)
  expect(purposes.length).toBeGreaterThan(3)
})

test.each(languages)('%s: every step has a title and, in two sentences, why', (_, { step }) => {
  const wrong = [...steps, ...spelled].flatMap((id) => {
    const { title = '', why = '' } = step[id] ?? {}
    return [title === '' ? `${id} has no title` : '', sentences(why) === 2 ? '' : `${id}: ${sentences(why)} sentences: ${why}`].filter(
      Boolean,
    )
  })
  expect(wrong).toEqual([])
})

test.each(languages)('%s: every purpose and every warning has words', (_, { purpose, warning }) => {
  expect([...purposes, ...spelled].filter((id) => !purpose[id])).toEqual([])
  expect(warnings.filter((id) => !warning[id])).toEqual([])
})

test('there are no words for what no plan names', () => {
  const code = sources.map((source) => source.code).join('\n')
  const unused = languages.flatMap(([, { step, purpose, warning }]) =>
    [...Object.keys(step), ...Object.keys(purpose), ...Object.keys(warning)].filter(
      (id) => !spelled.includes(id) && !code.includes(`'${id}'`),
    ),
  )
  expect([...new Set(unused)]).toEqual([])
})

test('every page that a plan leads to can be opened from the window of Cove', () => {
  const addresses = makers.flatMap(({ code }) => [...code.matchAll(/['`](https:\/\/[^'`\s]+)/g)].map(([, address = '']) => address))
  expect(addresses.length).toBeGreaterThan(5)
  // What is written into files of a machine leads nobody anywhere.
  const written = /^https:\/\/(?:\$\{|registry-1\.docker\.io|pkgs\.k8s\.io|download\.docker\.com|invalid)/
  expect(addresses.filter((address) => !written.test(address) && externalUrl(address) === null)).toEqual([])
})

function sentences(text: string): number {
  // Neither a file such as `.bashrc` nor a version such as `1.35` ends one.
  return text.match(/[.?](?=\s|$)|[。？]/g)?.length ?? 0
}
