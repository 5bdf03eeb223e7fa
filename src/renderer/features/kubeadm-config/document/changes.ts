import type { FieldChange } from '../../document/document-context.ts'
import { addDocument, editDocument, withoutEmpty } from '../../document/edit.ts'
import { fieldEdits } from '../../document/field-edits.ts'
import { type Edit, getIn, type Path } from '../../document/plain.ts'
import { plainOf, readDocuments } from '../../document/text.ts'
import { argumentsOf, headOf, isKind, type Kind, ofKind, versionOf } from './parts.ts'

/** What a person can do in the form. Each is a pure function of the text; the text stays where it does not parse. */
export type Change =
  | FieldChange
  /** `value` null: it goes. `index`: of several with that name in a list. */
  | {
      readonly type: 'argument'
      readonly which: Kind
      readonly path: Path
      readonly name: string
      readonly value: string | null
      readonly index: number | null
    }

/** Where a new field goes, if nothing else says so: as people write these documents. */
const usual =
  `apiVersion kind bootstrapTokens localAPIEndpoint nodeRegistration discovery controlPlane certificateKey kubernetesVersion clusterName
  controlPlaneEndpoint imageRepository networking apiServer controllerManager scheduler etcd dns proxy featureGates apply node plan diff criSocket
  cgroupDriver failSwapOn memorySwap mode conntrack skipPhases ignorePreflightErrors patches timeouts`.split(/\s+/)

/** The text with a change made. A document that is not there yet is made, of the version that the others have; one that says nothing any more goes. */
export function applyChange(text: string, change: Change): string {
  const kind = change.which
  if (!isKind(kind)) return text
  const { all } = readDocuments(text)
  if (all.some((part) => part.errors.length > 0)) return text
  const choose = ofKind(kind)
  const part = choose(all)
  const edits = change.type === 'argument' ? argumentEdits(change, plainOf(part), versionOf(all) === 'v1beta4') : fieldEdits(change)
  const removes = edits.every((edit) => edit.do === 'set' && edit.value === undefined)
  if (part === null && removes) return text
  const start = part === null ? addDocument(text, headOf(kind, versionOf(all))) : text
  const made = edits.reduce((before, edit) => editDocument(before, choose, edit, usual), start)
  return removes && made !== text ? withoutEmpty(made, choose) : made
}

function argumentEdits(change: Extract<Change, { type: 'argument' }>, value: unknown, newer: boolean): Edit[] {
  const { path, name, index } = change
  const now = getIn(value, path)
  if (Array.isArray(now) || (newer && (now === undefined || now === null))) {
    const at = index ?? argumentsOf(now).find((one) => one.name === name)?.index ?? null
    if (change.value === null) return at === null ? [] : [{ do: 'set', path: [...path, at], value: undefined }]
    if (at !== null) return [{ do: 'set', path: [...path, at, 'value'], value: change.value }]
    return [{ do: 'insert', path, index: Number.MAX_SAFE_INTEGER, value: { name, value: change.value } }]
  }
  return [{ do: 'set', path: [...path, name], value: change.value ?? undefined }]
}
