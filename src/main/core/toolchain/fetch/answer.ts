import { AppError } from '../../error.ts'
import type { HttpResponse } from './http.ts'
import { shownUrl } from './address.ts'

/** Why an answer is not the file that was asked for; null where it may be. Each status that a person can do something about has its own code. */
export function answerProblem({ status, headers, url }: Pick<HttpResponse, 'status' | 'headers' | 'url'>, now: number): AppError | null {
  const shown = shownUrl(url)
  if (status === 407) return new AppError('download-proxy-auth', { url: shown })
  if (status === 404 || status === 410) return new AppError('download-not-found', { url: shown })
  if (status === 429)
    return new AppError('download-rate-limited', { url: shown, retryAfterSeconds: retryAfter(headers['retry-after'], now) })
  if (status !== 200 && status !== 206) return new AppError('download-status', { url: shown, status })
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  // A sign-in page of a hotel or company network answers everything with 200 and a page of its own.
  if (/^(text\/html|application\/xhtml\+xml|application\/json|(text|application)\/xml)$/.test(type)) {
    return new AppError('download-not-a-program', { url: shown, contentType: type })
  }
  return null
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  if (/^\d+$/.test(header)) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000))
}
