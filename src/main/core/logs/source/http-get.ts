import { connect } from 'node:net'

export type HttpAnswer = {
  readonly status: number
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** Once: the bytes of the answer as they are read and no faster. A part is good until the next is asked for. Throws where the answer is cut. */
  readonly body: AsyncIterable<Buffer>
  /** Closes the connection; also to be called once the body has ended. */
  close(): void
  /** Called when the connection is closed, from whichever end. */
  onClose(call: () => void): void
}

export type HttpGet = {
  readonly address: { readonly socketPath: string } | { readonly host: string; readonly port: number }
  readonly path: string
  readonly signal?: AbortSignal | undefined
}

/** What is read at once. */
const readBytes = 64 * 1024
const mostHeadBytes = 64 * 1024

/**
 * One GET over a connection of its own, all of whose bytes are read into the same memory (`onread`, https://nodejs.org/api/net.html#socketconnectoptions-connectlistener).
 * The client of `node:http` makes two new pieces of memory for each read, which wait for the garbage collector by the thousand while a log comes in, and between which the
 * system's allocator then cannot give anything back.
 * Rejects as the system does (ENOENT, ECONNREFUSED …), with ECONNRESET where the connection is closed too early, and with the reason of `signal`.
 * Framing: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
export async function httpGet({ address, path, signal }: HttpGet): Promise<HttpAnswer> {
  // Nothing in a path may end the line that it stands in.
  if (!/^\/[\x21-\x7e]*$/.test(path)) throw new TypeError('a path with characters that none may have')
  signal?.throwIfAborted()
  const bytes = openBytes(address, signal)
  try {
    bytes.send(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json, */*\r\nConnection: close\r\n\r\n`)
    const { status, headers } = await headOf(bytes)
    return { status, headers, body: bodyOf(bytes, headers), close: bytes.close, onClose: bytes.onClose }
  } catch (error) {
    bytes.close()
    throw error
  }
}

type Bytes = ReturnType<typeof openBytes>

/** The bytes of a connection, which is read only while somebody waits for more. */
function openBytes(address: HttpGet['address'], signal: AbortSignal | undefined) {
  const buffer = Buffer.allocUnsafeSlow(readBytes)
  let at = 0
  let filled = 0
  let ended = false
  let failure: unknown = null
  let waiting: (() => void) | null = null
  const wake = () => {
    const resume = waiting
    waiting = null
    resume?.()
  }
  const socket = connect({
    ...('socketPath' in address ? { path: address.socketPath } : address),
    onread: {
      buffer,
      callback: (count) => {
        at = 0
        filled = count
        wake()
        // No more until it is asked for: these bytes are not read yet.
        return false
      },
    },
  })
  const close = () => void socket.destroy()
  const abort = () => socket.destroy(signal?.reason as Error)
  signal?.addEventListener('abort', abort, { once: true })
  socket.once('end', () => {
    ended = true
    wake()
  })
  socket.on('error', (error) => {
    failure = error
  })
  socket.once('close', () => {
    signal?.removeEventListener('abort', abort)
    failure ??= hungUp()
    wake()
  })

  /** False: the other end has closed. */
  const more = async (): Promise<boolean> => {
    if (failure === null && !ended) {
      await new Promise<void>((resolve) => {
        waiting = resolve
        socket.resume()
      })
    }
    if (at < filled) return true
    if (ended) return false
    throw failure
  }

  return {
    send: (text: string) => void socket.write(text, 'latin1'),
    close,
    onClose: (call: () => void) => void (socket.closed ? call() : socket.once('close', call)),
    /** Up to the next line feed, without it and a CR before it. */
    line: async (most: number): Promise<string> => {
      let text = ''
      for (;;) {
        if (at === filled && !(await more())) throw hungUp()
        const feed = buffer.subarray(at, filled).indexOf(10)
        const end = feed === -1 ? filled : at + feed
        text += buffer.toString('latin1', at, end)
        if (text.length > most) throw notHttp()
        at = feed === -1 ? end : end + 1
        if (feed !== -1) return text.endsWith('\r') ? text.slice(0, -1) : text
      }
    },
    /** So many bytes, in parts; all until the other end closes where `count` is infinite. */
    take: async function* (count: number): AsyncGenerator<Buffer, void> {
      for (let left = count; left > 0; ) {
        if (at === filled && !(await more())) {
          if (count === Infinity) return
          throw hungUp()
        }
        const part = buffer.subarray(at, Math.min(filled, at + left))
        at += part.length
        left -= part.length
        yield part
      }
    },
  }
}

async function headOf(bytes: Bytes): Promise<Pick<HttpAnswer, 'status' | 'headers'>> {
  let left = mostHeadBytes
  const line = async () => {
    const text = await bytes.line(left)
    left -= text.length
    return text
  }
  const status = Number(/^HTTP\/1\.[01] ([2-5]\d\d)( |$)/.exec(await line())?.[1])
  if (Number.isNaN(status)) throw notHttp()
  const headers = new Map<string, string>()
  for (let text = await line(); text !== ''; text = await line()) {
    const colon = text.indexOf(':')
    if (colon < 1) throw notHttp()
    headers.set(text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim())
  }
  return { status, headers }
}

async function* bodyOf(bytes: Bytes, headers: ReadonlyMap<string, string>): AsyncGenerator<Buffer, void> {
  if (headers.get('transfer-encoding')?.toLowerCase() !== 'chunked') {
    const length = headers.get('content-length')
    if (length !== undefined && !/^\d{1,15}$/.test(length)) throw notHttp()
    yield* bytes.take(length === undefined ? Infinity : Number(length))
    return
  }
  for (;;) {
    const size = Number.parseInt(/^[\da-f]{1,8}(?=[\s;]|$)/i.exec(await bytes.line(mostHeadBytes))?.[0] ?? '', 16)
    if (Number.isNaN(size)) throw notHttp()
    if (size === 0) break
    yield* bytes.take(size)
    if ((await bytes.line(mostHeadBytes)) !== '') throw notHttp()
  }
  // Trailers, which say nothing here.
  while ((await bytes.line(mostHeadBytes)) !== '');
}

const hungUp = () => Object.assign(new Error('the connection was closed before the answer had ended'), { code: 'ECONNRESET' })
const notHttp = () => new Error('the answer is not one of HTTP')
