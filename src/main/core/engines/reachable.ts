import { connect } from 'node:net'

/** Whether something accepts connections at a docker endpoint, without a process. Null: an address that only docker can try (ssh). */
export function isReachable(endpoint: string | null, limitMs = 2000): Promise<boolean | null> {
  const target = targetOf(endpoint)
  if (target === null) return Promise.resolve(null)
  return new Promise((resolve) => {
    const socket = connect(target)
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(limitMs, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

function targetOf(endpoint: string | null): { path: string } | { host: string; port: number } | null {
  const unix = /^unix:\/\/(\/.*)$/.exec(endpoint ?? '')?.[1]
  if (unix !== undefined) return { path: unix }
  const pipe = /^npipe:(\/\/.*)$/.exec(endpoint ?? '')?.[1]
  if (pipe !== undefined) return { path: pipe.replace(/^\/\/\/\//, '//').replaceAll('/', '\\') }
  const tcp = /^tcp:\/\/\[?([^\]]+?)\]?:(\d+)$/.exec(endpoint ?? '')
  return tcp === null ? null : { host: tcp[1] ?? '', port: Number(tcp[2]) }
}
