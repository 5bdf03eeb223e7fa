import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createRecordingSink } from './fixtures/recording-sink.ts'
import { openUpload } from './upload.ts'

const lines = Array.from({ length: 3000 }, (_, n) => `n=${n} 日志`)

test.each(['plain', 'packed'])('chunks of any length, %s, also when not waited for', async (how) => {
  const sink = createRecordingSink()
  const upload = openUpload({ name: 'a.log' }, sink, new AbortController().signal)
  const content = Buffer.from(`${lines.join('\n')}\n`)
  const bytes = how === 'plain' ? content : gzipSync(content)
  const sizes = [1, 1, 5, 300, 20_000]
  const fed: Promise<void>[] = []
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i] ?? 4096
    fed.push(upload.feed(bytes.subarray(at, at + size).toString('base64'), at + size >= bytes.length))
    at += size
  }
  await Promise.all(fed)
  await upload.done
  expect(sink.sources).toMatchObject([{ kind: 'file', name: 'a.log' }])
  expect(sink.texts().map((text) => Buffer.from(text, 'latin1').toString())).toEqual([...lines, '-- ended --'])
  expect(sink.states[0]).toMatchObject({ state: 'ended' })
})

test('packed and damaged: a gap', async () => {
  const sink = createRecordingSink()
  const upload = openUpload({ name: 'a.gz' }, sink, new AbortController().signal)
  await upload.feed(Buffer.concat([gzipSync('a\n').subarray(0, 10), randomBytes(200)]).toString('base64'), true)
  expect(sink.texts().slice(-2)).toEqual(['-- gap --', '-- ended --'])
})

test('what is no base64, and what comes after the last, is refused', async () => {
  const sink = createRecordingSink()
  const upload = openUpload({ name: 'a.log' }, sink, new AbortController().signal)
  await expect(upload.feed('no base64!', false)).rejects.toMatchObject({ code: 'bad-input' })
  await upload.feed('', true)
  await expect(upload.feed('YQ==', false)).rejects.toMatchObject({ code: 'bad-input' })
  expect(sink.texts()).toEqual(['-- ended --'])
})

test('aborted: it is done, and takes no more', async () => {
  const stop = new AbortController()
  const upload = openUpload({ name: 'a.log' }, createRecordingSink(), stop.signal)
  await upload.feed('YQ==', false)
  stop.abort()
  await upload.done
  await expect(upload.feed('YQ==', false)).rejects.toMatchObject({ code: 'cancelled' })
})
