import { stringify } from 'yaml'
import { editText } from './edit.ts'
import { type Edit, isRecord } from '../../document/plain.ts'
import { plainOf } from '../../document/text.ts'
import { parseText } from './text.ts'

export type Taint = { readonly key: string; readonly value: string; readonly effect: string }

/**
 * kind's document has no taints: they are a patch of kubeadm's, https://kind.sigs.k8s.io/docs/user/configuration/#kubeadm-config-patches.
 * A control plane is begun by an InitConfiguration where it is the first and a JoinConfiguration where it is not; kind applies what fits.
 */
const kindsOf = { 'control-plane': ['InitConfiguration', 'JoinConfiguration'], worker: ['JoinConfiguration'] } as const

/** Null: the patches say nothing of taints, so kubeadm's own stay. */
export function readTaints(patches: readonly string[]): Taint[] | null {
  for (const patch of patches) {
    const { kind, taints } = read(patch)
    if (kind !== null && taints !== null) return taints
  }
  return null
}

/** Changes that give a node these taints; none: the patches' own go, and what else they say stays. */
export function taintEdits(index: number, role: 'control-plane' | 'worker', patches: readonly string[], taints: readonly Taint[]): Edit[] {
  const path = ['nodes', index, 'kubeadmConfigPatches']
  const value = taints.map((taint) => ({ key: taint.key, ...(taint.value === '' ? {} : { value: taint.value }), effect: taint.effect }))
  const edits: Edit[] = []
  const missing = new Set<string>(taints.length === 0 ? [] : kindsOf[role])
  // From the last to the first, so that what is removed does not move the rest.
  for (let at = patches.length - 1; at >= 0; at--) {
    const patch = patches[at] ?? ''
    const { kind, taints: own } = read(patch)
    if (kind === null || (own === null && !missing.has(kind))) continue
    missing.delete(kind)
    const next = editText(patch, 'cluster', [
      { do: 'set', path: ['nodeRegistration', 'taints'], value: value.length === 0 ? undefined : value },
    ])
    const says = Object.keys(read(next).value).some((key) => key !== 'kind' && key !== 'apiVersion')
    edits.push({ do: 'set', path: [...path, at], value: says ? next : undefined })
  }
  for (const kind of missing)
    edits.push({ do: 'insert', path, index: patches.length, value: stringify({ kind, nodeRegistration: { taints: value } }) })
  return edits
}

function read(patch: string): { readonly kind: string | null; readonly taints: Taint[] | null; readonly value: Record<string, unknown> } {
  let value: unknown = null
  try {
    value = plainOf(parseText(patch).cluster)
  } catch {
    // A patch that cannot be read has no taints.
  }
  if (!isRecord(value)) return { kind: null, taints: null, value: {} }
  const kind = value['kind']
  if (kind !== 'InitConfiguration' && kind !== 'JoinConfiguration') return { kind: null, taints: null, value }
  const list = isRecord(value['nodeRegistration']) ? value['nodeRegistration']['taints'] : undefined
  if (!Array.isArray(list)) return { kind, taints: null, value }
  const taints = (list as unknown[])
    .filter(isRecord)
    .map((taint) => ({ key: said(taint['key']), value: said(taint['value']), effect: said(taint['effect']) }))
  return { kind, taints, value }
}

const said = (value: unknown) => (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '')
