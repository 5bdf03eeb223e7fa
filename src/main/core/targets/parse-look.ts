import type { RootWay, TargetLook } from '#shared/contract/targets.ts'

/** The answer of `lookScript`. `display`: a window of the system could ask for a password here. Null: no such answer. Pure. */
export function parseLook(stdout: string, display: boolean): TargetLook | null {
  const [own = '', release = ''] = stdout.split(/^--$/m)
  const said = pairs(own)
  const [kernel, machine, uid] = [said.get('kernel'), said.get('machine'), said.get('uid')]
  if (!kernel || !machine || !uid) return null
  const file = pairs(release)
  const os = osNames[kernel] ?? kernel.toLowerCase()
  const root: RootWay =
    uid === '0' ? 'direct' : said.get('sudo') === 'yes' ? 'sudo' : display && said.get('pkexec') === 'yes' ? 'pkexec' : 'none'
  return {
    os,
    arch: archName(machine, said.get('bits') ?? ''),
    system: file.get('PRETTY_NAME') || said.get('product')?.trim() || kernel,
    distribution: [file.get('ID') ?? '', ...(file.get('ID_LIKE') ?? '').split(/\s+/)].filter((name) => name !== ''),
    user: said.get('user') || uid,
    root,
  }
}

const osNames: Record<string, string> = { Linux: 'linux', Darwin: 'darwin', FreeBSD: 'freebsd' }

/** GOARCH of `uname -m` (https://go.dev/doc/install/source#environment). A 32-bit system may run on a 64-bit kernel, whose name `uname` then says. */
export function archName(machine: string, bits: string): string {
  if (/^(?:x86_64|amd64)$/i.test(machine)) return bits === '32' ? '386' : 'amd64'
  if (/^(?:aarch64|arm64)/i.test(machine)) return bits === '32' ? 'arm' : 'arm64'
  if (/^arm/i.test(machine)) return 'arm'
  if (/^i[3-6]86$/.test(machine)) return '386'
  return machine === 'loongarch64' ? 'loong64' : machine
}

/** `NAME=value` lines as a shell reads them (https://www.freedesktop.org/software/systemd/man/os-release.html): quotes and backslashes are taken away. */
function pairs(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^([A-Za-z_]+)=(.*)$/.exec(line.trim()) ?? []
    if (name !== undefined) found.set(name, value.replace(/^(["'])(.*)\1$/, '$2').replaceAll(/\\(["'$`\\])/g, '$1'))
  }
  return found
}
