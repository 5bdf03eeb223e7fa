import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import tls from 'node:tls'
import { AppError } from '../../error.ts'
import { bareHost, basicCredentials, isLoopback, shownUrl } from './address.ts'
import { watchStall } from './stall.ts'
import { trustedAuthorities } from './trust.ts'
import { openTunnel } from './tunnel.ts'

export type HttpOptions = {
  /** Proxy for an address, asked anew for each redirect. */
  readonly proxyFor: (url: URL) => URL | null
  /** Milliseconds without a byte (name look-up, connect, headers and body alike) after which it is given up. */
  readonly stallMs: number
  /** PEM of authorities to trust beside the usual ones. */
  readonly ca?: string | undefined
}

export type HttpResponse = {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** Address that answered, after redirects. */
  readonly url: URL
  /** The body, at the reader's pace. Throws `download-stalled`, `download-truncated`, `download-unreachable`, `cancelled`. Leaving the loop closes the connection. */
  readonly body: AsyncIterable<Buffer>
  /** Closes the connection without reading on. */
  close(): void
}

export type HttpClient = {
  /**
   * GET. Follows up to 10 redirects, never from https to http and never to http on another machine (`download-insecure-redirect`).
   * An `Authorization` among the headers goes to the one who was asked, and to nobody that it sends on to.
   */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpResponse>
}

const maxRedirects = 10

/** Plain node:http and node:https: fetch knows no proxy, and cannot be told to stop before a redirect. */
export function createHttpClient(options: HttpOptions): HttpClient {
  return {
    get: async (start, headers, signal) => {
      let url = start
      let sent = headers
      for (let hops = 0; ; hops++) {
        const response = await getOnce(url, sent, signal, options)
        const location = response.headers.location
        if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined) return response
        response.close()
        if (hops === maxRedirects) throw new AppError('download-status', { url: shownUrl(start), status: response.status })
        const next = nextUrl(url, location)
        if (next.origin !== url.origin) sent = withoutCredentials(sent)
        url = next
      }
    },
  }
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'Authorization'))
}

function nextUrl(from: URL, location: string): URL {
  let to: URL
  try {
    to = new URL(location, from)
  } catch (cause) {
    throw new AppError('download-unreachable', { url: shownUrl(from), reason: 'bad-redirect' }, { cause })
  }
  const allowed = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:' && isLoopback(to))
  if (!allowed) throw new AppError('download-insecure-redirect', { url: shownUrl(from), to: shownUrl(to) })
  return to
}

async function getOnce(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  options: HttpOptions,
): Promise<HttpResponse> {
  const failed = (error: unknown) => downloadError(error, url, signal)
  if (signal.aborted) throw new AppError('cancelled', {})
  let request: http.ClientRequest | undefined
  const stall = watchStall(options.stallMs, () => request?.destroy(stalled(url, options.stallMs)))
  let tunnel: Socket | null = null
  try {
    const proxy = options.proxyFor(url)
    if (proxy && url.protocol === 'https:')
      tunnel = await openTunnel(proxy, url, signal, { stallMs: options.stallMs, ca: trustedAuthorities(options.ca) })
    stall.moved()
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request = send(url, headers, signal, proxy, tunnel, options)
      request.once('response', resolve).on('error', reject).end()
    })
    return wrap(url, response, tunnel, signal, options.stallMs)
  } catch (error) {
    tunnel?.destroy()
    throw failed(error)
  } finally {
    stall.stop()
  }
}

function send(
  url: URL,
  extra: Readonly<Record<string, string>>,
  signal: AbortSignal,
  proxy: URL | null,
  tunnel: Socket | null,
  { ca }: HttpOptions,
): http.ClientRequest {
  // Compressed on the way would not be the bytes that the digest is of.
  const headers: Record<string, string> = {
    'User-Agent': 'cove',
    Accept: '*/*',
    'Accept-Encoding': 'identity',
    Connection: 'close',
    ...extra,
  }
  const credentials = basicCredentials(url)
  if (credentials !== null) headers['Authorization'] = credentials
  const trust = authorities(ca)
  const host = bareHost(url)
  const path = `${url.pathname}${url.search}`
  if (url.protocol === 'https:') {
    const common = { host, port: url.port || 443, path, headers, signal, ...trust }
    if (!tunnel) return https.request({ ...common, agent: false })
    // Without an agent and with its own connection: https://nodejs.org/api/http.html#httprequestoptions-callback
    return https.request({ ...common, createConnection: () => tls.connect({ socket: tunnel, servername: host, ...trust }) })
  }
  if (!proxy) return http.request({ host, port: url.port || 80, path, headers, signal, agent: false })
  // Plain http through a proxy is asked for by its whole address (RFC 9112, 3.2.2).
  const authorization = basicCredentials(proxy)
  const proxied = { ...headers, Host: url.host, ...(authorization === null ? {} : { 'Proxy-Authorization': authorization }) }
  const whole = {
    host: bareHost(proxy),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    path: `${url.origin}${path}`,
    headers: proxied,
    signal,
    agent: false as const,
  }
  return proxy.protocol === 'https:' ? https.request({ ...whole, ...trust }) : http.request(whole)
}

function authorities(extra: string | undefined): { ca?: string[] } {
  const ca = trustedAuthorities(extra)
  return ca ? { ca } : {}
}

function wrap(url: URL, response: http.IncomingMessage, tunnel: Socket | null, signal: AbortSignal, stallMs: number): HttpResponse {
  const length = response.headers['content-length']
  const close = () => {
    response.destroy()
    // TLS ends before the connection beneath it does.
    tunnel?.destroy()
  }
  async function* read(): AsyncGenerator<Buffer> {
    let received = 0
    const stall = watchStall(stallMs, () => response.destroy(stalled(url, stallMs)))
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        received += chunk.length
        // The time that the reader takes is not the server's.
        stall.stop()
        yield chunk
        stall.moved()
      }
    } catch (error) {
      if (error instanceof AppError || signal.aborted) throw downloadError(error, url, signal)
      throw new AppError(
        'download-truncated',
        { url: shownUrl(url), received, expected: length === undefined ? null : Number(length) },
        { cause: error },
      )
    } finally {
      stall.stop()
      close()
    }
  }
  // Errors between the answer and the first read belong to the reader, if one comes.
  response.on('error', () => {})
  return { status: response.statusCode ?? 0, headers: response.headers, url, body: read(), close }
}

function stalled(url: URL, ms: number): AppError<'download-stalled'> {
  return new AppError('download-stalled', { url: shownUrl(url), seconds: Math.round(ms / 100) / 10 })
}

function downloadError(error: unknown, url: URL, signal: AbortSignal): AppError {
  if (error instanceof AppError) return error
  if (signal.aborted) return new AppError('cancelled', {}, { cause: error })
  return new AppError('download-unreachable', { url: shownUrl(url), reason: reasonOf(error) }, { cause: error })
}

/** `ENOTFOUND`, `ECONNREFUSED`, `CERT_HAS_EXPIRED`, …: happy eyeballs wraps the causes of all addresses. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error
  if (first instanceof Error) return 'code' in first ? String(first.code) : first.message
  return String(first)
}
