import fc from 'fast-check'
import { expect, test } from 'vitest'
import { get, parsed, setToml, type TomlScalar } from './toml-edit.ts'
import { tomlItems } from '#shared/toml-lines.ts'

const cri = ['plugins', 'io.containerd.grpc.v1.cri']
const options = [...cri, 'containerd', 'runtimes', 'runc', 'options']

test('a value is replaced where it stands, with the comment behind it', () => {
  const text =
    '# mine\nversion = 2\n\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]\n    SystemdCgroup = false # as Docker did\n  BinaryName = "crun"\n'
  expect(setToml(text, [...options, 'SystemdCgroup'], true)).toBe(text.replace('= false', '= true'))
})

test('a key is added behind those of its table, indented as they are', () => {
  const text =
    'version = 2\n[plugins]\n  [plugins."io.containerd.grpc.v1.cri"]\n    # the pause image\n    enable_selinux = false\n\n[debug]\n  level = "info"\n'
  expect(setToml(text, [...cri, 'sandbox_image'], 'registry.k8s.io/pause:3.10')).toBe(
    text.replace('enable_selinux = false\n', 'enable_selinux = false\n    sandbox_image = "registry.k8s.io/pause:3.10"\n'),
  )
})

test('a table that is not there is added behind its nearest', () => {
  const after = setToml('version = 2\n[plugins."io.containerd.grpc.v1.cri"]\n  x = 1\n[debug]\n', [...options, 'SystemdCgroup'], true)
  expect(after?.indexOf('SystemdCgroup')).toBeLessThan(after?.indexOf('[debug]') ?? 0)
  expect(get(parsed(after ?? ''), [...options, 'SystemdCgroup'])).toBe(true)
})

test('single quotes, dotted keys, strings over several lines and CRLF are read', () => {
  const text = `title = """\n[not.a.table]\nx = 1 # no"""\r\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]\r\noptions.SystemdCgroup = false\r\nlist = [\r\n  "a", # one ]\r\n  'b',\r\n]\r\n`
  const path = ['plugins', 'io.containerd.cri.v1.runtime', 'containerd', 'runtimes', 'runc', 'options', 'SystemdCgroup']
  expect(setToml(text, path, true)).toBe(text.replace('SystemdCgroup = false', 'SystemdCgroup = true'))
  const list = [...path.slice(0, -2), 'list']
  expect(setToml(text, list, ['b'])).toBe(text.replace(/list = \[[^]*\]/, 'list = ["b"]'))
})

test('a root key goes above the first table; an empty file takes everything', () => {
  expect(setToml('[debug]\nlevel = "info"\n', ['version'], 2)).toBe('version = 2\n[debug]\nlevel = "info"\n')
  expect(setToml('', ['version'], 2)).toBe('version = 2\n')
  expect(setToml('# by hand\n\ndisabled_plugins = ["cri"]\n', ['version'], 2)).toBe(
    '# by hand\n\ndisabled_plugins = ["cri"]\nversion = 2\n',
  )
})

test.each([
  ['an inline table', 'a = { b = 1 }', ['a', 'c'], true],
  ['an array of tables', '[[a]]\nb = 1', ['a', 'c'], true],
  ['a value where a table would have to be', 'a = 1', ['a', 'b'], true],
  ['no TOML', 'a = ', ['b'], true],
  ['a table closed to headers', 'a.b.c = 1', ['a', 'b', 'd'], true],
] as const)('%s is refused, not damaged', (_, text, path, value) => {
  expect(setToml(text, path, value)).toBeNull()
})

const key = fc.oneof(
  fc.constantFrom('plugins', 'a', 'b', 'containerd', 'io.containerd.grpc.v1.cri', 'x y', '-', 'é'),
  fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text !== '__proto__' && !/[\p{Cc}\ud800-\udfff]/u.test(text)),
)
const scalar: fc.Arbitrary<TomlScalar> = fc.oneof(
  fc.boolean(),
  fc.integer({ min: -999, max: 999 }),
  fc.string({ maxLength: 12 }).filter((text) => !/[\ud800-\udfff]/.test(text)),
  fc.array(fc.constantFrom('cri', 'a ] b', '# no'), { maxLength: 3 }),
)
const blank = fc.constantFrom('', '  ', '\t')
const comment = fc.constantFrom('', ' # because', '# [x]', '  #= 1')
const quote = (text: string) =>
  /^[A-Za-z0-9_-]+$/.test(text)
    ? text
    : text.includes("'") || text.includes('"') || text.includes('\\')
      ? JSON.stringify(text)
      : `'${text}'`
const line = fc.oneof(
  fc.tuple(blank, key, scalar, comment).map(([indent, name, value, note]) => `${indent}${quote(name)} = ${JSON.stringify(value)}${note}`),
  fc
    .tuple(blank, fc.array(key, { minLength: 1, maxLength: 3 }), comment)
    .map(([indent, path, note]) => `${indent}[${path.map(quote).join(' . ')}]${note}`),
  fc.constantFrom('', '# a comment', 'long = """\n[no]\n"""', 'more = [\n 1, # ]\n 2\n]', 'when = 2026-01-02T03:04:05Z'),
)

test('whatever the text: the one value is set, all else means and reads as before', () => {
  let changed = 0
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.array(key, { minLength: 1, maxLength: 4 }), scalar, (all, path, value) => {
      const text = all.length === 0 ? '' : `${all.join('\n')}\n`
      fc.pre(parsed(text) !== null)
      const after = setToml(text, path, value)
      if (after === null) return
      changed += 1
      expect(get(parsed(after), path)).toEqual(value)
      // Every line that was there is there still, in the same order, except for those of the value itself.
      const own = tomlItems(text)?.find((item) => item.kind === 'value' && JSON.stringify(item.path) === JSON.stringify(path))
      const kept = text.split('\n').filter((_, at) => own?.kind !== 'value' || at < own.line || at > own.lastLine)
      let from = 0
      const now = after.split('\n')
      for (const one of kept.filter((text) => text !== '')) {
        from = now.indexOf(one, from) + 1
        expect(from).toBeGreaterThan(0)
      }
    }),
    { numRuns: 600 },
  )
  expect(changed).toBeGreaterThan(80)
})
