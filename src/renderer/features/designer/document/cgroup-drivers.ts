import { stringify } from 'yaml'
import type { CgroupDriver } from '#shared/contract/runtimes.ts'
import { editDocument } from '../../document/edit.ts'
import { type Edit, isRecord, type Path } from '../../document/plain.ts'
import { kindOf, type Part, plainOf, readDocuments } from '../../document/text.ts'
import { containerdPatch, saidOfContainerd, setContainerdPatch } from './containerd-patches.ts'
import type { KindView } from './form.ts'

export type CgroupDrivers = {
  /** As the patch has it, which may be no driver that there is. */
  readonly kubelet: string
  readonly containerd: CgroupDriver
  /** What the node images have without patches. */
  readonly usual: CgroupDriver
  /** Of the patch that says it last, of the kubelets where one does. Null: no patch says any. */
  readonly place: Path | null
  /** What only the text shows may say otherwise. */
  readonly sure: boolean
}

type Patch = { readonly path: Path; readonly text: string }

/**
 * The cgroup drivers that the nodes of a kind cluster will have: systemd for both in its node images since Kubernetes 1.24, unless a patch says otherwise. Pure.
 * https://github.com/kubernetes-sigs/kind/blob/v0.33.0/pkg/cluster/internal/kubeadm/config.go
 */
export function cgroupDrivers(view: KindView): CgroupDrivers {
  const { nodes, jsonPatches } = view
  const minors = nodes.flatMap(({ image }) => /:v1\.(\d+)\./.exec(image)?.[1] ?? [])
  const usual = minors.some((minor) => Number(minor) < 24) ? 'cgroupfs' : 'systemd'
  const kubelet = saidOfKubelet(kubeletPatches(view))
  const containerd = saidOfContainerd(view.containerdPatches)
  return {
    kubelet: kubelet?.driver ?? usual,
    containerd: containerd.driver ?? usual,
    usual,
    place: kubelet?.path ?? (containerd.at === null ? null : ['containerdConfigPatches', containerd.at]),
    sure: containerd.sure && jsonPatches + nodes.reduce((sum, node) => sum + node.jsonPatches, 0) === 0,
  }
}

/**
 * Changes that give the nodes this driver; null: that of the node images. A patch that says a driver says the new one, in its own place; where none does, one is
 * added. Without a driver, a patch that then says nothing goes. All other patches stay. Pure.
 */
export function cgroupDriverEdits(view: KindView, driver: CgroupDriver | null): Edit[] {
  const kubelet = kubeletPatches(view).map((patch) => ({ ...patch, next: setKubeletPatch(patch.text, driver) }))
  const containerd = view.containerdPatches.map((text, at) => ({
    path: ['containerdConfigPatches', at],
    text,
    next: setContainerdPatch(text, driver),
  }))
  const kept = kubelet.flatMap(({ path, next }) => (next === undefined ? [] : [{ path, text: next }]))
  const says = driver === null || saidOfKubelet(kept)?.driver === driver
  const saysToo = driver === null || saidOfContainerd(containerd.flatMap(({ next }) => next ?? [])).driver === driver
  const emptied = kubelet.find(({ path, next }) => next === undefined && path[0] === 'nodes')
  return [
    // A node that said nothing but its patch stays a node.
    ...(emptied === undefined ? [] : [{ do: 'set' as const, path: [...emptied.path.slice(0, 2), 'role'], value: 'control-plane' }]),
    // From the last to the first, so that what is removed does not move the rest.
    ...[...kubelet, ...containerd]
      .reverse()
      .flatMap(({ path, text, next }): Edit[] => (next === text ? [] : [{ do: 'set', path, value: next }])),
    ...(says ? [] : [added('kubeadmConfigPatches', stringify({ kind: 'KubeletConfiguration', cgroupDriver: driver }))]),
    ...(saysToo ? [] : [added('containerdConfigPatches', containerdPatch(driver))]),
  ]
}

const added = (list: string, value: string): Edit => ({ do: 'insert', path: [list], index: Number.MAX_SAFE_INTEGER, value })

/**
 * In the order in which they are merged. Those of the first control plane alone are of that kind: kubeadm takes its kubelet's configuration over to every node
 * that joins, and of a node that joins it reads none. https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/kubelet-integration/
 */
function kubeletPatches({ nodes, patches }: KindView): Patch[] {
  const first = nodes.findIndex(({ role }) => role === 'control-plane')
  const patchesAt = (texts: readonly string[], path: Path) => texts.map((text, at) => ({ path: [...path, at], text }))
  return [
    ...patchesAt(patches, ['kubeadmConfigPatches']),
    ...patchesAt(nodes[first]?.patches ?? [], ['nodes', first, 'kubeadmConfigPatches']),
  ]
}

function saidOfKubelet(patches: readonly Patch[]): { readonly driver: string; readonly path: Path } | null {
  return patches.flatMap(({ path, text }) => driversIn(text).map((driver) => ({ driver, path }))).at(-1) ?? null
}

/** Undefined: it would say nothing any more. */
function setKubeletPatch(patch: string, driver: CgroupDriver | null): string | undefined {
  if (driversIn(patch).length === 0) return patch
  const edit: Edit = { do: 'set', path: ['cgroupDriver'], value: driver ?? undefined }
  const next = readDocuments(patch).all.reduce(
    (text, part, at) => (driverOf(part) === null ? text : editDocument(text, (all) => all[at] ?? null, edit, [])),
    patch,
  )
  return driver === null && readDocuments(next).all.map(plainOf).every(isMute) ? undefined : next
}

/** What the documents of a patch give the kubelet. */
function driversIn(patch: string): string[] {
  try {
    return readDocuments(patch).all.flatMap((part) => driverOf(part) ?? [])
  } catch {
    return []
  }
}

/** Null where it is of another kind, or says none. kind lets a patch without apiVersion fit any. */
function driverOf(part: Part): string | null {
  const value = kindOf(part) === 'KubeletConfiguration' ? plainOf(part) : null
  if (!isRecord(value)) return null
  const { apiVersion, cgroupDriver } = value
  const fits = apiVersion === undefined || apiVersion === 'kubelet.config.k8s.io/v1beta1'
  return fits && typeof cgroupDriver === 'string' ? cgroupDriver : null
}

const isMute = (value: unknown) =>
  value === null || (isRecord(value) && Object.keys(value).every((key) => key === 'kind' || key === 'apiVersion'))
