import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { AppError } from '#core/error.ts'
import { maxBytes, parseKubeconfig } from './document.ts'
import { scanPlainYaml } from './scan.ts'

const fixtures = path.join(import.meta.dirname, 'fixtures')
/** Of this thread alone, for a second of a busy machine's clock says nothing. It still counts half as much again there. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
const failure = (text: string): AppError => {
  const start = cpuMs()
  try {
    parseKubeconfig(text, 'f')
  } catch (error) {
    expect(cpuMs() - start).toBeLessThan(1500)
    expect(error).toBeInstanceOf(AppError)
    return error as AppError
  }
  throw new Error('was read')
}

describe('reading', () => {
  it.each(readdirSync(fixtures).filter((name) => name.endsWith('.yaml')))('%s means what the full parser says', (name) => {
    const text = readFileSync(path.join(fixtures, name), 'utf8')
    expect(parseKubeconfig(text, name).value).toEqual(parse(text, { merge: true }))
  })

  it.each(['kind.yaml', 'minikube.yaml', 'crlf-no-final-newline.yaml', 'nulls.yaml'])('%s takes the fast way', (name) => {
    expect(scanPlainYaml(readFileSync(path.join(fixtures, name), 'utf8'))).toBeDefined()
  })

  it('finds entries, current context and nothing in an empty text', () => {
    const { entries } = parseKubeconfig(readFileSync(path.join(fixtures, 'docker-desktop-zh.yaml'), 'utf8'), 'f')
    expect([...entries.contexts.keys()]).toEqual(['测试', 'docker-desktop'])
    expect(entries.current).toBe('docker-desktop')
    for (const text of ['', '\n', '# only a comment\n', '---\n']) expect(parseKubeconfig(text, 'f').entries.contexts.size).toBe(0)
  })
})

describe('refusing, with the line', () => {
  it.each([
    ['tab', 'apiVersion: v1\ncontexts:\n\t- name: a\n', 3],
    ['duplicate key', 'apiVersion: v1\ncurrent-context: a\nkind: Config\ncurrent-context: b\n', 4],
    ['duplicate key in JSON', '{"current-context": "a",\n"current-context": "b"}', 2],
    ['duplicate name', 'contexts:\n- name: a\n  context: {}\n- name: b\n  context: {}\n- name: a\n  context: {}\n', 6],
    ['number as name', 'contexts:\n- context: {}\n  name: 123\n', 3],
    ['list that is none', 'clusters:\n  a: b\n', 1],
    ['another kind', 'apiVersion: v1\nkind: Secret\n', 2],
    ['two documents', 'apiVersion: v1\n---\nkind: Config\n', 2],
    ['unclosed quote', 'kind: Config\ncurrent-context: "a\n', 3],
    ['cut file', 'contexts:\n- context:\n    cluster: a\n  na', 4],
    ['not a map', '- a\n- b\n', 1],
  ])('%s', (_name, text, line) => {
    const error = failure(text)
    expect(error.code).toBe('kubeconfig-invalid')
    expect(error.facts).toMatchObject({ file: 'f', line })
  })

  it('never quotes the contents', () => {
    for (const text of [
      'token: "SECRET\n',
      'users:\n- SECRET: : x\n  - y',
      'a: SECRET\n b: [SECRET',
      'SECRET: 1\nSECRET: 2\n',
      'x: *SECRET\n',
      'x: !SECRET y\nx: 2',
    ]) {
      expect(JSON.stringify(failure(text).facts)).not.toContain('SECRET')
    }
  })

  it('an alias bomb, deep nesting and a flood of structure, each within a second', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...'bcdefghij'.split('').map((letter, index) => `${letter}: &${letter} [${`*${'abcdefghij'[index]},`.repeat(10).slice(0, -1)}]`),
    ].join('\n')
    expect(failure(bomb).facts).toMatchObject({ reason: 'too many aliases' })
    for (const text of ['['.repeat(100_000), '['.repeat(4_000_000), 'a:\n' + '- {a: b}\n'.repeat(900_000), `${'{"a":'.repeat(30_000)}`]) {
      expect(failure(text).code).toBe('kubeconfig-invalid')
    }
  })

  it('more than 10 MB, unread; and answers for just below within a second', () => {
    expect(failure(`a: ${'x'.repeat(maxBytes)}\n`).facts).toEqual({ file: 'f', bytes: maxBytes + 4, max: maxBytes })
    const line = '- context:\n    cluster: abcdefgh\n    user: abcdefgh\n  name: '
    const count = Math.floor((maxBytes - 100) / (line.length + 9))
    const text = `contexts:\n${Array.from({ length: count }, (_unused, index) => `${line}c${String(index).padStart(7, '0')}\n`).join('')}`
    const start = cpuMs()
    expect(parseKubeconfig(text, 'f').entries.contexts.size).toBe(count)
    expect(cpuMs() - start).toBeLessThan(1500)
  })
})

describe('the fast way', () => {
  const scalar = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('yes', 'null', '~', '0x1', '1e3', '- a', 'a: b', 'a #b', '1.2.3.4', '--flag', "it's", '"q"', '测试', '.inf', '012'),
  )
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'name', 'x-y', 'k.z/q'), tie('node'), { maxKeys: 4 }),
    ),
  })).node

  it('agrees with the full parser on whatever it accepts, values and places', () => {
    let accepted = 0
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'name', 'contexts', 'k'), value),
        fc.boolean(),
        fc.boolean(),
        (object, indentSeq, crlf) => {
          let text = stringify(object, { indentSeq, lineWidth: 0 })
          if (crlf && !text.includes('|') && !text.includes('>')) text = text.replace(/\n/g, '\r\n')
          const scanned = scanPlainYaml(text)
          if (scanned === undefined) return
          accepted++
          expect(scanned.value).toEqual(parse(text))
        },
      ),
      { numRuns: 500 },
    )
    expect(accepted).toBeGreaterThan(50)
  })

  it('agrees or steps aside on hand-made oddities', () => {
    const pieces = [
      'a:',
      ' b',
      '- ',
      ': ',
      '#c',
      '\n',
      '\n  ',
      '\n- ',
      '"x"',
      "'y'",
      '1',
      'null',
      '|',
      '&a',
      '{}',
      '[]',
      'k: v',
      '\t',
      '---',
      '\r\n',
      '\n    ',
      'x#y',
      '? ',
      '!t',
      '*a',
      '%',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (parts) => {
        const text = parts.join('')
        const scanned = scanPlainYaml(text)
        if (scanned !== undefined) expect({ text, value: scanned.value }).toEqual({ text, value: parse(text) ?? null })
      }),
      { numRuns: 20_000 },
    )
  })
})
