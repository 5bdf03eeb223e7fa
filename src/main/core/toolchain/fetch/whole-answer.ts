import type { AppError } from '../../error.ts'
import { answerProblem } from './answer.ts'
import type { HttpResponse } from './http.ts'

/** All bytes of an answer. Throws `problem`, which is why it is not what was asked for, `tooLong` where it has more than `maxBytes`, and what a download throws. */
export async function wholeAnswer(
  response: HttpResponse,
  maxBytes: number,
  tooLong: () => AppError,
  problem: AppError | null = answerProblem(response, Date.now()),
): Promise<Buffer> {
  if (problem !== null) {
    response.close()
    throw problem
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLong()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
