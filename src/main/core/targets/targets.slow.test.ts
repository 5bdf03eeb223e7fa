import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { asAnn, createTargetGround, kinds, sudoWorks, type TargetGround } from './fixtures/ground.ts'

let ground: TargetGround
beforeEach(async () => {
  ground = await createTargetGround()
})
afterEach(() => ground.dispose())

describe.each(kinds)('a %s target', (kind) => {
  test('a cancel and the time limit end what runs on the other side, whatever it does about TERM', async () => {
    const target = await ground.target(kind)
    const marks = [`cove-test-${process.pid}-${kind}-1`, `cove-test-${process.pid}-${kind}-2`]
    const script = (mark: string) => ['sh', '-c', 'trap "" TERM; : > "$1"; sleep 300; sleep 300', 'sh', mark] as const
    const stop = new AbortController()
    const [one, two] = marks.map((mark) => join(ground.base, mark)) as [string, string]
    const cancelled = target.run({ argv: [...script(one)], signal: stop.signal })
    const limited = target.run({ argv: [...script(two)], timeoutMs: 1500 })
    await until(() => exists(one))
    stop.abort()
    expect(await cancelled).toMatchObject({ cancelled: true })
    expect(await limited).toMatchObject({ timedOut: true })
    expect(await running(one)).toEqual([])
    expect(await running(two)).toEqual([])
  })

  test('lines come as they are said; who leaves the loop ends the command', async () => {
    const target = await ground.target(kind)
    const file = join(ground.base, 'lines')
    const seen: string[] = []
    const stream = await target.lines({ argv: ['sh', '-c', 'echo one; echo two; : > "$1"; exec sleep 300', 'sh', file] })
    for await (const { text } of stream) {
      seen.push(text)
      if (text === 'two') break
    }
    expect(seen).toEqual(['one', 'two'])
    expect(await stream.result).toMatchObject({ cancelled: true })
    expect(await running(file)).toEqual([])
  })
})

test('the end of Cove ends what runs through it, also what is no job', async () => {
  const target = await ground.target('container')
  const file = join(ground.base, 'long')
  const run = target.run({ argv: ['sh', '-c', ': > "$1"; sleep 300', 'sh', file] })
  await until(() => exists(file))
  await ground.targets.dispose()
  expect(await running(file)).toEqual([])
  expect(await run).toMatchObject({ cancelled: true })
})

test('any text comes back as it was written', async () => {
  const target = await ground.target('container')
  const file = join(ground.base, 'any')
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), async (one, two) => {
      const text = `${one}${two}`.replaceAll(/[\0\ufffd\ud800-\udfff]/g, '')
      await target.writeFile(file, text)
      expect(await target.readFile(file)).toBe(text)
    }),
    { numRuns: 15 },
  )
})

test('what root runs is ended too', async () => {
  const target = await asAnn(ground, sudoWorks)
  const file = join(ground.base, 'root')
  const stop = new AbortController()
  const run = target.run({ argv: ['sh', '-c', 'trap "" TERM; : > "$1"; sleep 300', 'sh', file], root: true, signal: stop.signal })
  await until(() => exists(file))
  stop.abort()
  expect(await run).toMatchObject({ cancelled: true })
  expect(await running(file)).toEqual([])
})

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

/** Pids of processes that have this argument, zombies left out. */
async function running(argument: string): Promise<string[]> {
  const pids: string[] = []
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) continue
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (line.split('\0').includes(argument)) pids.push(pid)
  }
  return pids
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
}
