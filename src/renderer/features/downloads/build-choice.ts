import type { ReleaseBuild, Releases } from '#shared/contract/downloads.ts'

export const systems = ['linux', 'darwin', 'windows'] as const
export const architectures = ['amd64', 'arm64', '386', 'arm', 'ppc64le', 's390x'] as const

/** What the page begins with: the newest version that is supported, for this machine. Pure. */
export function firstBuild({ minors, machine }: Releases): ReleaseBuild {
  const minor = minors.find(({ state, newest }) => newest !== null && (state === 'supported' || state === 'maintenance')) ?? minors[0]
  return {
    version: minor?.newest ?? 'v1.37.1',
    os: systems.find((os) => os === machine.os) ?? 'linux',
    arch: architectures.find((arch) => arch === machine.arch) ?? 'amd64',
  }
}

/** `v1.34.4` of `1.34.4`, ` v1.34.4 `; null for what is no version of Kubernetes. Pure. */
export function releaseOf(text: string): string | null {
  const match = /^v?(1\.\d{1,3}\.\d{1,3}(?:-(?:alpha|beta|rc)\.\d{1,3})?)$/.exec(text.trim())
  return match ? `v${match[1]}` : null
}

/** `1.34` of `v1.34.4`. Pure. */
export const minorOf = (version: string): string => version.slice(1).split('.').slice(0, 2).join('.')

/** A day of a calendar, `2026-10-27`, as a time of that day wherever one is. Pure. */
export const dayAt = (day: string): number => new Date(`${day}T12:00`).getTime()
