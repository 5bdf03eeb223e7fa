import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AppError } from '../error.ts'
import { createHarness, groupMembers, until, type Harness } from './fixtures/harness.ts'

let t: Harness
beforeEach(async () => {
  t = createHarness()
  await t.exec.environment()
})
afterEach(() => t.close())

test('hands lines over as they come, with their stream, then the result', async () => {
  const stream = t.exec.lines(t.sh('echo one; sleep 0.2; echo two >&2; sleep 0.2; printf three; exit 4'))
  const seen: unknown[] = []
  for await (const line of stream) seen.push(line)
  expect(seen).toEqual([
    { stream: 'stdout', text: 'one', cut: false },
    { stream: 'stderr', text: 'two', cut: false },
    { stream: 'stdout', text: 'three', cut: false },
  ])
  expect(await stream.result).toMatchObject({ exitCode: 4, id: stream.id })
})

test('the first line does not wait for the end', async () => {
  const stream = t.exec.lines(t.sh('echo now; sleep 60'))
  const iterator = stream[Symbol.asyncIterator]()
  expect((await iterator.next()).value).toMatchObject({ text: 'now' })
  expect(stream.pid).toBeGreaterThan(0)
  await iterator.return?.()
})

test('breaking out kills the group, grandchildren too', async () => {
  const stream = t.exec.lines(t.sh('sleep 60 & sleep 60 >/dev/null 2>&1 & while :; do echo tick; sleep 0.05; done'))
  for await (const _ of stream) if (groupMembers(stream.pid ?? -1).length >= 3) break
  expect(groupMembers(stream.pid ?? -1)).toEqual([])
  expect((await stream.result).cancelled).toBe(true)
  expect(t.exec.command(stream.id)?.state).toBe('cancelled')
})

test('an error in the loop body kills the group as well', async () => {
  const stream = t.exec.lines(t.sh('while :; do echo tick; sleep 0.05; done'))
  const read = async () => {
    for await (const _ of stream) throw new Error('reader')
  }
  await expect(read()).rejects.toThrow('reader')
  expect(groupMembers(stream.pid ?? -1)).toEqual([])
})

test('not started: thrown at the first read and from the result', async () => {
  const stream = t.exec.lines({ file: 'cove-no-such-program', args: [] })
  const read = async () => {
    for await (const _ of stream) expect.unreachable('a line of nothing')
  }
  await expect(read()).rejects.toMatchObject({ code: 'command-not-started' } satisfies Partial<AppError>)
  await expect(stream.result).rejects.toMatchObject({ code: 'command-not-started' })
})

test('a slow reader slows the tool: nothing piles up', async () => {
  const progress = path.join(t.folder, 'progress')
  const script = 'i=0; while :; do seq 1 20000; i=$((i+1)); echo $i > "$0"; done'
  const stream = t.exec.lines({ file: 'sh', args: ['-c', script, progress], quiet: true })
  const rounds = () => (existsSync(progress) ? readFileSync(progress, 'utf8') : '')
  for await (const _ of stream) {
    // The reader rests; the tool fills the queue and the pipe, then stands still.
    let [before, still] = ['', false]
    await until(() => rounds() !== '')
    for (let n = 0; n < 20 && !still; n += 1) {
      before = rounds()
      await new Promise((resolve) => setTimeout(resolve, 400))
      still = rounds() === before
    }
    expect([still, t.exec.command(stream.id)?.state]).toEqual([true, 'running'])
    expect(Number(before)).toBeLessThan(50)
    break
  }
}, 15_000)

test('bytes of every kind, written one by one, cut nothing and break nothing (fault 9)', async () => {
  const bytes = Buffer.concat([
    Buffer.from('日志 👍\n10%\r20%\na\0b\n'),
    Buffer.from([0xff, 0xfe, 0x0a]),
    Buffer.from('\u001B[31mred\u001B[0m\n'),
  ])
  const write = `const b=Buffer.from('${bytes.toString('hex')}','hex'),fs=require('fs');for(const x of b){fs.writeSync(1,Buffer.from([x]));Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,2)}`
  const stream = t.exec.lines({ file: process.execPath, args: ['-e', write] })
  const texts: string[] = []
  for await (const line of stream) texts.push(line.text)
  expect(texts).toEqual(['日志 👍', '20%', 'a\uFFFDb', '\uFFFD\uFFFD', '\u001B[31mred\u001B[0m'])
  expect(t.exec.command(stream.id)?.tail).toEqual(['日志 👍', '20%', 'a\uFFFDb', '\uFFFD\uFFFD', 'red'])
})

test('a line longer than maxLineBytes is cut and marked', async () => {
  const stream = t.exec.lines({ ...t.sh('head -c 5000000 /dev/zero | tr "\\0" x; echo; echo next'), maxLineBytes: 1_000 })
  const seen: unknown[] = []
  for await (const line of stream) seen.push([line.text.length, line.cut])
  expect(seen).toEqual([
    [1_000, true],
    [4, false],
  ])
})

test('events: start, output in batches, end; one change for many', async () => {
  let changes = 0
  t.changes.on((topic) => (changes += topic === 'commands' ? 1 : 0))
  const result = await t.exec.run({ ...t.sh('seq 1 300; sleep 0.3; echo last'), jobId: 'job-1' })
  await t.exec.run({ file: 'true', args: [], quiet: true })
  const states = t.events.flatMap((event) => (event.type === 'command' ? [event.command.state] : []))
  expect([states[0], states.at(-1)]).toEqual(['running', 'succeeded'])
  expect(t.events.every((event) => event.type === 'output' || event.command.id === result.id)).toBe(true)
  const outputs = t.events.flatMap((event) => (event.type === 'output' ? [event] : []))
  expect(outputs.flatMap((event) => event.lines.map((line) => line.text))).toEqual([
    ...Array.from({ length: 300 }, (_, n) => String(n + 1)),
    'last',
  ])
  expect(outputs.every((event) => event.jobId === 'job-1')).toBe(true)
  expect(outputs.length).toBeLessThanOrEqual(4)
  // The last line comes before the end is told.
  expect(t.events.at(-1)?.type).toBe('command')
  await until(() => changes > 0)
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(changes).toBeLessThanOrEqual(4)
})
