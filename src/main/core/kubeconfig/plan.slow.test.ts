import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { AppError } from '#core/error.ts'
import { parseKubeconfig } from './document.ts'
import { applyEdits } from './edit.ts'
import { listNames, textOf } from './entries.ts'
import { defaultFile, planMerge, planNamespace, planRemove, planRemoveUnused, planUse, type Plan, type PlanFile } from './plan.ts'
import { currentOf, ownersOf, viewOf } from './view.ts'

const fileOf = (path: string, text: string | null): PlanFile => {
  const document = text === null ? null : parseKubeconfig(text, path)
  return { path, document, entries: document?.entries ?? null, failed: false }
}

function carryOut(files: readonly PlanFile[], plan: Plan): PlanFile[] {
  return files.map((file) => {
    const edits = plan.get(file.path)
    return edits === undefined ? file : fileOf(file.path, applyEdits(file.document ?? parseKubeconfig('', file.path), edits, file.path))
  })
}

/** Everything in these files, as `file list name` to its value. */
function contentsOf(files: readonly PlanFile[]): Map<string, unknown> {
  return new Map(
    files.flatMap((file) =>
      listNames.flatMap((list) =>
        [...(file.entries?.[list] ?? [])].map(([name, { value }]) => [`${file.path} ${list} ${name}`, value] as const),
      ),
    ),
  )
}

const name = fc.constantFrom('a', 'b', 'c', 'kind-dev', 'yes', '测试')
const entries = (key: string, body: fc.Arbitrary<object>): fc.Arbitrary<unknown> =>
  fc.uniqueArray(fc.record({ name, [key]: body }), { maxLength: 4, selector: (item) => item.name })
const config = fc.record(
  {
    clusters: entries('cluster', fc.record({ server: fc.constantFrom('https://127.0.0.1:1', 'https://10.0.0.1') })),
    contexts: entries('context', fc.record({ cluster: name, user: name })),
    users: entries('user', fc.record({ token: fc.constantFrom('x', 'y') })),
    'current-context': fc.oneof(name, fc.constant('')),
  },
  { requiredKeys: [] },
)
const text = fc.tuple(config, fc.boolean()).map(([value, flow]) => stringify(value, flow ? { collectionStyle: 'flow' } : {}))
const list = fc
  .array(fc.option(text, { freq: 4 }), { minLength: 1, maxLength: 4 })
  .map((texts) => texts.map((one, index) => fileOf(`/f${index}`, one)))
const options = { numRuns: 400 }

describe('property: over any list of files', () => {
  it('use makes kubectl see exactly this context as current, and touches no entry', () => {
    fc.assert(
      fc.property(list, name, (files, context) => {
        const owner = ownersOf(files)('contexts', context)
        if (owner === undefined) return
        const after = carryOut(files, planUse(files, { file: owner.path, name: context }))
        expect(currentOf(after)?.name).toBe(context)
        expect(viewOf(after, {}).current).toEqual({ file: owner.path, name: context })
        expect(contentsOf(after)).toEqual(contentsOf(files))
      }),
      options,
    )
  })

  it('remove of what is unused takes exactly that entry, and nothing where a context of any file names it', () => {
    fc.assert(
      fc.property(list, fc.nat(3), fc.constantFrom('clusters' as const, 'users' as const), name, (files, index, entries, unused) => {
        const file = files[index % files.length]!
        const key = entries === 'clusters' ? 'cluster' : 'user'
        const used = files.some((one) => [...(one.entries?.contexts.values() ?? [])].some(({ body }) => textOf(body, key) === unused))
        const expected = contentsOf(files)
        if (!used) expected.delete(`${file.path} ${entries} ${unused}`)
        const after = carryOut(files, planRemoveUnused(files, { file: file.path, list: entries, name: unused }))
        expect(contentsOf(after)).toEqual(expected)
        expect(currentOf(after)?.name).toBe(currentOf(files)?.name)
      }),
      options,
    )
  })

  it('remove takes the context and only what nothing else uses; no dangling current-context of its own making', () => {
    fc.assert(
      fc.property(list, fc.nat(3), name, (files, index, context) => {
        const file = files[index % files.length]!
        const removed = file.entries?.contexts.get(context)
        const after = carryOut(files, planRemove(files, { file: file.path, name: context }))
        const [before, now] = [contentsOf(files), contentsOf(after)]
        if (removed === undefined) {
          expect(now).toEqual(before)
          return
        }
        const still = after.flatMap((other) => [...(other.entries?.contexts.values() ?? [])])
        for (const [key, value] of before) {
          if (now.has(key)) expect(now.get(key)).toEqual(value)
          else if (key !== `${file.path} contexts ${context}`) {
            const [, ofList, entry] = key.split(' ')
            const field = ofList === 'clusters' ? 'cluster' : 'user'
            expect([ofList === 'contexts', entry]).toEqual([false, textOf(removed.body, field)])
            expect(still.some(({ body }) => textOf(body, field) === entry)).toBe(false)
          }
        }
        expect(now.has(`${file.path} contexts ${context}`)).toBe(false)
        expect([...now.keys()].filter((key) => !before.has(key))).toEqual([])
        const was = viewOf(files, {}).current
        if (was?.file === file.path && was.name === context) expect(after.map((other) => other.entries?.current)).not.toContain(context)
      }),
      options,
    )
  })

  it('merge adds all, replaces only what it was told to, and is idempotent', () => {
    fc.assert(
      fc.property(list, config, fc.boolean(), fc.boolean(), (files, value, replace, use) => {
        const incoming = parseKubeconfig(stringify(value), 'new').entries
        const before = contentsOf(files)
        let plan: Plan
        try {
          plan = planMerge(files, incoming, { replace, use })
        } catch (error) {
          expect([(error as AppError).code, replace]).toEqual(['context-taken', false])
          return
        }
        const after = carryOut(files, plan)
        const now = contentsOf(after)
        const owner = ownersOf(after)
        for (const ofList of listNames)
          for (const [entry, { value: wanted }] of incoming[ofList])
            expect(owner(ofList, entry)?.entries?.[ofList].get(entry)?.value).toEqual(wanted)
        for (const [key, old] of before) {
          const [, ofList, entry] = key.split(' ') as [string, (typeof listNames)[number], string]
          if (replace && incoming[ofList].has(entry)) expect(now.has(key)).toBe(true)
          else expect(now.get(key)).toEqual(old)
        }
        if (use && incoming.current !== '') expect(currentOf(after)?.name).toBe(incoming.current)
        else expect(currentOf(after)?.name).toBe(currentOf(files)?.name)
        expect(planMerge(after, incoming, { replace: false, use }).size).toBe(0)
      }),
      options,
    )
  })

  it('setNamespace changes one field of one entry', () => {
    fc.assert(
      fc.property(list, fc.nat(3), name, fc.constantFrom('', 'default', 'web', 'no', '1'), (files, index, context, namespace) => {
        const file = files[index % files.length]!
        if (file.entries?.contexts.has(context) !== true) return
        const after = carryOut(files, planNamespace(files, { file: file.path, name: context }, namespace))
        const [before, now] = [contentsOf(files), contentsOf(after)]
        const key = `${file.path} contexts ${context}`
        const old = before.get(key) as { context: object }
        if (namespace !== '') before.set(key, { ...old, context: { ...old.context, namespace } })
        expect(now).toEqual(before)
      }),
      options,
    )
  })
})

it('new entries and current-context go to the first file that exists, else the last of the list', () => {
  const at = (path: string, exists: boolean): { path: string; exists: boolean } => ({ path, exists })
  expect(defaultFile([at('a', false), at('b', true), at('c', true)])).toBe('b')
  expect(defaultFile([at('a', false), at('b', false)])).toBe('b')
})
