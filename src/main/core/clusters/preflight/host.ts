import { readFile, stat } from 'node:fs/promises'
import type { Exec } from '../../exec/types.ts'
import { parseNetstat, parseRoutes4, parseRoutes6, type Route } from './routes.ts'

/** What of this machine a cluster stands or falls with. Null: this system does not say. */
export type Host = {
  readonly availableBytes: number | null
  readonly inotify: { readonly instances: number; readonly watches: number } | null
  readonly routes: readonly Route[]
  readonly ipv6: boolean | null
  /** The lowest port that a program without privileges may hold. */
  readonly lowestPort: number | null
}

/** Never throws. `files`: reads one file, for tests. */
export async function readHost(exec: Exec, platform = process.platform): Promise<Host> {
  if (platform === 'darwin') {
    const netstat = await exec.run({ file: 'netstat', args: ['-rn'], quiet: true, timeoutMs: 3_000 }).catch(() => null)
    return { ...nothing, routes: parseNetstat(netstat?.stdout ?? '') }
  }
  if (platform !== 'linux') return nothing
  const read = (file: string) => readFile(file, 'utf8').catch(() => null)
  const [memory, instances, watches, routes4, routes6, ipv6Off, port] = await Promise.all(
    [
      '/proc/meminfo',
      '/proc/sys/fs/inotify/max_user_instances',
      '/proc/sys/fs/inotify/max_user_watches',
      '/proc/net/route',
      '/proc/net/ipv6_route',
      '/proc/sys/net/ipv6/conf/all/disable_ipv6',
      '/proc/sys/net/ipv4/ip_unprivileged_port_start',
    ].map(read),
  )
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(memory ?? '')?.[1]
  return {
    availableBytes: available === undefined ? null : Number(available) * 1024,
    inotify: instances == null || watches == null ? null : { instances: Number(instances), watches: Number(watches) },
    routes: [...parseRoutes4(routes4 ?? ''), ...parseRoutes6(routes6 ?? '')],
    // A kernel without IPv6 has no such file.
    ipv6: ipv6Off?.trim() === '0',
    lowestPort: port == null ? null : Number(port),
  }
}

/** Those of the folders that are not there. What may not be looked at may be there. */
export async function missing(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    [...new Set(paths)].map(async (path) => {
      const error = await stat(path).then(
        () => null,
        (problem: NodeJS.ErrnoException) => problem.code,
      )
      return error === 'ENOENT' || error === 'ENOTDIR' ? [path] : []
    }),
  )
  return found.flat()
}

const nothing: Host = { availableBytes: null, inotify: null, routes: [], ipv6: null, lowestPort: null }
