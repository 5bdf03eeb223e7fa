import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { AppError } from '../../error.ts'
import { bareHost, basicCredentials, shownUrl } from './address.ts'
import { watchStall } from './stall.ts'

export type TunnelOptions = {
  readonly stallMs: number /** Authorities for a proxy that speaks https itself; null: Node's own. */
  readonly ca: readonly string[] | null
}

/** A connection to an https address through a proxy (CONNECT). Throws `download-proxy-auth`, `download-stalled`, `download-unreachable` (reason `proxy …`). */
export async function openTunnel(proxy: URL, target: URL, signal: AbortSignal, { stallMs, ca }: TunnelOptions): Promise<Socket> {
  const authority = `${target.hostname}:${target.port || '443'}`
  const authorization = basicCredentials(proxy)
  const options = {
    method: 'CONNECT',
    host: bareHost(proxy),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    path: authority,
    headers: { Host: authority, ...(authorization === null ? {} : { 'Proxy-Authorization': authorization }) },
    signal,
    agent: false as const,
  }
  const request = proxy.protocol === 'https:' ? https.request({ ...options, ...(ca ? { ca: [...ca] } : {}) }) : http.request(options)
  const url = shownUrl(target)
  const stall = watchStall(stallMs, () =>
    request.destroy(new AppError('download-stalled', { url, seconds: Math.round(stallMs / 100) / 10 })),
  )
  try {
    return await new Promise<Socket>((resolve, reject) => {
      request.once('connect', (response, socket) => {
        if (response.statusCode === 200) return resolve(socket as Socket)
        socket.destroy()
        reject(refusal(response.statusCode ?? 0, url))
      })
      request.on('error', (error) => reject(error instanceof AppError || signal.aborted ? error : proxyDown(error, url)))
      request.end()
    })
  } finally {
    stall.stop()
  }
}

function refusal(status: number, url: string): AppError {
  return status === 407
    ? new AppError('download-proxy-auth', { url })
    : new AppError('download-unreachable', { url, reason: `proxy ${status}` })
}

function proxyDown(error: Error, url: string): AppError {
  return new AppError(
    'download-unreachable',
    { url, reason: `proxy ${'code' in error ? String(error.code) : error.message}` },
    { cause: error },
  )
}
