import type { Finding } from '#shared/contract/findings.ts'
import type { ErrorCode } from '#shared/messages/error-facts.ts'
import type { Evidence } from './evidence.ts'
import type { Rule } from './rule.ts'
import { asked } from './rules/asked.ts'
import { component, configuration, preflight } from './rules/control-plane.ts'
import { engine } from './rules/engine.ts'
import { architecture, mismatch, notFound, proxy, rateLimit, tls, unreachableRegistry } from './rules/image.ts'
import { cgroupDriver, cgroupV1, unhealthy } from './rules/kubelet.ts'
import { denied, rootless } from './rules/machine.ts'
import { asRoot, baseImage, driver, preload } from './rules/minikube.ts'
import { cni, dnsAbsent, dnsLoop, ipv6, subnet } from './rules/network.ts'
import { killed, lowMemory, outOfMemory, tooFewCpus, tooLittleMemory } from './rules/resources.ts'
import { diskFull, engineDisk, inotify } from './rules/space.ts'
import { name, port } from './rules/taken.ts'
import { clock, expired } from './rules/trust.ts'

/** In the order in which causes of the same certainty are told: what lies deeper first. */
export const rules: readonly Rule[] = [
  engine,
  diskFull,
  inotify,
  asRoot,
  driver,
  tooFewCpus,
  tooLittleMemory,
  rootless,
  port,
  name,
  architecture,
  rateLimit,
  proxy,
  tls,
  baseImage,
  preload,
  notFound,
  unreachableRegistry,
  mismatch,
  ipv6,
  subnet,
  outOfMemory,
  killed,
  engineDisk,
  denied,
  cgroupV1,
  cgroupDriver,
  configuration,
  preflight,
  expired,
  clock,
  unhealthy,
  component,
  dnsLoop,
  cni,
  dnsAbsent,
  lowMemory,
  asked,
]

/** What follows from a cause that is sure need not be told beside it. */
const follows: Partial<Record<ErrorCode, readonly ErrorCode[]>> = {
  'image-pull-failed': ['registry-unreachable'],
  'registry-rate-limited': ['registry-unreachable', 'image-not-found', 'image-pull-failed'],
  'tls-untrusted': ['registry-unreachable', 'image-pull-failed'],
  'proxy-in-the-way': ['registry-unreachable', 'image-pull-failed'],
  'base-image-missing': ['registry-unreachable', 'preload-missing', 'image-not-found'],
  'preload-missing': ['registry-unreachable'],
  'kubernetes-needs-cgroup-v2': [
    'kubelet-unhealthy',
    'control-plane-unhealthy',
    'kubeadm-preflight',
    'cgroup-driver-mismatch',
    'cni-missing',
    'cni-not-ready',
  ],
  'cgroup-driver-mismatch': ['kubelet-unhealthy', 'control-plane-unhealthy', 'cni-missing', 'cni-not-ready'],
  'inotify-limit': ['kubelet-unhealthy', 'control-plane-unhealthy'],
  'node-out-of-memory': ['node-killed', 'kubelet-unhealthy', 'control-plane-unhealthy', 'cni-missing', 'cni-not-ready', 'memory-low'],
  'node-killed': ['kubelet-unhealthy', 'control-plane-unhealthy', 'cni-missing', 'cni-not-ready'],
  'engine-disk-full': ['kubelet-unhealthy', 'control-plane-unhealthy'],
  'kubelet-unhealthy': ['control-plane-unhealthy', 'cni-missing', 'cni-not-ready'],
  'control-plane-unhealthy': ['cni-missing', 'cni-not-ready'],
  'certificate-expired': ['kubelet-unhealthy', 'control-plane-unhealthy'],
  'clock-skew': ['certificate-expired', 'tls-untrusted'],
}

/** What the evidence shows, the most certain first, problems before warnings. Pure; a rule that breaks tells nothing. */
export function diagnose(evidence: Evidence): Finding[] {
  const found = rules.flatMap((rule) => {
    try {
      return rule(evidence)
    } catch (error) {
      console.error('a rule of the diagnosis failed:', error)
      return []
    }
  })
  const hidden = new Set(found.flatMap((one) => (one.sure === 'sure' && one.level === 'problem' ? (follows[one.cause] ?? []) : [])))
  const rank = (one: Finding) => (one.level === 'problem' ? 0 : 2) + (one.sure === 'sure' ? 0 : 1)
  return found.filter((one) => !hidden.has(one.cause)).sort((a, b) => rank(a) - rank(b))
}
