import { expect, test } from 'vitest'
import { selectorKind } from './selector-text.ts'

test.each([
  'app=web',
  'app==web',
  'app = web , tier!=db',
  'app=',
  'app in (web)',
  'app in (web, api),tier notin(db)',
  'app in (,web)',
  'app in ( , ,\tweb , ) , tier notin( db)',
  '!canary',
  '! canary,app',
  'cpus>4',
  'cpus < 16',
  'app.kubernetes.io/name=web_1.0-x',
])('a selector: %s', (text) => expect(selectorKind(text)).toBe('selector'))

test.each(['app', ' app ', 'app,tier', 'app.kubernetes.io/part-of', 'job-name'])('keys alone: %s', (text) =>
  expect(selectorKind(text)).toBe('bare'),
)

test.each([
  '',
  ' ',
  'two words',
  'app=a b',
  '=web',
  'app,',
  'app in web',
  'app in (web',
  'cpus>many',
  '-app',
  'app-',
  'a/b/c',
  'app=web;',
  'app=\u202eweb',
  '应用',
  `a${'b'.repeat(63)}`,
])('no selector: %j', (text) => expect(selectorKind(text)).toBeNull())

test.each([
  [`a in (x${' , '.repeat(50_000)}`, null],
  [`a in (x${' , '.repeat(50_000)})`, 'selector'],
  [`a in (${'x'.repeat(40)}${`,${'x'.repeat(40)}`.repeat(10_000)}`, null],
  [`a${' '.repeat(50_000)}b`, null],
  [`a${' , a'.repeat(20_000)} ,`, null],
])('a long text is read once: %#', (text, kind) => expect(selectorKind(text)).toBe(kind))
