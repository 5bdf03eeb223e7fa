import type { CgroupDriver } from '#shared/contract/runtimes.ts'
import { cgroupDriverEdits } from './cgroup-drivers.ts'
import { editText, type Which } from './edit.ts'
import { type KindView, type NodeView, type View, viewOf } from './form.ts'
import type { FieldChange } from '../../document/document-context.ts'
import { fieldEdits } from '../../document/field-edits.ts'
import { type Edit, isRecord } from '../../document/plain.ts'
import { plainOf } from '../../document/text.ts'
import { type Taint, taintEdits } from './taints.ts'
import { parseText } from './text.ts'

/** What a person can do in the form. Each is a pure function of the text; the text stays where it does not parse. */
export type Change =
  | FieldChange
  | { readonly type: 'add-node'; readonly role: NodeView['role'] }
  | { readonly type: 'copy-node'; readonly index: number }
  | { readonly type: 'remove-node'; readonly index: number }
  | { readonly type: 'move-node'; readonly from: number; readonly to: number }
  | { readonly type: 'image'; readonly image: string }
  /** Null: that of the node images. */
  | { readonly type: 'cgroup-driver'; readonly driver: CgroupDriver | null }
  | { readonly type: 'taints'; readonly index: number; readonly taints: readonly Taint[] }

export function applyChange(text: string, change: Change): string {
  const view = viewOf(text)
  if (view === null) return text
  const which: Which = 'which' in change && change.which === 'extras' ? 'extras' : 'cluster'
  const ready = which === 'cluster' && touchesNode(change) ? withNodes(text, view) : text
  return editText(ready, which, editsOf(change, viewOf(ready) ?? view, ready))
}

function editsOf(change: Change, view: View, text: string): Edit[] {
  switch (change.type) {
    case 'field':
    case 'flag':
    case 'value':
    case 'add':
      return fieldEdits(change)
    case 'add-node':
      return view.provider === 'kind'
        ? [{ do: 'insert', path: ['nodes'], index: placeFor(view, change.role), value: newNode(view, change.role) }]
        : []
    case 'copy-node':
      return view.provider === 'kind' ? [{ do: 'insert', path: ['nodes'], index: change.index + 1, value: copyOf(text, change.index) }] : []
    case 'remove-node':
      return [{ do: 'set', path: ['nodes', change.index], value: undefined }]
    case 'move-node':
      return [{ do: 'move', path: ['nodes'], from: change.from, to: change.to }]
    case 'image':
      if (view.provider === 'minikube') return [{ do: 'set', path: ['kubernetesVersion'], value: change.image || undefined }]
      return view.nodes.map((_, index) => ({ do: 'set', path: ['nodes', index, 'image'], value: change.image || undefined }))
    case 'cgroup-driver':
      return view.provider === 'kind' ? cgroupDriverEdits(view, change.driver) : []
    case 'taints': {
      const node = view.provider === 'kind' ? view.nodes[change.index] : undefined
      return node === undefined ? [] : taintEdits(change.index, node.role, node.patches, change.taints)
    }
  }
}

const touchesNode = (change: Change) =>
  change.type === 'add-node' ||
  change.type === 'copy-node' ||
  change.type === 'move-node' ||
  change.type === 'remove-node' ||
  change.type === 'taints' ||
  change.type === 'image' ||
  ('path' in change && change.path[0] === 'nodes' && change.path.length > 1)

/** A document without nodes is one control plane; before that can be changed it has to be written down. */
function withNodes(text: string, view: View): string {
  if (view.provider !== 'kind' || nodesIn(text).length > 0) return text
  return editText(text, 'cluster', [{ do: 'set', path: ['nodes'], value: [{ role: 'control-plane' }] }])
}

function placeFor(view: KindView, role: NodeView['role']): number {
  const lastPlane = view.nodes.reduce((last, node, index) => (node.role === 'control-plane' ? index : last), -1)
  return role === 'control-plane' ? lastPlane + 1 : view.nodes.length
}

/** With the image of its kin, as kind takes its own default for a node without one. */
function newNode(view: KindView, role: NodeView['role']): Record<string, unknown> {
  const image = view.nodes.find((node) => node.role === role && node.image)?.image || view.nodes.find((node) => node.image)?.image
  return { role, ...(image ? { image } : {}) }
}

/** All of it but its ports of this machine, which one node has alone. */
function copyOf(text: string, index: number): unknown {
  const node = nodesIn(text)[index]
  if (typeof node !== 'object' || node === null) return node
  const { extraPortMappings: _, ...rest } = node as Record<string, unknown>
  return rest
}

function nodesIn(text: string): readonly unknown[] {
  const value = plainValue(text)
  const nodes = value['nodes']
  return Array.isArray(nodes) ? (nodes as unknown[]) : []
}

function plainValue(text: string): Record<string, unknown> {
  const value = plainOf(parseText(text).cluster)
  return isRecord(value) ? value : {}
}
