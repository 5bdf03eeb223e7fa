import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { AppError } from '../../error.ts'
import type { HttpResponse } from './http.ts'
import { wholeAnswer } from './whole-answer.ts'

function answer(pieces: readonly string[], status = 200) {
  const body = Readable.from(pieces.map((piece) => Buffer.from(piece)))
  const response: HttpResponse = { status, headers: {}, url: new URL('https://files.test/x'), body, close: () => body.destroy() }
  return { response, body }
}
const tooLong = () => new AppError('manifest-too-large', { url: 'x', max: 4 })

test('the bytes of all pieces, as many as may be', async () => {
  expect((await wholeAnswer(answer(['ab', 'cd']).response, 4, tooLong)).toString()).toBe('abcd')
})

test('one that is too long is let go, as is one that is something else', async () => {
  const long = answer(['abc', 'de', 'f'])
  await expect(wholeAnswer(long.response, 4, tooLong)).rejects.toMatchObject({ code: 'manifest-too-large' })
  expect(long.body.destroyed).toBe(true)
  const absent = answer(['no'], 404)
  await expect(wholeAnswer(absent.response, 4, tooLong)).rejects.toMatchObject({ code: 'download-not-found' })
  expect(absent.body.destroyed).toBe(true)
})
