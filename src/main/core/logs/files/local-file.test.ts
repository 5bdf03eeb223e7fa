import { execFileSync } from 'node:child_process'
import { appendFileSync, symlinkSync, createWriteStream, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRecordingSink } from './fixtures/recording-sink.ts'
import type { RecordingSink } from './fixtures/recording-sink.ts'
import { openLocalFile } from './local-file.ts'

let folder: string
let path: string
let sink: RecordingSink
let stop: AbortController
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), '日志 files-'))
  path = join(folder, 'app.log')
  sink = createRecordingSink()
  stop = new AbortController()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (follow = false, of = path) => openLocalFile({ path: of, follow }, sink, stop.signal)
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `n=${from + i}`)
const text = (from: number, to: number) =>
  numbers(from, to)
    .map((line) => `${line}\n`)
    .join('')
async function until(condition: () => boolean) {
  for (let i = 0; i < 400 && !condition(); i += 1) await pause(25)
  expect(condition()).toBe(true)
}

test.each(['plain', 'packed', 'packed in two members'])('a whole file, %s', async (how) => {
  const content = text(1, 50_000)
  const half = content.length >> 1
  const packed = how === 'packed' ? gzipSync(content) : Buffer.concat([gzipSync(content.slice(0, half)), gzipSync(content.slice(half))])
  writeFileSync(path, how === 'plain' ? content : packed)
  await open()
  expect(sink.sources).toMatchObject([{ kind: 'file', name: path, podUid: '' }])
  expect(sink.texts()).toEqual([...numbers(1, 50_000), '-- ended --'])
  expect(sink.states[0]).toMatchObject({ state: 'ended', error: null })
})

test('a last line without an end, and an empty file', async () => {
  writeFileSync(path, 'a\nb')
  await open()
  writeFileSync(path, '')
  await open()
  expect(sink.texts()).toEqual(['a', 'b', '-- ended --', '-- ended --'])
})

test('packed and cut off: what there is, then a gap', async () => {
  const packed = gzipSync(text(1, 5000))
  writeFileSync(path, packed.subarray(0, packed.length - 100))
  await open()
  expect(sink.texts()[0]).toBe('n=1')
  expect(sink.texts().slice(-2)).toEqual(['-- gap --', '-- ended --'])
  expect(sink.states[0]).toMatchObject({ state: 'ended' })
})

test('no text at all opens all the same', async () => {
  writeFileSync(path, Buffer.from([0, 255, 254, 10, 27, 93, 7]))
  await open()
  expect(sink.texts()).toEqual(['\u0000\u00ff\u00fe', '\u001b]\u0007', '-- ended --'])
})

test('absent, a folder', async () => {
  await open(false, join(folder, 'absent'))
  expect(sink.states[0]).toMatchObject({ state: 'failed', error: { code: 'not-found', facts: { what: 'file' } } })
  await open(true, folder)
  expect(sink.states[1]).toMatchObject({ state: 'failed', error: { code: 'file-unreadable', facts: { reason: 'EISDIR' } } })
})

test('not readable: a link that leads to itself, which root cannot read either', async () => {
  symlinkSync(path, path)
  await open()
  expect(sink.states[0]).toMatchObject({ state: 'failed', error: { code: 'file-unreadable', facts: { reason: 'ELOOP' } } })
})

test('followed: half lines wait for their end, lines are backlog only at first', async () => {
  writeFileSync(path, 'a\nb')
  const done = open(true)
  await until(() => sink.states[0]?.state === 'following')
  expect(sink.texts()).toEqual(['a'])
  appendFileSync(path, 'b\nc\n')
  await until(() => sink.texts().length === 3)
  expect(sink.rows).toMatchObject([
    { text: 'a', backlog: true },
    { text: 'bb', backlog: false },
    { text: 'c', backlog: false },
  ])
  stop.abort()
  await done
  expect(sink.states[0]).toMatchObject({ state: 'following' })
})

test('followed: the file is renamed and another takes its place', async () => {
  writeFileSync(path, text(1, 3))
  const done = open(true)
  await until(() => sink.texts().length === 3)
  renameSync(path, `${path}.1`)
  appendFileSync(`${path}.1`, text(4, 5))
  writeFileSync(path, text(6, 8))
  await until(() => sink.texts().length === 8)
  appendFileSync(path, text(9, 9))
  await until(() => sink.texts().length === 9)
  expect(sink.texts()).toEqual(numbers(1, 9))
  stop.abort()
  await done
})

test('followed: the file is emptied and written to again', async () => {
  writeFileSync(path, text(1, 3))
  const done = open(true)
  await until(() => sink.texts().length === 3)
  truncateSync(path)
  await until(() => sink.texts().length === 4)
  appendFileSync(path, text(4, 5))
  await until(() => sink.texts().length === 6)
  expect(sink.texts()).toEqual([...numbers(1, 3), '-- gap --', ...numbers(4, 5)])
  stop.abort()
  await done
})

test('followed: a packed file that is still written to', async () => {
  const packed = gzipSync(text(1, 2000))
  writeFileSync(path, packed.subarray(0, 1500))
  const done = open(true)
  await until(() => sink.states[0]?.state === 'following')
  appendFileSync(path, packed.subarray(1500))
  await until(() => sink.texts().length === 2000)
  stop.abort()
  await done
  expect(sink.texts()).toEqual(numbers(1, 2000))
})

test.skipIf(process.platform === 'win32')('a pipe nobody writes to holds nothing up (no named pipes in Windows’ file system)', async () => {
  execFileSync('mkfifo', [path])
  const done = open()
  await until(() => sink.states[0]?.state === 'following')
  stop.abort()
  await done
})

test.skipIf(process.platform === 'win32')('a device is no log (Windows has none in its file system)', async () => {
  await open(false, '/dev/zero')
  expect(sink.states[0]).toMatchObject({ state: 'failed', error: { code: 'file-unreadable' } })
})

test.skipIf(process.platform === 'win32')(
  'a pipe is read until its writer closes it (no named pipes in Windows’ file system)',
  async () => {
    execFileSync('mkfifo', [path])
    const done = open()
    const writer = createWriteStream(path)
    writer.write('a\n')
    await until(() => sink.texts().length === 1)
    writer.end('b\n')
    await done
    expect(sink.texts()).toEqual(['a', 'b', '-- ended --'])
  },
)
