import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { AppError } from '#core/error.ts'
import type { ApiErrorContext } from '../../workloads/api-errors.ts'
import type { ProxyProcess } from './proxy-process.ts'

/** One GET through a proxy; rejects with `api-unreachable` where no answer comes. */
export function send(
  { address, prefix, agent }: ProxyProcess,
  path: string,
  signal: AbortSignal | undefined,
  about: ApiErrorContext,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      ...address,
      agent,
      path: `${prefix}${path}`,
      headers: { accept: 'application/json, */*', host: 'localhost' },
      ...(signal ? { signal } : {}),
    })
    request.once('response', resolve)
    request.on('error', (error) => reject(cut(error, about)))
    request.end()
  })
}

/** The proxy itself did not answer, as when it is just ending; the API's own troubles come as an answer. */
export function isOwn({ cause }: AppError): boolean {
  return cause instanceof Error && 'code' in cause && ['ECONNRESET', 'ECONNREFUSED', 'ENOENT', 'EPIPE'].includes(String(cause.code))
}

function cut(error: Error, { server, commandId }: ApiErrorContext): AppError {
  return new AppError('api-unreachable', { server, reason: error.message }, { cause: error, commandId: commandId ?? null })
}

/** Ends where the answer ends well or is aborted, throws `api-unreachable` where it is cut; leaving the loop ends the answer. */
export async function* chunksOf(answer: IncomingMessage, signal: AbortSignal, about: ApiErrorContext): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of answer) yield chunk as Buffer
  } catch (error) {
    if (!signal.aborted) throw cut(error as Error, about)
  } finally {
    answer.destroy()
  }
}

/** Throws `api-unreachable` where it is cut or longer than `most`. */
export async function bodyOf(answer: IncomingMessage, most: number, about: ApiErrorContext): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of answer) {
      size += (chunk as Buffer).length
      if (size > most) throw new Error('the answer is too large')
      chunks.push(chunk as Buffer)
    }
  } catch (error) {
    throw cut(error as Error, about)
  }
  return Buffer.concat(chunks)
}
