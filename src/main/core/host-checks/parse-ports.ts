import type { Listener } from './facts.ts'

/** Who holds a socket: by `protocol port` (ss), or by inode (where there is no ss). */
export type Holders = { readonly byPort: ReadonlyMap<string, string>; readonly byInode: ReadonlyMap<string, string> }

/** `ss -Hlntup`, or `ls -l /proc/N/fd` and the names of the processes. Pure. */
export function parseHolders(lines: readonly string[]): Holders {
  const byPort = new Map<string, string>()
  const inodes = new Map<string, string>()
  const names = new Map<string, string>()
  let pid = ''
  for (const line of lines) {
    const ss = /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+\S*:(\d+)\s.*users:\(\("([^"]+)",pid=(\d+)/.exec(line)
    const folder = /^\/proc\/(\d+)\/fd:$/.exec(line)
    const socket = /socket:\[(\d+)\]/.exec(line)
    const name = /^comm \/proc\/(\d+)\/comm (.*)$/.exec(line)
    if (ss) byPort.set(`${ss[1]} ${ss[2]}`, `${ss[3]} (pid ${ss[4]})`)
    else if (folder) pid = folder[1] ?? ''
    else if (socket) inodes.set(socket[1] ?? '', pid)
    else if (name) names.set(name[1] ?? '', name[2] ?? '')
  }
  return { byPort, byInode: new Map([...inodes].map(([inode, owner]) => [inode, `${names.get(owner) ?? '?'} (pid ${owner})`])) }
}

/** Lines `tcp6 00000000000000000000000000000000:192B 7200884` of /proc/net, with whoever holds them. Pure. */
export function parseListeners(lines: readonly string[], holders: Holders): Listener[] {
  const found = new Map<string, Listener>()
  for (const line of lines) {
    const [, protocol = '', hex = '', inode = ''] = /^(tcp|udp)6? [0-9A-F]+:([0-9A-F]+) (\d+)$/.exec(line) ?? []
    if (protocol !== 'tcp' && protocol !== 'udp') continue
    const port = parseInt(hex, 16)
    const key = `${protocol} ${port}`
    const holder = holders.byPort.get(key) ?? holders.byInode.get(inode) ?? found.get(key)?.holder ?? null
    found.set(key, { protocol, port, holder })
  }
  return [...found.values()].sort((a, b) => a.port - b.port)
}
