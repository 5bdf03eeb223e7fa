import type { HostFacts, Known } from '../facts.ts'
import { known } from '../facts.ts'
import { evidence, list, minorOf, notKnown, type Rules } from '../rule.ts'
import { runtimeOf } from '../runtime-of.ts'

type Ids = 'cgroup-version' | 'cgroup-controllers' | 'cgroup-driver-agreement' | 'cgroup-driver-init'

// https://github.com/kubernetes/system-validators/blob/master/validators/types_unix.go
const required = {
  1: ['cpu', 'cpuacct', 'cpuset', 'devices', 'freezer', 'memory', 'pids'],
  2: ['cpu', 'cpuset', 'devices', 'freezer', 'memory', 'pids'],
}
const optional = { 1: ['hugetlb', 'blkio'], 2: ['hugetlb', 'io'] }
/** The kubelet refuses cgroup v1 from here on, unless it is told otherwise. https://kubernetes.io/docs/concepts/architecture/cgroups/ */
const refusesV1 = 35
/** The kubelet asks the runtime for its driver from here on. https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/configure-cgroup-driver/ */
const asksRuntime = 31

export const cgroupRules: Rules<Ids> = {
  'cgroup-version': ({ facts, intent }) => {
    const { version } = facts.cgroup
    if (version === null) return notKnown('failed', '/sys/fs/cgroup')
    const shown = {
      facts: { kubernetes: intent.kubernetes },
      evidence: [evidence('/sys/fs/cgroup', version === 2 ? 'cgroup2fs' : 'tmpfs')],
    }
    if (version === 2) return { variant: 'ok', ...shown }
    if (minorOf(intent.kubernetes) < refusesV1) return { variant: 'maintenance', ...shown }
    const told = facts.kubeletConfig.known && facts.kubeletConfig.value['failCgroupV1'] === false
    return { variant: told ? 'allowed' : 'refused', ...shown }
  },
  'cgroup-controllers': ({ facts }) => {
    const { version, controllers } = facts.cgroup
    if (version === null || controllers.length === 0)
      return notKnown('failed', version === 2 ? '/sys/fs/cgroup/cgroup.controllers' : '/proc/cgroups')
    const lacks = (names: readonly string[]) => names.filter((name) => !controllers.includes(name))
    const missing = lacks(required[version])
    const wished = lacks(optional[version])
    const variant = missing.length > 0 ? 'missing' : wished.length > 0 ? 'optional' : 'ok'
    return {
      variant,
      facts: { controllers: list(missing.length > 0 ? missing : wished) },
      evidence: [evidence(version === 2 ? '/sys/fs/cgroup/cgroup.controllers' : '/proc/cgroups', controllers.join(' '))],
    }
  },
  'cgroup-driver-agreement': (ground) => {
    const runtime = runtimeOf(ground.facts, ground.intent)
    if (runtime === null) return { variant: 'no-runtime' }
    if (!runtime.driver.known) return notKnown(runtime.driver, runtime.kind)
    const kubelet = kubeletDriver(ground.facts)
    if (!kubelet.known) return notKnown(kubelet, '/var/lib/kubelet/config.yaml')
    const drivers = { runtime: runtime.kind, runtimeDriver: runtime.driver.value, kubeletDriver: kubelet.value.driver }
    const shown = {
      facts: drivers,
      evidence: [
        evidence(runtime.kind, runtime.driver.value),
        ...(kubelet.value.planned ? [] : [evidence('/var/lib/kubelet/config.yaml', `cgroupDriver: ${drivers.kubeletDriver}`)]),
      ],
    }
    if (runtime.tellsDriver && minorOf(ground.intent.kubernetes) >= asksRuntime) return { variant: 'told', ...shown }
    const same = drivers.runtimeDriver === drivers.kubeletDriver
    if (kubelet.value.planned) return { variant: same ? 'planned' : 'will-differ', ...shown }
    return { variant: same ? 'ok' : 'differ', ...shown }
  },
  'cgroup-driver-init': ({ facts, intent }) => {
    if (!facts.systemd) return { variant: 'other-init', facts: { init: facts.init } }
    const runtime = runtimeOf(facts, intent)
    if (runtime === null) return { variant: 'no-runtime' }
    if (!runtime.driver.known) return notKnown(runtime.driver, runtime.kind)
    const driver = runtime.driver.value
    return {
      variant: driver === 'systemd' ? 'ok' : 'cgroupfs',
      facts: { runtime: runtime.kind },
      evidence: [evidence(runtime.kind, driver)],
    }
  },
}

/** As its configuration says, where cgroupfs is the default; before there is one, as kubeadm will set it: systemd. */
function kubeletDriver(facts: HostFacts): Known<{ driver: 'systemd' | 'cgroupfs'; planned: boolean }> {
  const flag = facts.kubeletFlags.get('cgroup-driver')
  if (flag === 'systemd' || flag === 'cgroupfs') return known({ driver: flag, planned: false })
  if (facts.kubeletConfig.known) {
    return known({ driver: facts.kubeletConfig.value['cgroupDriver'] === 'systemd' ? 'systemd' : 'cgroupfs', planned: false })
  }
  return facts.kubeletConfig.why === 'absent' ? known({ driver: 'systemd', planned: true }) : facts.kubeletConfig
}
