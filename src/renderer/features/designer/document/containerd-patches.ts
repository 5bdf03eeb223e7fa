import { parse } from 'smol-toml'
import type { CgroupDriver } from '#shared/contract/runtimes.ts'
import { tomlItems } from '#shared/toml-lines.ts'
import { getIn, isRecord } from '../../document/plain.ts'

/**
 * The driver that kind's `containerdConfigPatches` give containerd. kind merges them into /etc/containerd/config.toml, which is of version 2 in its node images,
 * also in those with containerd 2, which reads such a file: https://github.com/kubernetes-sigs/kind/blob/v0.33.0/images/base/files/etc/containerd/config.toml
 */
const ofVersion2 = settingOf('io.containerd.grpc.v1.cri')
/**
 * The table of files of version 3. In one of version 2, containerd 1 passes over it, and with containerd 2 it takes the place of all runtimes, so Cove does not
 * write it: https://github.com/containerd/containerd/blob/v2.1.4/plugins/cri/runtime/plugin.go
 */
const ofVersion3 = settingOf('io.containerd.cri.v1.runtime')

export type SaidOfContainerd = {
  /** Null: none of them says it. */
  readonly driver: CgroupDriver | null
  /** Which of them says it last. */
  readonly at: number | null
  /** False: what else they say has another effect with another containerd. */
  readonly sure: boolean
}

/** Patches that cannot be read say nothing, and neither do those for files of another version, which kind leaves out. Pure. */
export function saidOfContainerd(patches: readonly string[]): SaidOfContainerd {
  const read = patches.map((patch) => {
    const tree = treeOf(patch)
    const version = getIn(tree, ['version'])
    return version === undefined || version === 2 ? tree : null
  })
  const at = read.findLastIndex((tree) => typeof getIn(tree, ofVersion2) === 'boolean')
  return {
    driver: at === -1 ? null : getIn(read[at], ofVersion2) === true ? 'systemd' : 'cgroupfs',
    at: at === -1 ? null : at,
    sure: read.every((tree) => getIn(tree, ofVersion3) === undefined),
  }
}

/** A patch of its own, as https://kubernetes.io/docs/setup/production-environment/container-runtimes/#containerd-systemd has it. */
export function containerdPatch(driver: CgroupDriver): string {
  return `[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]\n  SystemdCgroup = ${driver === 'systemd'}\n`
}

/**
 * The patch with another driver where it says one, or, null, without; every other line stays. What stands in an inline table stays too: a patch after it has the
 * last word. Undefined: it would say nothing any more. Pure.
 */
export function setContainerdPatch(patch: string, driver: CgroupDriver | null): string | undefined {
  const items = tomlItems(patch) ?? []
  const values = items.filter((item) => item.kind === 'value')
  const said = values.filter(({ path }) => same(path, ofVersion2) || same(path, ofVersion3))
  if (said.length === 0) return patch
  if (driver !== null)
    return said.reduceRight((text, { from, to }) => text.slice(0, from) + String(driver === 'systemd') + text.slice(to), patch)
  const headerOf = ({ line }: { readonly line: number }) => items.findLast((item) => item.kind === 'table' && item.line < line)?.line ?? -1
  // A table that would be empty goes too.
  const headers = said.map(headerOf).filter((header) => values.every((value) => headerOf(value) !== header || said.includes(value)))
  const gone = new Set([...headers, ...said.map(({ line }) => line)])
  const next = patch
    .split('\n')
    .filter((_, line) => !gone.has(line))
    .join('\n')
  return isMute(treeOf(next)) ? undefined : next
}

function settingOf(plugin: string): readonly string[] {
  return ['plugins', plugin, 'containerd', 'runtimes', 'runc', 'options', 'SystemdCgroup']
}

const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((key, index) => key === b[index])

/** Null: no TOML. */
function treeOf(patch: string): unknown {
  try {
    return parse(patch)
  } catch {
    return null
  }
}

/** Nothing but tables, and which version it is for. */
const isMute = (tree: unknown): boolean =>
  isRecord(tree) && Object.entries(tree).every(([key, value]) => key === 'version' || (isRecord(value) && isMute(value)))
