import { isMember } from '../member.ts'
import { evidence, list, minorOf, notKnown, type Rules } from '../rule.ts'
import { criSockets, dockerSocket, majorOf, runtimeOf } from '../runtime-of.ts'

type Ids = 'runtime-cri' | 'runtime-version' | 'runtime-service' | 'cni-binaries' | 'cni-config'

/** What the packages of Kubernetes bring (kubernetes-cni), as far as runtimes and the usual pod networks call for it. */
const neededPlugins = ['loopback', 'bridge', 'host-local', 'portmap']
/** kubeadm warns from here on of a runtime that does not tell its cgroup driver, and means to refuse it later. https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/configure-cgroup-driver/ */
const warnsOfOldRuntime = 35
/** Kubernetes speaks CRI v1 alone from here on. https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cri-versions */
const onlyCriV1 = 26

export const runtimeRules: Rules<Ids> = {
  'runtime-cri': ({ facts, intent }) => {
    const there = criSockets(facts)
    const shown = { evidence: facts.sockets.map((socket) => evidence('socket', socket)) }
    const runtime = runtimeOf(facts, intent)
    if (runtime === null) {
      if (intent.criSocket !== null) return { variant: 'chosen', facts: { socket: intent.criSocket }, ...shown }
      if (there.length > 1) return { variant: 'several', facts: { sockets: list(there) }, ...shown }
      return { variant: facts.sockets.includes(dockerSocket) ? 'docker-only' : 'none', ...shown }
    }
    if (!there.includes(runtime.socket)) return { variant: 'stopped', facts: { runtime: runtime.kind, socket: runtime.socket } }
    if (runtime.kind === 'containerd' && facts.containerdConfig.known && facts.containerdConfig.value.criDisabled) {
      return {
        variant: 'disabled',
        facts: { socket: runtime.socket },
        evidence: [evidence('containerd config dump', 'disabled_plugins = ["cri"]')],
      }
    }
    const answer = facts.cri.known ? facts.cri.value.find(({ socket }) => socket === runtime.socket) : undefined
    if (answer === undefined) {
      const services = facts.services.known ? runtime.units.map((unit) => facts.services.known && facts.services.value.get(unit)) : []
      if (services.some((service) => service && service.there && !service.active)) {
        return { variant: 'stopped', facts: { runtime: runtime.kind, socket: runtime.socket } }
      }
      // Without crictl, or without root for it, a service that runs and a plugin that is not off must do.
      const runs = facts.services.known && runtime.units.every((unit) => facts.services.known && facts.services.value.get(unit)?.active)
      if (!facts.cri.known && (facts.cri.why === 'timeout' || facts.cri.why === 'failed' || !runs)) return notKnown(facts.cri, 'crictl')
      if (runtime.kind === 'containerd' && !facts.containerdConfig.known && facts.containerdConfig.why !== 'absent') {
        return notKnown(facts.containerdConfig, 'containerd config dump')
      }
    }
    if (answer?.error)
      return {
        variant: 'silent',
        facts: { socket: runtime.socket, reason: answer.error },
        evidence: [evidence('crictl version', answer.error)],
      }
    return { variant: 'ok', facts: { runtime: runtime.kind, version: runtime.version ?? '', socket: runtime.socket }, ...shown }
  },
  'runtime-version': ({ facts, intent }) => {
    const runtime = runtimeOf(facts, intent)
    if (runtime === null) return { variant: 'none' }
    if (runtime.version === null) return notKnown('absent', runtime.kind)
    const minor = minorOf(intent.kubernetes)
    const shown = {
      facts: { runtime: runtime.kind, version: runtime.version, kubernetes: intent.kubernetes },
      evidence: [evidence(runtime.kind, runtime.version)],
    }
    const answer = facts.cri.known ? facts.cri.value.find(({ socket }) => socket === runtime.socket) : undefined
    if (minor >= onlyCriV1 && (answer?.api === 'v1alpha2' || (runtime.kind === 'containerd' && isBefore(runtime.version, 1, 6))))
      return { variant: 'old', ...shown }
    const ending = runtime.kind === 'containerd' ? majorOf(runtime.version) < 2 : runtime.tellsDriver === false
    return { variant: minor >= warnsOfOldRuntime && ending ? 'ending' : 'ok', ...shown }
  },
  'runtime-service': ({ facts, intent }) => {
    const runtime = runtimeOf(facts, intent)
    if (runtime === null || runtime.units.length === 0) return { variant: 'none' }
    if (!facts.services.known) return notKnown(facts.services, 'systemctl')
    const services = runtime.units.map((name) => (facts.services.known ? facts.services.value.get(name) : undefined))
    const shown = {
      evidence: services.flatMap((one) =>
        one
          ? [evidence(`systemctl show ${one.name}`, `${one.active ? 'active' : 'inactive'}, ${one.enabled ? 'enabled' : 'disabled'}`)]
          : [],
      ),
    }
    const at = (bad: (service: (typeof services)[number]) => boolean) => runtime.units[services.findIndex(bad)]
    const stopped = at((service) => service?.there === true && !service.active)
    if (stopped) return { variant: 'stopped', facts: { unit: stopped }, ...shown }
    const disabled = at((service) => !service?.enabled)
    return disabled
      ? { variant: 'disabled', facts: { unit: disabled }, ...shown }
      : { variant: 'ok', facts: { unit: list(runtime.units) }, ...shown }
  },
  'cni-binaries': ({ facts }) => {
    if (!facts.cniBin.known) return notKnown(facts.cniBin, '/opt/cni/bin')
    const there = facts.cniBin.value
    const missing = neededPlugins.filter((name) => !there.includes(name))
    const variant = there.length === 0 ? 'none' : missing.length > 0 ? 'some' : 'ok'
    return { variant, facts: { plugins: list(missing) }, evidence: [evidence('/opt/cni/bin', there.join(' '))] }
  },
  'cni-config': ({ facts }) => {
    if (!facts.cniConf.known) return notKnown(facts.cniConf, '/etc/cni/net.d')
    const files = facts.cniConf.value.filter((name) => /\.(?:conf|conflist|json)$/.test(name))
    const shown = {
      facts: { files: list(files.map((name) => `/etc/cni/net.d/${name}`)) },
      evidence: files.map((name) => evidence('/etc/cni/net.d', name)),
    }
    return { variant: files.length === 0 ? 'ok' : isMember(facts) ? 'member' : 'left', ...shown }
  },
}

function isBefore(version: string, major: number, minor: number): boolean {
  const [, one = '0', two = '0'] = /^v?(\d+)\.(\d+)/.exec(version) ?? []
  return Number(one) < major || (Number(one) === major && Number(two) < minor)
}
