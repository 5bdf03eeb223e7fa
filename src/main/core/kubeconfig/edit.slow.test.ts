import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { parseKubeconfig } from './document.ts'
import { applyEdits, editValue } from './edit.ts'

describe('property: no edit loses or changes another entry', () => {
  const name = fc.oneof(
    fc.constantFrom('a', 'b', 'kind-dev', 'yes', '1', 'a: b', '测试', 'x#y', "it's", '"q"', '- d'),
    fc.string({ maxLength: 8 }),
  )
  const leaf = fc.oneof(
    fc.string({ maxLength: 10 }),
    fc.boolean(),
    fc.integer({ min: -1e9, max: 1e9 }),
    fc.constant('line one\nline two\n'),
  )
  const extra = fc.dictionary(
    fc.constantFrom('extensions', 'token', 'exec', 'proxy'),
    fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 3 }),
      fc.dictionary(
        name.filter((key) => key !== '__proto__' && key !== '<<'),
        leaf,
        { maxKeys: 3, noNullPrototype: true },
      ),
    ),
    { maxKeys: 3, noNullPrototype: true },
  )
  const list = (key: string, fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
    fc.oneof(
      {
        weight: 9,
        arbitrary: fc.uniqueArray(fc.record({ name, [key]: fc.tuple(fc.record(fields), extra).map(([a, b]) => ({ ...b, ...a })) }), {
          maxLength: 5,
          selector: (item) => item.name,
        }),
      },
      { weight: 1, arbitrary: fc.constant(null) },
    )
  const config = fc.record(
    {
      apiVersion: fc.constant('v1'),
      clusters: list('cluster', { server: fc.webUrl() }),
      contexts: list('context', { cluster: name, user: name }),
      'current-context': name,
      users: list('user', {}),
      preferences: fc.constant({}),
    },
    { requiredKeys: [] },
  )
  const style = fc.record({
    indentSeq: fc.boolean(),
    json: fc.constantFrom(false, false, false, true),
    comments: fc.boolean(),
    crlf: fc.boolean(),
    flow: fc.constantFrom(false, false, false, true),
    noEnd: fc.boolean(),
  })
  const lists = fc.constantFrom('clusters' as const, 'contexts' as const, 'users' as const)
  const edits = fc.array(
    fc.oneof(
      fc.record({ do: fc.constant('set-current' as const), name }),
      fc.record({ do: fc.constant('drop' as const), list: lists, name }),
      fc.record({ do: fc.constant('set-namespace' as const), context: name, namespace: name }),
      fc.tuple(lists, name, extra).map(([list, itemName, body]) => ({
        do: 'put' as const,
        list,
        name: itemName,
        value: { name: itemName, [{ clusters: 'cluster', contexts: 'context', users: 'user' }[list]]: body },
      })),
    ),
    { minLength: 1, maxLength: 5 },
  )

  it('the result means exactly the edited values, and every comment is still there', () => {
    fc.assert(
      fc.property(config, style, edits, (value, { json, indentSeq, comments, crlf, flow, noEnd }, wished) => {
        let text = json
          ? JSON.stringify(value, null, 2)
          : stringify(value, { indentSeq, lineWidth: 0, ...(flow ? { collectionStyle: 'flow' as const } : {}) })
        if (!json && !flow && comments && !text.includes('line two'))
          text = `# head\n${text.replace(/^(contexts|users|clusters):/gm, '# about $1\n$1:')}# tail\n`
        if (noEnd) text = text.replace(/\n$/, '')
        if (crlf && !text.includes('line two')) text = text.replace(/\n/g, '\r\n')
        const document = parseKubeconfig(text, 'f')
        // A plan edits each thing once, and only what is there.
        const seen = new Set<string>()
        const plan = wished.filter((one) => {
          const key =
            one.do === 'set-current' ? 'current' : one.do === 'set-namespace' ? `contexts ${one.context}` : `${one.list} ${one.name}`
          if (seen.has(key)) return false
          seen.add(key)
          if (one.do === 'drop') return document.entries[one.list].has(one.name)
          return one.do !== 'set-namespace' || document.entries.contexts.has(one.context)
        })
        // An empty file gets its header; `{}` is JSON however it came about.
        const after = applyEdits(document, plan, 'f')
        expect(parseKubeconfig(after, 'f').value).toEqual(
          editValue(
            plan.length > 0 && document.root === null && document.format === 'yaml' ? { apiVersion: 'v1', kind: 'Config' } : document.value,
            plan,
          ),
        )
        for (const comment of text.match(/^# .*$/gm) ?? []) expect(after).toContain(comment.trimEnd())
      }),
      { numRuns: 1000 },
    )
  })
})
