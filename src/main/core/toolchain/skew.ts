import type { ToolCopy } from './choice.ts'
import { choose } from './choice.ts'

/** Minor versions that kubectl may be apart from the API server, on both sides: https://kubernetes.io/releases/version-skew-policy/#kubectl */
const mostApart = 1

/** Minor versions that `kubectl` is ahead of `kubernetes` (negative: behind); null where one of them does not say, or another major version. */
export function minorsAhead(kubectl: string | null, kubernetes: string | null): number | null {
  const [mine, theirs] = [numbers(kubectl), numbers(kubernetes)]
  if (mine === null || theirs === null || mine.major !== theirs.major) return null
  return mine.minor - theirs.minor
}

/** Null: not known. */
export function fits(kubectl: string | null, kubernetes: string | null): boolean | null {
  const ahead = minorsAhead(kubectl, kubernetes)
  return ahead === null ? null : Math.abs(ahead) <= mostApart
}

/**
 * `used`: the copy that is used anyway. `other`: that one does not fit, and another of this machine does. `chosen`: the one chosen by hand does not fit, and is respected.
 * `none`: none fits, so the one that is used anyway is. `unknown`: it is not known which Kubernetes that is.
 */
export type PickReason = 'used' | 'other' | 'chosen' | 'none' | 'unknown'

/** The kubectl for an API server of this version, out of copies in the order in which they win. Null: none can be used. Pure. */
export function pickFor(
  copies: readonly ToolCopy[],
  kubernetes: string | null,
): { readonly copy: ToolCopy; readonly reason: PickReason } | null {
  const { used } = choose(copies)
  if (used === null) return null
  const usedFits = fits(used.version, kubernetes)
  if (usedFits !== false) return { copy: used, reason: usedFits === null ? 'unknown' : 'used' }
  if (used.origin === 'chosen') return { copy: used, reason: 'chosen' }
  const other = copies.find((copy) => copy.problem === null && fits(copy.version, kubernetes) === true)
  return other ? { copy: other, reason: 'other' } : { copy: used, reason: 'none' }
}

/** The release that a version of a cluster was built from: `v1.33.4` of `v1.33.4+k3s1`, `v1.33.4-eks-3abbec1`, `v1.34.0-rc.1`. Null where it is none. */
export function releaseOf(kubernetes: string | null): string | null {
  const match = /^v?(\d{1,4}\.\d{1,4}\.\d{1,4})(-(?:alpha|beta|rc)\.\d{1,4})?/.exec(kubernetes ?? '')
  return match ? `v${match[1]}${match[2] ?? ''}` : null
}

function numbers(version: string | null): { major: number; minor: number } | null {
  const match = /^v?(\d{1,4})\.(\d{1,4})(?!\d)/.exec(version ?? '')
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : null
}
