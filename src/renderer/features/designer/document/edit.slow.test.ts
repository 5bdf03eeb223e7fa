import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { kindText } from '../fixtures/documents.ts'
import { cgroupDrivers } from './cgroup-drivers.ts'
import { applyChange, type Change } from './changes.ts'
import { editText } from './edit.ts'
import { viewOf, type KindView } from './form.ts'
import { unknownIn } from '../../document/fixtures/texts.ts'
import { type Edit, editPlain, getIn } from '../../document/plain.ts'
import { problemsOf } from './problems.ts'
import { commentsOf, plainOf } from '../../document/text.ts'
import { parseText } from './text.ts'

const set = (path: (string | number)[], value: unknown): Edit => ({ do: 'set', path, value })

const values = fc.oneof(
  fc.constantFrom('a', 'x: y', 'two\nlines\n', '', '#', '1', true, 12),
  fc.constant({ role: 'worker', list: [1, { a: 'b' }] }),
  fc.constant(['p', 'q']),
)
/** A change of a place that the document has, or nearly has. */
const someEdit = (value: unknown) => {
  const paths: (string | number)[][] = []
  const lists: (string | number)[][] = []
  const walk = (at: unknown, path: (string | number)[]) => {
    if (path.length > 0) paths.push(path)
    if (Array.isArray(at)) {
      lists.push(path)
      at.forEach((below: unknown, index) => walk(below, [...path, index]))
    } else if (typeof at === 'object' && at !== null) for (const [key, below] of Object.entries(at)) walk(below, [...path, key])
  }
  walk(value, [])
  const anyPath = fc.oneof(
    fc.constantFrom(...paths),
    fc.constantFrom(...paths).map((path) => [...path.slice(0, -1), 'newKey']),
    fc.constant(['name']),
    fc.constant(['networking', 'ipFamily']),
  )
  const arb: fc.Arbitrary<Edit>[] = [
    fc.tuple(anyPath, fc.option(values, { nil: undefined })).map(([path, next]) =>
      set(
        path.filter((part, index) => part !== 'newKey' || typeof path[index] === 'string'),
        next,
      ),
    ),
  ]
  if (lists.length > 0) {
    const list = fc.constantFrom(...lists)
    arb.push(
      fc.tuple(list, fc.nat(3), values).map(([path, index, next]): Edit => ({ do: 'insert', path, index, value: next })),
      fc.tuple(list, fc.nat(), fc.nat()).map(([path, from, to]): Edit => {
        const { length } = getIn(value, path) as unknown[]
        return length === 0 ? set(path, undefined) : { do: 'move', path, from: from % length, to: to % length }
      }),
    )
  }
  return fc.oneof(...arb)
}

test('property: any document survives any change: it says what it should and keeps its comments', () => {
  fc.assert(
    fc.property(kindText, fc.gen(), (start, generate) => {
      let now = start
      for (let round = 0; round < 3; round++) {
        const before = parseText(now)
        const value = plainOf(before.cluster)
        const edit = generate(someEdit, value)
        const parent = getIn(value, edit.path.slice(0, -1))
        // A name within a list is no place.
        if (Array.isArray(parent) && typeof edit.path.at(-1) === 'string') continue
        const wanted = editPlain(value, edit)
        if (wanted === undefined) continue
        const next = editText(now, 'cluster', [edit])
        const after = parseText(next)
        expect(after.all.flatMap((part) => part.errors)).toEqual([])
        expect(plainOf(after.cluster)).toEqual(wanted)
        expect(plainOf(after.extras)).toEqual(plainOf(before.extras))
        const removed = edit.do === 'set' ? insideOf(now, edit.path) : []
        const kept = commentsOf(next).map((one) => one.text)
        for (const comment of commentsOf(now))
          if (!removed.includes(comment.text)) expect(kept, `${now}\n=>\n${next}`).toContain(comment.text)
        now = next
      }
    }),
    { numRuns: 120 },
  )
})

/** Comments that may go with what is removed or replaced: those in it, beside it, and of the parents that would be empty. */
function insideOf(now: string, path: readonly (string | number)[]): string[] {
  const document = parseAllDocuments(now, { merge: true })[0]
  const whole = plainOf(document as never)
  let top = [...path]
  for (; top.length > 1; top = top.slice(0, -1)) {
    const parent = getIn(whole, top.slice(0, -1))
    if (typeof parent === 'object' && parent !== null && Object.keys(parent).length > 1) break
  }
  const without = editText(now, 'cluster', [{ do: 'set', path: top, value: undefined }])
  const left = commentsOf(without).map((one) => one.text)
  return commentsOf(now).flatMap((one) => (left.includes(one.text) ? [] : [one.text]))
}

/** Something that a person does in the form. */
const someChange = (view: KindView): fc.Arbitrary<Change> => {
  const node = fc.nat(view.nodes.length - 1)
  const word = fc.constantFrom('a', 'zone', 'x-1')
  return fc.oneof(
    fc.constantFrom<Change>({ type: 'add-node', role: 'worker' }, { type: 'add-node', role: 'control-plane' }),
    node.map((index): Change => ({ type: 'copy-node', index })),
    fc.tuple(node, node).map(([from, to]): Change => ({ type: 'move-node', from, to })),
    // The form keeps one.
    ...(view.nodes.length > 1 ? [node.map((index): Change => ({ type: 'remove-node', index }))] : []),
    fc
      .tuple(node, fc.constantFrom('control-plane', 'worker'))
      .map(([index, value]): Change => ({ type: 'value', path: ['nodes', index, 'role'], value })),
    fc.constantFrom('kindest/node:v1.33.0', '').map((image): Change => ({ type: 'image', image })),
    fc.tuple(node, word).map(([index, key]): Change => ({ type: 'taints', index, taints: [{ key, value: '', effect: 'NoExecute' }] })),
    node.map((index): Change => ({ type: 'taints', index, taints: [] })),
    fc.constantFrom('systemd', 'cgroupfs', null).map((driver): Change => ({ type: 'cgroup-driver', driver })),
    fc.tuple(node, word, word).map(([index, key, value]): Change => ({ type: 'value', path: ['nodes', index, 'labels', key], value })),
    node.map(
      (index): Change => ({ type: 'add', path: ['nodes', index, 'extraPortMappings'], value: { containerPort: 80, hostPort: 8080 } }),
    ),
    node.map((index): Change => ({ type: 'add', path: ['nodes', index, 'extraMounts'], value: { hostPath: '/a', containerPath: '/b' } })),
    fc.constantFrom('lab', '1.10', '').map((text): Change => ({ type: 'field', path: ['name'], text, as: 'text' })),
    fc
      .constantFrom('6443', '-1', 'x', '')
      .map((text): Change => ({ type: 'field', path: ['networking', 'apiServerPort'], text, as: 'number' })),
    fc.boolean().map((on): Change => ({ type: 'flag', path: ['networking', 'disableDefaultCNI'], on })),
    fc.constantFrom('ipv6', 'dual', undefined).map((value): Change => ({ type: 'value', path: ['networking', 'ipFamily'], value })),
    fc.constantFrom<Change>(
      { type: 'add', which: 'extras', path: ['images'], value: 'redis:7' },
      { type: 'value', which: 'extras', path: ['registry'], value: { port: 5001 } },
      { type: 'add', path: ['kubeadmConfigPatches'], value: 'kind: ClusterConfiguration\nfoo: bar\n' },
      { type: 'add', path: ['containerdConfigPatches'], value: '[plugins]\n  b = "#"\n' },
      { type: 'add', path: ['networking', 'dnsSearch'], value: 'corp.example' },
      { type: 'value', which: 'extras', path: ['mirrors', 'docker.io'], value: ['https://mirror.example'] },
    ),
  )
}

/** It removes something, or may. */
function takesAway(change: Change): boolean {
  switch (change.type) {
    case 'remove-node':
      return true
    case 'image':
      return change.image === ''
    case 'field':
      return change.text.trim() === ''
    case 'flag':
      return !change.on
    case 'value':
      return change.value === undefined
    // A patch that says nothing else goes with it.
    case 'cgroup-driver':
      return change.driver === null
    case 'taints':
      return change.taints.length === 0
    default:
      return false
  }
}

test('property: unknown fields and comments survive the form, and the text says to the form what the form said', () => {
  fc.assert(
    fc.property(kindText, fc.gen(), (start, generate) => {
      let now = start
      for (let round = 0; round < 4; round++) {
        const view = viewOf(now) as KindView
        const change = generate(someChange, view)
        const next = applyChange(now, change)
        expect(parseText(next).all.flatMap((part) => part.errors)).toEqual([])
        const strange = (text: string) => unknownIn(plainOf(parseText(text).cluster))
        if (change.type !== 'copy-node' && change.type !== 'remove-node') expect(strange(next)).toEqual(strange(now))
        const kept = commentsOf(next).map((one) => one.text)
        // What is taken away takes along what is said in it and beside it.
        if (!takesAway(change))
          for (const comment of commentsOf(now)) expect(kept, `${JSON.stringify(change)}\n${now}\n=>\n${next}`).toContain(comment.text)
        // The same change again says nothing new, and a form that is read and written back is the same text.
        if (['field', 'taints', 'image', 'flag', 'cgroup-driver'].includes(change.type)) expect(applyChange(next, change)).toBe(next)
        if (change.type === 'cgroup-driver' && change.driver !== null)
          expect(cgroupDrivers(viewOf(next) as KindView)).toMatchObject({ kubelet: change.driver, containerd: change.driver })
        const again = viewOf(next) as KindView
        expect(applyChange(next, { type: 'field', path: ['name'], text: again.name, as: 'text' })).toBe(next)
        now = next
      }
      // No change of the form makes a document that does not parse; what the schema says of it can only be of what was typed.
      for (const problem of problemsOf(now)) expect(problem.reason).not.toBe('syntax')
    }),
    { numRuns: 40 },
  )
})
