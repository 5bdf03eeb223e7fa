import { AppError } from '../../error.ts'
import { answerProblem } from './answer.ts'
import type { HttpClient } from './http.ts'
import { shownUrl } from './address.ts'

const maxBytes = 65_536

/** A small text file. Throws what a download throws; `download-not-a-program` also where it is a page or longer than 64 KiB. */
export async function fetchText(http: HttpClient, url: URL, signal: AbortSignal): Promise<string> {
  const response = await http.get(url, {}, signal)
  const problem = answerProblem(response, Date.now())
  if (problem) {
    response.close()
    throw problem
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.length
    if (bytes > maxBytes)
      throw new AppError('download-not-a-program', { url: shownUrl(response.url), contentType: response.headers['content-type'] ?? '' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
