import { existsSync } from 'node:fs'
import { execa } from 'execa'

/** True where this is a Debian whose packages may be installed: as root. */
export const canInstall = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

/** Installs packages of Debian; the lists are fetched only where those that are there do not do. */
export async function install(...packages: string[]): Promise<void> {
  const apt = (...args: string[]) =>
    execa('apt-get', ['-o', 'DPkg::Lock::Timeout=600', '-qqy', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      reject: false,
    })
  if ((await apt('install', '--no-install-recommends', ...packages)).exitCode === 0) return
  await apt('update')
  await apt('install', '--no-install-recommends', ...packages)
}
