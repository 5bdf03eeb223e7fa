import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import { AppError } from '../../error.ts'
import type { Exec } from '../../exec/types.ts'
import { holderOf } from './port-holder.ts'
import { type Published, publishedPorts } from './published-ports.ts'

type Port = CreateSpec['ports'][number]

/** A `port-taken` for each wished port that somebody holds: names the container or process, proposes a port that is free. Holds no port when it returns. */
export async function portProblems(ports: readonly Port[], docker: string, exec: Exec, signal?: AbortSignal): Promise<AppError[]> {
  if (ports.length === 0) return []
  const limits = { timeoutMs: 10_000, quiet: true, ...(signal === undefined ? {} : { signal }) }
  const ps = await exec.run({ file: docker, args: ['ps', '--format={{.Names}}\t{{.Ports}}'], ...limits })
  const published = publishedPorts(ps.stdout)
  const wished = new Set(ports.map((port) => port.hostPort))
  const problems = await Promise.all(
    ports.map(async (port) => {
      // A container can hold a port without a process that listens (userland-proxy off), so both are asked.
      const container = published.find(
        (one) => one.hostPort === port.hostPort && one.protocol === port.protocol.toLowerCase() && overlap(one.hostIp, port.listenAddress),
      )
      if (container === undefined && (await canBind(port))) return null
      const holder = container?.container ?? (await holderOf(port, exec))
      return new AppError('port-taken', { port: port.hostPort, holder, free: await freePort(port, published, wished) })
    }),
  )
  return problems.filter((problem) => problem !== null)
}

async function freePort(port: Port, published: readonly Published[], wished: Set<number>): Promise<number | null> {
  for (let candidate = port.hostPort + 1; candidate <= Math.min(65_535, port.hostPort + 200); candidate++) {
    if (wished.has(candidate) || published.some((one) => one.hostPort === candidate)) continue
    if (!(await canBind({ ...port, hostPort: candidate }))) continue
    wished.add(candidate)
    return candidate
  }
  return null
}

/** False only where the address is in use: a low port that Cove may not bind, the engine may. SCTP cannot be tried from Node. */
function canBind(port: Port): Promise<boolean> {
  if (port.protocol === 'SCTP') return Promise.resolve(true)
  return new Promise((resolve) => {
    const taken = (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE')
    if (port.protocol === 'UDP') {
      const socket = createSocket({ type: port.listenAddress.includes(':') ? 'udp6' : 'udp4', reuseAddr: false })
      socket.once('error', (error) => {
        socket.close()
        taken(error)
      })
      socket.bind({ port: port.hostPort, address: port.listenAddress, exclusive: true }, () => socket.close(() => resolve(true)))
      return
    }
    const server = createServer()
    server.once('error', taken)
    server.listen({ port: port.hostPort, host: port.listenAddress, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** Two programs cannot listen at both addresses. Pure. */
export function overlap(a: string, b: string): boolean {
  const any = (ip: string) => ip === '' || ip === '0.0.0.0' || ip === '::'
  return a === b || any(a) || any(b)
}
