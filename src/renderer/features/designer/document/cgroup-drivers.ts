import { parseDocument } from 'yaml'
import { isRecord } from '../../document/plain.ts'
import type { KindView } from './form.ts'

export type CgroupDrivers = {
  /** Of the kubelets that are not alike, the first that differs from the runtime. */
  readonly kubelet: string
  readonly containerd: string
  /** Patches that only the text shows may say otherwise. */
  readonly sure: boolean
}

/**
 * The cgroup drivers that the nodes of a kind cluster will have: systemd for both in its node images since Kubernetes 1.24, unless a patch says otherwise. Pure.
 * https://github.com/kubernetes-sigs/kind/blob/v0.31.0/pkg/cluster/internal/kubeadm/config.go
 */
export function cgroupDrivers({ nodes, patches, containerdPatches, jsonPatches }: KindView): CgroupDrivers {
  const minors = nodes.flatMap(({ image }) => /:v1\.(\d+)\./.exec(image)?.[1] ?? [])
  const usual = minors.some((minor) => Number(minor) < 24) ? 'cgroupfs' : 'systemd'
  const said = containerdPatches.flatMap((text) => [...text.matchAll(/^\s*SystemdCgroup\s*=\s*(true|false)\b/gm)].map((match) => match[1]))
  const containerd = said.length === 0 ? usual : said.at(-1) === 'true' ? 'systemd' : 'cgroupfs'
  const kubelets = nodes.map((node) => [...patches, ...node.patches].flatMap(driverIn).at(-1) ?? usual)
  return {
    kubelet: kubelets.find((one) => one !== containerd) ?? containerd,
    containerd,
    sure: jsonPatches + nodes.reduce((sum, node) => sum + node.jsonPatches, 0) === 0,
  }
}

/** The driver that a patch gives the kubelet; none where it is of another kind or cannot be read. */
function driverIn(patch: string): string[] {
  const value = plain(patch)
  const driver = isRecord(value) && value['kind'] === 'KubeletConfiguration' ? value['cgroupDriver'] : null
  return typeof driver === 'string' ? [driver] : []
}

function plain(text: string): unknown {
  try {
    return parseDocument(text).toJS()
  } catch {
    // More aliases than are followed.
    return null
  }
}
