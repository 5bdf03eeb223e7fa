import { existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Surroundings } from './advice.ts'

/** Reads what advice depends on: files and variables only, no process. */
export function readSurroundings(env: Readonly<Record<string, string | undefined>>): Surroundings {
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/usr/local/bin', '/snap/bin']
  return {
    platform: process.platform,
    user: user(),
    distribution: distribution(),
    // https://www.freedesktop.org/software/systemd/man/latest/sd_booted.html
    systemd: existsSync('/run/systemd/system'),
    initScript: existsSync('/etc/init.d/docker'),
    dockerd: folders.some((folder) => folder !== '' && existsSync(join(folder, 'dockerd'))),
    wsl: env['WSL_DISTRO_NAME'] !== undefined,
    dockerHost: env['DOCKER_HOST'] || null,
    dockerContext: env['DOCKER_CONTEXT'] || null,
  }
}

function user(): string | null {
  try {
    return userInfo().username
  } catch {
    return null
  }
}

/** https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
function distribution(): string[] {
  try {
    const text = readFileSync('/etc/os-release', 'utf8')
    return [...text.matchAll(/^ID(?:_LIKE)?=["']?([^"'\n]*)/gm)].flatMap((match) => (match[1] ?? '').split(' '))
  } catch {
    return []
  }
}
