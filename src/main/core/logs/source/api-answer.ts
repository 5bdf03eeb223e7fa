import { z } from 'zod'
import { AppError } from '#core/error.ts'
import type { ApiErrorContext } from '../../workloads/api-errors.ts'
import { explainApiError } from '../../workloads/api-errors.ts'
import { parseJson } from '../../workloads/kubectl.ts'

/** What the API says where it refuses; https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
const statusSchema = z.object({ kind: z.literal('Status'), message: z.string().default(''), reason: z.string().default('') })

/**
 * The AppError behind an answer that is none of 2xx: a Status of the API, or the plain text of `kubectl proxy`, which answers 502 where it does not reach the API server.
 * `badInput`: the field that a 400 is about.
 */
export function apiAnswerError(status: number, body: string, about: ApiErrorContext, badInput?: string): AppError {
  const parsed = statusSchema.safeParse(parseJson(body))
  const options = { commandId: about.commandId ?? null }
  if (!parsed.success) {
    const text = body.trim().split('\n').at(-1)?.slice(0, 500) ?? ''
    const refused = /dial tcp (\S+): connect: connection refused/.exec(text) ?? /dial tcp (\S+): connectex: .*refused/.exec(text)
    if (refused) return new AppError('api-refused', { server: refused[1] ?? about.server }, options)
    // As kubectl itself puts it, so that the same rules hold.
    const known = explainApiError(`Unable to connect to the server: ${text.replace(/^error trying to reach service: /, '')}`, about)
    if (known && status >= 500) return known
    if (status === 401) return new AppError('api-unauthorized', { context: about.context.name }, options)
    if (status === 403) return new AppError('api-forbidden', { context: about.context.name, reason: text }, options)
    return new AppError('api-unreachable', { server: about.server, reason: text || `HTTP ${status}` }, options)
  }
  const { message, reason } = parsed.data
  const known = explainApiError(`Error from server${reason === '' ? '' : ` (${reason})`}: ${message.replaceAll('\n', ' ')}`, about)
  if (known) return known
  if (status === 400 && badInput !== undefined) return new AppError('bad-input', { field: badInput }, { ...options, cause: message })
  return new AppError('api-unreachable', { server: about.server, reason: message || `HTTP ${status}` }, options)
}
