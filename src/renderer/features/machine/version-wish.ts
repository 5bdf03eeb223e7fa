/** What core takes as a version, such as `v1.34.4` or `1.34.4`; null: not one. */
export function parseVersion(text: string): string | null {
  const version = /^v?(\d{1,4}\.\d{1,4}\.\d{1,4}(?:-[0-9A-Za-z.]{1,40})?)$/.exec(text.trim())?.[1]
  return version === undefined || version.includes('..') ? null : `v${version}`
}

export type VersionProblem = 'empty' | 'incomplete' | 'latest' | 'invalid'

/** Why a typed version cannot be asked for; null: it can. */
export function versionProblem(text: string): VersionProblem | null {
  const typed = text.trim()
  if (typed === '') return 'empty'
  if (parseVersion(typed) !== null) return null
  if (/^v?\d{1,4}(\.\d{0,4}){0,2}$/i.test(typed)) return 'incomplete'
  return /^(latest|stable|newest)$/i.test(typed) ? 'latest' : 'invalid'
}

/** Whether `a` is a newer version than `b`; a pre-release is older than its release. */
export function isNewer(a: string | null, b: string | null): boolean {
  const [mine, theirs] = [partsOf(a), partsOf(b)]
  if (mine === null || theirs === null) return false
  for (const index of [0, 1, 2]) {
    const difference = (mine.numbers[index] ?? 0) - (theirs.numbers[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return mine.pre === '' && theirs.pre !== ''
}

function partsOf(version: string | null): { readonly numbers: readonly number[]; readonly pre: string } | null {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?/.exec(version ?? '')
  return match ? { numbers: match.slice(1, 4).map(Number), pre: match[4] ?? '' } : null
}
