import type { HostStep } from '#shared/contract/host-changes.ts'
import type { CheckId } from '../catalog.ts'
import type { Ground } from '../rule.ts'
import { modulesFix, sysctlFix } from './kernel.ts'
import { firewallFix, forwardFix, noProxyFix, runtimeProxyFix } from './network.ts'
import { packagesFix } from './packages.ts'
import { hostsFix, resolvFix, selinuxFix, servicesFix } from './services.ts'
import type { Fix, ReadText } from './step.ts'
import { swapFix } from './swap.ts'

/** In the order in which they are done: what the rest stands on first. */
const fixes: readonly Fix[] = [
  packagesFix,
  modulesFix,
  sysctlFix,
  swapFix,
  hostsFix,
  selinuxFix,
  firewallFix,
  forwardFix,
  noProxyFix,
  runtimeProxyFix,
  resolvFix,
  servicesFix,
]

/** Files that the steps for these checks are planned on. */
export function filesFor(ground: Ground, wrong: readonly CheckId[]): string[] {
  return [...new Set(fixes.filter(({ ids }) => ids.some((id) => wrong.includes(id))).flatMap(({ files }) => files?.(ground) ?? []))]
}

/** What puts right those that are wrong, in order. Pure. */
export function stepsFor(ground: Ground, read: ReadText, wrong: readonly CheckId[]): HostStep[] {
  return fixes.flatMap((fix) => {
    const own = fix.ids.filter((id) => wrong.includes(id))
    return own.length === 0 ? [] : fix.steps(ground, read, own)
  })
}
