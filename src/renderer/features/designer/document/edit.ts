import { addDocument, editDocument, withoutEmpty } from '../../document/edit.ts'
import type { Edit } from '../../document/plain.ts'
import { clusterOf, extrasOf, parseText } from './text.ts'

export type Which = 'cluster' | 'extras'

/** Where a new field goes, if nothing else says so: as people write these documents. */
const usual = `kind apiVersion name driver kubernetesVersion containerRuntime controlPlanes cpus memory diskSize cni networking featureGates
  runtimeConfig kubeadmConfigPatches kubeadmConfigPatchesJSON6902 containerdConfigPatches containerdConfigPatchesJSON6902 nodes addons mount ports
  extraConfig images manifests registry mirrors`.split(/\s+/)
const newExtras = 'kind: ClusterExtras\napiVersion: cove/v1alpha1\n'

/**
 * The text with changes made in one of its documents. Comments, unknown fields, order and form of everything else stay. A text that does not parse
 * stays as it is. Pure.
 */
export function editText(text: string, which: Which, edits: readonly Edit[]): string {
  return edits.reduce((before, edit) => editOnce(before, which, edit), text)
}

function editOnce(text: string, which: Which, edit: Edit): string {
  if (which === 'cluster') return editDocument(text, clusterOf, edit, usual)
  const parsed = parseText(text)
  if (parsed.all.some((part) => part.errors.length > 0)) return text
  if (parsed.extras !== null) return withoutEmpty(editDocument(text, extrasOf, edit, usual), extrasOf)
  return edit.do === 'set' && edit.value === undefined ? text : editDocument(addDocument(text, newExtras), extrasOf, edit, usual)
}
