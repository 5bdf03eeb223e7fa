import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHarness, groupMembers, type Harness } from './fixtures/harness.ts'

let t: Harness
beforeEach(() => (t = createHarness()))
afterEach(() => t.close())

async function text(output: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of output) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('what is written is read by the tool, and its bytes come back as they are', async () => {
  const session = t.exec.session(t.sh('cat; echo err >&2; exit 3'))
  await session.write('a\0b\r\n')
  await session.write(new Uint8Array([0xff, 0x1b]))
  session.end()
  const bytes: Uint8Array[] = []
  for await (const chunk of session.output) bytes.push(chunk)
  expect(Buffer.concat(bytes)).toEqual(Buffer.concat([Buffer.from('a\0b\r\n'), Buffer.from([0xff, 0x1b])]))
  expect(await session.result).toMatchObject({ exitCode: 3, stdout: '', stderr: 'err\n' })
  expect(t.exec.command(session.id)).toMatchObject({ state: 'failed', tail: ['err'], outputBytes: 11 })
})

test('nothing that went over stdout is in the journal', async () => {
  const session = t.exec.session(t.sh('echo s3cret'))
  expect(await text(session.output)).toBe('s3cret\n')
  await session.result
  expect(await t.exec.output(session.id, 0, 1000)).toMatchObject({ text: '' })
})

test('a slow reader gets everything, long after the tool has ended', async () => {
  const session = t.exec.session(t.sh('head -c 120000 /dev/zero'))
  await session.result
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect((await text(session.output)).length).toBe(120_000)
})

test('the tool waits for its reader, and the writer for the tool', async () => {
  const session = t.exec.session(t.sh('exec cat'))
  let taken = 0
  const writing = (async () => {
    for (let n = 0; n < 200; n++) {
      await session.write(new Uint8Array(65_536))
      taken = n
    }
    session.end()
  })()
  await new Promise((resolve) => setTimeout(resolve, 200))
  const before = taken
  let bytes = 0
  for await (const chunk of session.output) bytes += chunk.length
  await writing
  expect(bytes).toBe(200 * 65_536)
  expect(before).toBeLessThan(100)
})

test('leaving the loop, kill and abort each end the whole group; a write after that is nothing', async () => {
  const stop = new AbortController()
  const sessions = [
    t.exec.session(t.sh('sleep 60 & echo x; cat')),
    t.exec.session(t.sh('sleep 60 & echo x; cat')),
    t.exec.session({ ...t.sh('sleep 60 & echo x; cat'), signal: stop.signal }),
  ]
  const [left, killed, aborted] = sessions as [(typeof sessions)[0], (typeof sessions)[0], (typeof sessions)[0]]
  for await (const _ of left.output) break
  await killed.kill()
  stop.abort()
  for (const session of sessions) {
    expect(await session.result).toMatchObject({ cancelled: true })
    await session.write('late')
    expect(groupMembers(t.exec.command(session.id)?.pid ?? 0)).toEqual([])
  }
  expect(await text(aborted.output)).toMatch(/^(x\n)?$/)
})

test('a program that is not there', async () => {
  const session = t.exec.session({ file: '/nowhere/tool', args: [] })
  await session.write('x')
  expect(await text(session.output)).toBe('')
  await expect(session.result).rejects.toMatchObject({ code: 'command-not-started' })
})
