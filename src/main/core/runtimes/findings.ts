import { coerce, gte } from 'semver'
import type { Runtime, RuntimeFinding, Runtimes } from '#shared/contract/runtimes.ts'
import { tellsDriver } from './kubelet-driver.ts'
import { servedBy } from './read-look.ts'

/** What is to be said of a look: the worst first. Pure. */
export function runtimeFindings(look: Omit<Runtimes, 'findings' | 'target' | 'asOf' | 'supported'>): RuntimeFinding[] {
  const { host, kubelet, kubeadm, pods, runtimes } = look
  const found: RuntimeFinding[] = []
  const add = (id: RuntimeFinding['id'], level: RuntimeFinding['level'], runtime: Runtime | null, facts: RuntimeFinding['facts'] = {}) =>
    void found.push({ id, level, runtime: runtime?.name ?? null, facts })
  const here = runtimes.filter((runtime) => runtime.installed === 'yes')
  const served = servedBy(kubelet.endpoint, runtimes)
  // The sockets alone tell who the kubelet would use; where there are none, the one that is closest to it.
  const candidate = served ?? here.find((runtime) => runtime.cri.api === 'v1' || runtime.cri.api === 'v1alpha2') ?? null

  if (here.length === 0) add('no-runtime', 'problem', null)
  for (const runtime of here) {
    if (runtime.cri.api === 'none' && candidate === null) add('docker-without-cri', 'problem', runtime)
    else if (runtime.cri.api === 'none') add('docker-without-cri', 'ok', runtime)
    if (runtime.cri.api === 'disabled') add('cri-disabled', candidate === null ? 'problem' : 'ok', runtime, { file: runtime.configFile })
    // Kubernetes speaks v1 alone from 1.26 on: https://kubernetes.io/blog/2022/11/18/upcoming-changes-in-kubernetes-1-26/#cri-api-removal
    const kubernetes = coerce(kubelet.version ?? kubeadm.version ?? '')
    if (runtime.cri.api === 'v1alpha2' && (kubernetes === null || gte(kubernetes, '1.26.0')))
      add('cri-too-old', 'problem', runtime, { version: runtime.version, kubernetes: kubernetes?.version ?? null })
    if (runtime.problem !== null) add('config-unreadable', 'unknown', runtime, { file: runtime.configFile, reason: runtime.problem })
    if (runtime.restartNeeded === true) add('restart-needed', 'warning', runtime, { file: runtime.configFile, unit: runtime.unit.name })
    if (runtime === candidate && (runtime.unit.state === 'stopped' || runtime.unit.state === 'failed'))
      add('runtime-stopped', 'problem', runtime, { unit: runtime.unit.name })
    if (runtime.mirrors.some((mirror) => mirror.file === runtime.configFile && runtime.name === 'containerd'))
      add('mirrors-deprecated', 'warning', runtime, { file: runtime.configFile })
    // The kubelet keeps the image that it knows as sandbox from being collected; another one would be: https://kubernetes.io/docs/concepts/containers/images/
    if (
      runtime === candidate &&
      runtime.sandboxImage !== null &&
      kubeadm.sandboxImage !== null &&
      runtime.sandboxImage !== kubeadm.sandboxImage
    )
      add('sandbox-differs', 'warning', runtime, { image: runtime.sandboxImage, wanted: kubeadm.sandboxImage })
  }
  if (kubeadm.choice === 'several')
    add('several-sockets', kubelet.joined ? 'ok' : 'warning', null, { sockets: kubeadm.sockets.join(', '), count: kubeadm.sockets.length })
  drivers()
  const rank = { problem: 0, warning: 1, unknown: 2, ok: 3 }
  return found.sort((a, b) => rank[a.level] - rank[b.level])

  function drivers(): void {
    const runtime = candidate?.driver ?? null
    const facts = { kubelet: kubelet.effective, runtime, host: host.recommended }
    if (candidate === null) return
    if (runtime === null) add('driver-unknown', 'unknown', candidate)
    else if (kubelet.effective !== null && kubelet.effective !== runtime) add('driver-mismatch', 'problem', candidate, facts)
    else if (host.recommended === 'systemd' && runtime === 'cgroupfs') add('driver-not-systemd', 'warning', candidate, facts)
    else add('driver-agrees', 'ok', candidate, facts)
    if (kubelet.from === 'runtime' && kubelet.configured !== null && kubelet.configured !== runtime)
      add('driver-from-runtime', 'ok', candidate, { configured: kubelet.configured, runtime })
    // kubeadm 1.35 and newer warn of it; the fallback is to go in 1.38: https://github.com/kubernetes/kubernetes/pull/139121
    const kubernetes = coerce(kubelet.version ?? '')
    const version = candidate.shim?.version ?? candidate.version
    if (
      kubernetes !== null &&
      gte(kubernetes, '1.35.0') &&
      version !== null &&
      !tellsDriver({ name: candidate.name, version, driver: runtime, tellsDriver: null })
    )
      add('driver-not-told', 'warning', candidate, { version, kubernetes: kubernetes.version })
    if (pods !== null && runtime !== null) {
      const elsewhere = pods.systemd + pods.cgroupfs + pods.other - pods[runtime]
      if (elsewhere > 0) add('pods-elsewhere', 'warning', candidate, { count: elsewhere, driver: runtime })
    }
  }
}
