import { AppError } from '#core/error.ts'
import type { ApiErrorContext } from '../../workloads/api-errors.ts'
import { httpGet } from './http-get.ts'
import type { HttpAnswer } from './http-get.ts'
import type { ProxyProcess } from './proxy-process.ts'

/** One GET through a proxy; rejects with `api-unreachable` where no answer comes. */
export async function send(
  { address, prefix }: ProxyProcess,
  path: string,
  signal: AbortSignal | undefined,
  about: ApiErrorContext,
): Promise<HttpAnswer> {
  try {
    return await httpGet({ address, path: `${prefix}${path}`, signal })
  } catch (error) {
    throw cut(error as Error, about)
  }
}

/** The proxy itself did not answer, as when it is just ending; the API's own troubles come as an answer. */
export function isOwn({ cause }: AppError): boolean {
  return cause instanceof Error && 'code' in cause && ['ECONNRESET', 'ECONNREFUSED', 'ENOENT', 'EPIPE'].includes(String(cause.code))
}

function cut(error: Error, { server, commandId }: ApiErrorContext): AppError {
  return new AppError('api-unreachable', { server, reason: error.message }, { cause: error, commandId: commandId ?? null })
}

/** Ends where the answer ends well or is aborted, throws `api-unreachable` where it is cut; leaving the loop ends the answer. A chunk is good until the next is asked for. */
export async function* chunksOf(answer: HttpAnswer, signal: AbortSignal, about: ApiErrorContext): AsyncGenerator<Buffer, void> {
  try {
    yield* answer.body
  } catch (error) {
    if (!signal.aborted) throw cut(error as Error, about)
  } finally {
    answer.close()
  }
}

/** Throws `api-unreachable` where it is cut or longer than `most`. */
export async function bodyOf(answer: HttpAnswer, most: number, about: ApiErrorContext): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of answer.body) {
      size += chunk.length
      if (size > most) throw new Error('the answer is too large')
      chunks.push(Buffer.from(chunk))
    }
  } catch (error) {
    throw cut(error as Error, about)
  } finally {
    answer.close()
  }
  return Buffer.concat(chunks)
}
