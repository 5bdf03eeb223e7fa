import { coerce, gte, lt } from 'semver'
import { parse } from 'yaml'
import type { CgroupDriver, RuntimeName, Runtimes } from '#shared/contract/runtimes.ts'
import { get } from './toml-edit.ts'
import { driverOf } from './other-configs.ts'
import type { Parts } from './parts.ts'
import { flagOf, readUnit } from './units.ts'

export type KubeletSays = {
  readonly version: string | null
  readonly configured: { readonly driver: CgroupDriver; readonly from: 'config' | 'flag' } | null
  readonly endpoint: string | null
  /** The gate KubeletCgroupDriverFromCRI where it is set. */
  readonly gate: boolean | null
  /** It has no configuration yet, and a kubeadm is there that will write one. */
  readonly awaitsKubeadm: boolean
}

/** What the kubelet is told by its flags, its files and kubeadm's. Flags win: https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/. Pure. */
export function readKubelet(parts: Parts): KubeletSays {
  const config = yamlOf(parts.text('kubelet-config'))
  const instance = yamlOf(parts.text('kubelet-instance'))
  const command =
    parts.text('kubelet-args') ??
    [readUnit(parts, 'kubelet.service').command, ...parts.starting('kubelet-env').map((part) => part.text)].join(' ')
  const flag = driverOf(flagOf(command, '--cgroup-driver'))
  const file = driverOf(get(config, ['cgroupDriver']))
  const endpoint =
    flagOf(command, '--container-runtime-endpoint') ??
    get(instance, ['containerRuntimeEndpoint']) ??
    get(config, ['containerRuntimeEndpoint'])
  const gate = get(config, ['featureGates', 'KubeletCgroupDriverFromCRI'])
  const kubeadm = coerce(parts.text('kubeadm-version') ?? '')
  const said = /KubeletCgroupDriverFromCRI=(true|false)/.exec(command)?.[1]
  return {
    version: /v\d+\.\d+\.\d+\S*/.exec(parts.text('kubelet-version') ?? '')?.[0] ?? null,
    configured: flag !== null ? { driver: flag, from: 'flag' } : file !== null ? { driver: file, from: 'config' } : null,
    endpoint: typeof endpoint === 'string' && endpoint !== '' ? endpoint : null,
    awaitsKubeadm:
      parts.get('kubelet-config') === undefined && parts.text('has kubeadm') !== null && !(kubeadm !== null && lt(kubeadm, '1.22.0')),
    gate: said === undefined ? (typeof gate === 'boolean' ? gate : null) : said === 'true',
  }
}

/** The runtime that the kubelet speaks to, as far as the rule needs it. */
export type Served = {
  readonly name: RuntimeName
  readonly version: string | null
  readonly driver: CgroupDriver | null
  readonly tellsDriver: boolean | null
}

/**
 * What the kubelet works with. From 1.31 on (1.28 with the gate) it asks the runtime, and its own setting counts only where the runtime cannot say:
 * https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-drivers. Unset it is cgroupfs; kubeadm writes systemd. Pure.
 */
export function kubeletDriver(says: KubeletSays, served: Served | null): Pick<Runtimes['kubelet'], 'configured' | 'effective' | 'from'> {
  const configured = says.configured?.driver ?? null
  if (says.version === null && says.configured === null) return { configured, effective: null, from: null }
  const version = coerce(says.version ?? '')
  const asks = version !== null && (lt(version, '1.28.0') ? false : (says.gate ?? gte(version, '1.31.0')))
  if (asks && served !== null && tellsDriver(served))
    return { configured, effective: served.driver, from: served.driver === null ? null : 'runtime' }
  if (says.configured !== null) return { configured, effective: configured, from: says.configured.from }
  // https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/configure-cgroup-driver/#configuring-the-kubelet-cgroup-driver
  return says.awaitsKubeadm ? { configured, effective: 'systemd', from: 'kubeadm' } : { configured, effective: 'cgroupfs', from: 'default' }
}

/** It answers RuntimeConfig of the CRI: containerd 2.0, CRI-O 1.28, cri-dockerd 0.4. What it was asked itself wins. */
export function tellsDriver({ name, version, tellsDriver: asked }: Served): boolean {
  if (asked !== null) return asked
  const known = coerce(version ?? '')
  return known !== null && gte(known, name === 'containerd' ? '2.0.0' : name === 'cri-o' ? '1.28.0' : '0.4.0')
}

function yamlOf(text: string | null): unknown {
  try {
    return text === null ? undefined : parse(text)
  } catch {
    return undefined
  }
}
