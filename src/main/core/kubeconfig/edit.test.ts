import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseKubeconfig } from './document.ts'
import { applyEdits, editValue, type Edit } from './edit.ts'

const fixtures = path.join(import.meta.dirname, 'fixtures')
const fixture = (name: string): string => readFileSync(path.join(fixtures, name), 'utf8')
const edit = (text: string, ...edits: Edit[]): string => applyEdits(parseKubeconfig(text, 'f'), edits, 'f')
const kind = parseKubeconfig(fixture('kind.yaml'), 'kind').entries
const putKind = (name = 'kind-dev'): Edit[] =>
  (['clusters', 'contexts', 'users'] as const).map((list) => ({
    do: 'put',
    list,
    name,
    value: { ...kind[list].get('kind-dev')!.value, name },
  }))

/** Lines of `before` that are gone, and lines of `after` that are new. */
function difference(before: string, after: string): { gone: string[]; added: string[] } {
  const old = before.split('\n')
  const now = after.split('\n')
  return { gone: old.filter((line) => !now.includes(line)), added: now.filter((line) => !old.includes(line)) }
}

describe('only what is edited changes', () => {
  it('current-context keeps its line, quotes aside, and its comment', () => {
    const text = fixture('docker-desktop-zh.yaml')
    expect(edit(text, { do: 'set-current', name: '测试' })).toBe(
      text.replace('current-context: docker-desktop   #', 'current-context: "测试"   #'),
    )
    expect(edit(fixture('eks.yaml'), { do: 'set-current', name: 'x' })).toBe(fixture('eks.yaml').replace('"payments"\n', 'x\n'))
  })

  it('is written where it was missing, empty or null', () => {
    expect(edit('kind: Config\n', { do: 'set-current', name: 'a' })).toBe('kind: Config\ncurrent-context: a\n')
    expect(edit('kind: Config', { do: 'set-current', name: 'a' })).toBe('kind: Config\ncurrent-context: a')
    expect(edit('current-context:\nkind: Config\n', { do: 'set-current', name: 'a' })).toBe('current-context: a\nkind: Config\n')
    expect(edit('current-context: # none\n', { do: 'set-current', name: 'a' })).toBe('current-context: a # none\n')
    expect(edit('kind: Config\ncurrent-context: a\n', { do: 'set-current', name: '' })).toBe('kind: Config\ncurrent-context: ""\n')
  })

  it('names that YAML 1.1 takes for something else are quoted, for kubectl reads them so', () => {
    for (const name of [
      'yes',
      'n',
      'ON',
      '123',
      '1e3',
      '0x1F',
      '~',
      '1:30',
      '.5',
      '=',
      '<<',
      'a: b',
      'a #b',
      '*x',
      '- x',
      '',
      'null',
      '2024-01-01',
    ]) {
      expect(edit('kind: Config\n', { do: 'set-current', name })).toBe(`kind: Config\ncurrent-context: ${JSON.stringify(name)}\n`)
    }
    expect(edit('kind: Config\n', { do: 'set-current', name: 'arn:aws:eks:eu-1:12:cluster/x' })).toContain(
      'current-context: arn:aws:eks:eu-1:12:cluster/x\n',
    )
  })

  it('entries come to the end of their lists in the style of the list', () => {
    const text = fixture('docker-desktop-zh.yaml')
    const after = edit(text, ...putKind())
    expect(difference(text, after).gone).toEqual([])
    expect(after).toContain(
      '  name: docker-desktop   # 本机\n- context:\n    cluster: kind-dev\n    user: kind-dev\n  name: kind-dev\n\ncurrent-context',
    )
    const indented = edit(fixture('eks.yaml'), ...putKind())
    expect(difference(fixture('eks.yaml'), indented).gone).toEqual([])
    expect(indented).toContain('\n  - context:\n      cluster: kind-dev\n      user: kind-dev\n    name: kind-dev\ncurrent-context')
  })

  it('an empty text becomes what kind writes itself', () => {
    expect(edit('', ...putKind(), { do: 'set-current', name: 'kind-dev' })).toBe(fixture('kind.yaml'))
    expect(edit('# mine\n', ...putKind(), { do: 'set-current', name: 'kind-dev' })).toBe(`# mine\n${fixture('kind.yaml')}`)
  })

  it('null, empty and missing lists are filled', () => {
    const after = edit(fixture('nulls.yaml'), ...putKind(), { do: 'set-current', name: 'kind-dev' })
    expect(after).toContain('contexts:   # none yet\n- context:\n')
    expect(after.endsWith('preferences: {}\n')).toBe(true)
    expect(parse(edit('kind: Config', ...putKind()))).toMatchObject({ kind: 'Config', users: [{ name: 'kind-dev' }] })
  })

  it('removal takes the lines of the entry and leaves the comments around', () => {
    const text = fixture('docker-desktop-zh.yaml')
    const after = edit(
      text,
      { do: 'drop', list: 'contexts', name: 'docker-desktop' },
      { do: 'drop', list: 'users', name: 'docker-desktop' },
      { do: 'drop', list: 'clusters', name: '测试' },
    )
    expect(difference(text, after)).toEqual({
      gone: [
        '- name: 测试',
        '  cluster: {server: https://10.1.2.3:6443, insecure-skip-tls-verify: true}',
        '- context:',
        '    cluster: docker-desktop',
        '    # 默认命名空间以后再改',
        '    user: docker-desktop',
        '  name: docker-desktop   # 本机',
        '- name: docker-desktop',
        '    client-key-data: LS0tLS1CRUdJTg==',
      ],
      added: [],
    })
    expect(edit('contexts: # mine\n- name: a\n# end\nkind: Config\n', { do: 'drop', list: 'contexts', name: 'a' })).toBe(
      'contexts: [] # mine\n# end\nkind: Config\n',
    )
  })

  it('CRLF stays CRLF, and a missing last line end stays so', () => {
    const text = fixture('crlf-no-final-newline.yaml')
    const after = edit(text, ...putKind(), { do: 'set-current', name: 'b' }, { do: 'drop', list: 'contexts', name: 'a' })
    expect(after.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/)
    expect(edit(text, { do: 'set-current', name: 'b' })).toBe(text.replace('current-context: a', 'current-context: b'))
  })

  it('a namespace is set beside what is there, in block and in flow', () => {
    const text = fixture('docker-desktop-zh.yaml')
    expect(edit(text, { do: 'set-namespace', context: 'docker-desktop', namespace: 'web' })).toBe(
      text.replace('    user: docker-desktop\n', '    user: docker-desktop\n    namespace: web\n'),
    )
    expect(edit(text, { do: 'set-namespace', context: '测试', namespace: 'web' })).toBe(
      text.replace('user: 小李}', 'user: 小李, namespace: web}'),
    )
    expect(edit(fixture('minikube.yaml'), { do: 'set-namespace', context: 'minikube', namespace: 'x' })).toBe(
      fixture('minikube.yaml').replace('namespace: default', 'namespace: x'),
    )
  })

  it('JSON stays JSON with its indent', () => {
    const after = edit(fixture('json.yaml'), { do: 'drop', list: 'contexts', name: 'j' }, { do: 'set-current', name: 'k' })
    expect(JSON.parse(after)).toMatchObject({ 'current-context': 'k', contexts: [{ name: 'k' }] })
    expect(after).toContain('\n    "apiVersion": "v1",\n')
    expect(after.endsWith('}\n')).toBe(true)
  })

  it('anchors, merge keys and flow lists are edited with their comments and meaning kept', () => {
    const after = edit(fixture('anchors.yaml'), { do: 'drop', list: 'contexts', name: 'one' }, { do: 'set-current', name: 'two' })
    expect(parse(after, { merge: true })).toMatchObject({
      'current-context': 'two',
      contexts: [{ name: 'two', context: { user: 'me', cluster: 'two' } }],
    })
    expect(after).toContain('# both of me')
    expect(after).toContain('*defaults')
  })
})

describe('no edit loses or changes another entry', () => {
  it.each(readdirSync(fixtures).filter((name) => name.endsWith('.yaml')))(
    '%s: each entry can be removed, replaced and switched to, and all others stay',
    (file) => {
      const document = parseKubeconfig(fixture(file), file)
      for (const list of ['clusters', 'contexts', 'users'] as const) {
        for (const [entry, { value }] of document.entries[list]) {
          for (const one of [
            { do: 'drop', list, name: entry },
            { do: 'put', list, name: entry, value: { ...value, extra: 'x' } },
            { do: 'set-current', name: entry },
          ] as const) {
            expect(parseKubeconfig(applyEdits(document, [one], file), file).value).toEqual(editValue(document.value, [one]))
          }
        }
      }
    },
  )
})
