import type { HostFinding } from '#shared/contract/host-checks.ts'
import { type CheckId, checkIds } from '../catalog.ts'
import { findingOf, type Ground, type Rule, type Rules } from '../rule.ts'
import { cgroupRules } from './cgroup.ts'
import { firewallRules } from './firewall.ts'
import { identityRules } from './identity.ts'
import { kernelRules } from './kernel.ts'
import { kubernetesRules } from './kubernetes.ts'
import { networkRules } from './network.ts'
import { portRules } from './ports.ts'
import { programRules } from './programs.ts'
import { resourceRules } from './resources.ts'
import { runtimeRules } from './runtime.ts'
import { securityRules } from './security.ts'
import { swapRules } from './swap.ts'
import { systemRules } from './system.ts'

const rules: Rules<CheckId> = {
  ...systemRules,
  ...kernelRules,
  ...swapRules,
  ...cgroupRules,
  ...runtimeRules,
  ...kubernetesRules,
  ...portRules,
  ...networkRules,
  ...firewallRules,
  ...resourceRules,
  ...programRules,
  ...securityRules,
  ...identityRules,
}

/** Every check, or some, in the order of the catalog. Pure. */
export function evaluate(ground: Ground, ids: readonly CheckId[] = checkIds): HostFinding[] {
  return ids.map((id) => findingOf(id, rules[id] as Rule<CheckId>, ground))
}
