import { readFile } from 'node:fs/promises'
import { parseRoutes4, parseRoutes6 } from '../clusters/preflight/routes.ts'
import type { HostEvidence } from './evidence.ts'

/** Facts of this machine that clusters stand or fall with. What a system does not have is null. */
export async function readHost(): Promise<HostEvidence> {
  const read = (file: string) => readFile(file, 'utf8').catch(() => null)
  const [memory, watches, instances, routes, routes6, selinux, apparmor, ipv6] = await Promise.all([
    read('/proc/meminfo'),
    read('/proc/sys/fs/inotify/max_user_watches'),
    read('/proc/sys/fs/inotify/max_user_instances'),
    read('/proc/net/route'),
    read('/proc/net/ipv6_route'),
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
    routes: [...parseRoutes4(routes ?? ''), ...parseRoutes6(routes6 ?? '')],
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
