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
