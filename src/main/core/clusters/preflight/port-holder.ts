import { readdir, readFile, readlink } from 'node:fs/promises'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import type { Exec } from '../../exec/types.ts'

/** The process that holds a port: `nginx (pid 4711)`. Null where this machine does not say (another user's process, Windows). */
export async function holderOf(port: CreateSpec['ports'][number], exec: Exec): Promise<string | null> {
  try {
    if (process.platform === 'linux') return await fromProc(port)
    if (process.platform === 'darwin') return await fromLsof(port, exec)
  } catch {
    // Only a name for people is lost.
  }
  return null
}

/** https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html */
async function fromProc({ hostPort, protocol }: CreateSpec['ports'][number]): Promise<string | null> {
  const name = protocol.toLowerCase()
  const tables = await Promise.all([`/proc/net/${name}`, `/proc/net/${name}6`].map((file) => readFile(file, 'latin1').catch(() => '')))
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, hostPort, protocol)))
  if (inodes.size === 0) return null
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
      if (inode === undefined || !inodes.has(inode)) continue
      const command = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim()
      return `${command} (pid ${pid})`
    }
  }
  return null
}

/** Inodes of the sockets that hold a port, out of /proc/net/{tcp,udp}: state 0A is LISTEN, 07 an unconnected UDP socket. Pure. */
export function listeningInodes(table: string, port: number, protocol: string): string[] {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/)
    const inode = fields[9]
    return fields[1]?.endsWith(end) && fields[3] === (protocol === 'UDP' ? '07' : '0A') && inode !== undefined ? [inode] : []
  })
}

async function fromLsof({ hostPort, protocol }: CreateSpec['ports'][number], exec: Exec): Promise<string | null> {
  const sockets = protocol === 'UDP' ? [`-iUDP:${hostPort}`] : [`-iTCP:${hostPort}`, '-sTCP:LISTEN']
  const { stdout } = await exec.run({ file: 'lsof', args: ['-nP', ...sockets, '-Fpc'], timeoutMs: 3_000, quiet: true })
  const pid = /^p(\d+)$/m.exec(stdout)?.[1]
  const command = /^c(.+)$/m.exec(stdout)?.[1]
  return pid === undefined || command === undefined ? null : `${command} (pid ${pid})`
}
