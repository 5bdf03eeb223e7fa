import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unknownIn } from '../../document/fixtures/texts.ts'
import { getIn, type Path } from '../../document/plain.ts'
import { commentsOf, plainOf, readDocuments } from '../../document/text.ts'
import { kubeadmText } from '../fixtures/documents.ts'
import { applyChange, type Change } from './changes.ts'
import { convert } from './convert.ts'
import { argumentsOf, type Kind, shown, valuesOf } from './parts.ts'
import { problemsOf } from './problems.ts'

const field = (which: Kind, path: Path, text: string, as: 'text' | 'number' = 'text'): Change => ({ type: 'field', which, path, text, as })
const argument = (which: Kind, path: Path, name: string, value: string | null): Change => ({
  type: 'argument',
  which,
  path,
  name,
  value,
  index: null,
})

/** Something that a person does in the form. */
const someChange = fc.oneof(
  fc.constantFrom('plane-1', '1.10', '').map((text) => field('InitConfiguration', ['nodeRegistration', 'name'], text)),
  fc.constantFrom('10.244.0.0/16', '').map((text) => field('ClusterConfiguration', ['networking', 'podSubnet'], text)),
  fc.constantFrom('6443', 'x', '').map((text) => field('InitConfiguration', ['localAPIEndpoint', 'bindPort'], text, 'number')),
  fc
    .constantFrom('api.example:6443', '')
    .map((text) => field('JoinConfiguration', ['discovery', 'bootstrapToken', 'apiServerEndpoint'], text)),
  fc.constantFrom('4', '').map((text) => argument('ClusterConfiguration', ['apiServer', 'extraArgs'], 'v', text)),
  fc
    .constantFrom('z=a', null)
    .map((value) => argument('InitConfiguration', ['nodeRegistration', 'kubeletExtraArgs'], 'node-labels', value)),
  fc.constantFrom<Change>(
    { type: 'add', which: 'ClusterConfiguration', path: ['apiServer', 'certSANs'], value: 'api.example' },
    { type: 'add', which: 'InitConfiguration', path: ['nodeRegistration', 'taints'], value: { key: 'a', effect: 'NoSchedule' } },
    { type: 'value', which: 'InitConfiguration', path: ['nodeRegistration', 'taints'], value: [] },
    { type: 'value', which: 'KubeletConfiguration', path: ['cgroupDriver'], value: 'systemd' },
    { type: 'value', which: 'KubeletConfiguration', path: ['cgroupDriver'], value: undefined },
    { type: 'value', which: 'KubeletConfiguration', path: ['failSwapOn'], value: false },
    { type: 'value', which: 'KubeProxyConfiguration', path: ['mode'], value: 'nftables' },
    { type: 'flag', which: 'ResetConfiguration', path: ['force'], on: true },
  ),
)

/** Also of a document that is being removed field by field: a comment beside what goes may go along. */
const removes = (change: Change) =>
  (change.type === 'field' && change.text === '') ||
  (change.type === 'value' && (change.value === undefined || Array.isArray(change.value))) ||
  (change.type === 'argument' && change.value === null)

test('property: unknown fields and comments survive the form, and the text says to the form what the form said', () => {
  fc.assert(
    fc.property(kubeadmText, fc.array(someChange, { minLength: 1, maxLength: 4 }), (start, changes) => {
      let now = start
      for (const change of changes) {
        const next = applyChange(now, change)
        expect(readDocuments(next).all.flatMap((part) => part.errors)).toEqual([])
        const strange = (text: string) => readDocuments(text).all.flatMap((part) => unknownIn(plainOf(part)))
        // A list of taints that is emptied goes with everything in it.
        if (!(change.type === 'value' && Array.isArray(change.value)))
          expect(strange(next).sort(), `${now}\n=>\n${next}`).toEqual(strange(now).sort())
        const kept = commentsOf(next).map((one) => one.text)
        if (!removes(change))
          for (const comment of commentsOf(now)) expect(kept, `${JSON.stringify(change)}\n${now}\n=>\n${next}`).toContain(comment.text)
        const said = getIn(valuesOf(next)?.of[change.which as Kind], change.path)
        if (change.type === 'field') expect(shown(said)).toBe(change.text)
        if (change.type === 'value') expect(said).toEqual(change.value)
        if (change.type === 'argument') expect(argumentsOf(said).find((one) => one.name === change.name)?.value ?? null).toBe(change.value)
        // The same change again says nothing new.
        if (change.type !== 'add') expect(applyChange(next, change)).toBe(next)
        now = next
      }
      for (const problem of problemsOf(now, null)) expect(problem.reason).not.toBe('syntax')
    }),
    { numRuns: 60 },
  )
})

test('property: a file in the other version and back says the same, where both versions can say it', () => {
  fc.assert(
    fc.property(kubeadmText, (text) => {
      const before = valuesOf(text)
      if (before === null) return
      const there = convert(text, before.version === 'v1beta3' ? 'v1beta4' : 'v1beta3')
      const back = convert(there.text, before.version)
      const after = valuesOf(back.text)
      for (const [kind, value] of Object.entries(before.of)) {
        // Names that stand twice in a list have one place in a map; timeouts move to another document.
        if (/"(?:extraArgs|kubeletExtraArgs|timeouts|timeout|timeoutForControlPlane)"/.test(JSON.stringify(value))) continue
        expect(after?.of[kind as Kind], `${text}\n=>\n${there.text}\n=>\n${back.text}`).toEqual(value)
      }
    }),
    { numRuns: 40 },
  )
})
