import { readFile } from 'node:fs/promises'
import type { HostEvidence } from './evidence.ts'

/** Facts of this machine that clusters stand or fall with. What a system does not have is null. */
export async function readHost(): Promise<HostEvidence> {
  const read = (file: string) => readFile(file, 'utf8').catch(() => null)
  const [memory, watches, instances, routes, selinux, apparmor, ipv6] = await Promise.all([
    read('/proc/meminfo'),
    read('/proc/sys/fs/inotify/max_user_watches'),
    read('/proc/sys/fs/inotify/max_user_instances'),
    read('/proc/net/route'),
    read('/sys/fs/selinux/enforce'),
    read('/sys/module/apparmor/parameters/enabled'),
    read('/proc/sys/net/ipv6/conf/all/disable_ipv6'),
  ])
  const linux = process.platform === 'linux'
  return {
    platform: process.platform,
    memoryBytes: kilobytes(memory, 'MemTotal'),
    availableBytes: kilobytes(memory, 'MemAvailable'),
    inotify: { watches: numberOf(watches), instances: numberOf(instances) },
    routes: routes === null ? [] : parseRoutes(routes),
    selinux: !linux ? null : selinux === null ? 'off' : selinux.trim() === '1' ? 'enforcing' : 'permissive',
    apparmor: !linux ? null : apparmor?.trim() === 'Y',
    ipv6: !linux ? null : ipv6?.trim() === '0',
  }
}

const numberOf = (text: string | null) => (text === null || text.trim() === '' ? null : Number(text))

function kilobytes(text: string | null, name: string): number | null {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text ?? '')?.[1]
  return found === undefined ? null : Number(found) * 1024
}

/** /proc/net/route: addresses are little-endian hexadecimal (https://man7.org/linux/man-pages/man5/proc_pid_net.5.html). Without the default route. */
export function parseRoutes(text: string): { subnet: string; device: string }[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device = '', destination = '', , , , , , mask = ''] = line.trim().split(/\s+/)
      if (device === '' || mask === '' || mask === '00000000') return []
      const bits = parseInt(mask, 16).toString(2).replaceAll('0', '').length
      return [{ subnet: `${bytesOf(destination).join('.')}/${bits}`, device }]
    })
}

const bytesOf = (hex: string) => [6, 4, 2, 0].map((at) => parseInt(hex.slice(at, at + 2), 16))
