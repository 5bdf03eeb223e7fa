import { AppError } from '../../error.ts'
import { shownUrl } from './address.ts'
import type { HttpClient } from './http.ts'
import { wholeAnswer } from './whole-answer.ts'

const maxBytes = 65_536

/** A small text file. Throws what a download throws; `download-not-a-program` also where it is a page or longer than 64 KiB. */
export async function fetchText(http: HttpClient, url: URL, signal: AbortSignal): Promise<string> {
  const response = await http.get(url, {}, signal)
  const tooLong = () =>
    new AppError('download-not-a-program', { url: shownUrl(response.url), contentType: response.headers['content-type'] ?? '' })
  return (await wholeAnswer(response, maxBytes, tooLong)).toString('utf8')
}
