import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Command } from '#shared/contract/jobs.ts'
import { createHarness, until, type Harness } from './fixtures/harness.ts'
import { createJournal } from './journal.ts'
import { createSpool } from './spool.ts'

let t: Harness
let journalFile: string
beforeEach(async () => {
  t = createHarness()
  await t.exec.environment()
  journalFile = path.join(t.dataDir, 'commands', 'journal.jsonl')
})
afterEach(() => t.close())

test('what ran is there after a restart, newest first, with its output', async () => {
  const first = await t.exec.run({ ...t.sh('echo 一; exit 2'), jobId: 'job-1' })
  const second = await t.exec.run({ ...t.sh('echo two'), jobId: 'job-2' })
  await t.exec.run({ ...t.sh('echo quiet'), quiet: true })
  const before = t.exec.command(first.id)
  await t.exec.dispose()
  const exec = t.again()
  expect(exec.commands({ limit: 10 }).map((command) => command.id)).toEqual([second.id, first.id])
  expect(exec.commands({ limit: 1 })).toHaveLength(1)
  expect(exec.commands({ jobId: 'job-1', limit: 10 })).toEqual([before])
  expect(await exec.output(first.id, 0, 1_000)).toEqual({ text: '一\n', nextOffset: null, totalBytes: 4 })
  if (process.platform !== 'win32') {
    expect(statSync(journalFile).mode & 0o777).toBe(0o600)
    expect(statSync(first.outputFile ?? '').mode & 0o777).toBe(0o600)
    expect(statSync(path.dirname(journalFile)).mode & 0o777).toBe(0o700)
  }
})

test('what ran when Cove was killed is read back as lost; a cut last line is skipped', async () => {
  const done = await t.exec.run(t.sh('echo done'))
  const abort = new AbortController()
  const work = t.exec.run({ ...t.sh('echo half; sleep 60'), signal: abort.signal })
  await until(
    () =>
      existsSync(journalFile) &&
      readFileSync(journalFile, 'utf8').includes('sleep 60","pid"') === false &&
      (t.exec.commands({ limit: 1 })[0]?.pid ?? null) !== null,
  )
  const lost = t.exec.commands({ limit: 1 })[0] as Command
  await until(() => readFileSync(journalFile, 'utf8').includes(`"pid":${lost.pid}`))
  // The state of the disk at a kill -9, in the middle of a write.
  const killed = path.join(t.folder, 'killed')
  mkdirSync(path.join(killed, 'commands'), { recursive: true })
  const cut = path.join(killed, 'commands', 'journal.jsonl')
  writeFileSync(cut, `${readFileSync(journalFile, 'utf8')}{"id":"cut-1","jobId":nu`)
  abort.abort()
  await work

  const journal = createJournal(path.dirname(cut))
  expect(journal.list({ limit: 10 }).map((command) => [command.id, command.state])).toEqual([
    [lost.id, 'lost'],
    [done.id, 'succeeded'],
  ])
  expect(journal.get(lost.id)?.pid).toBe(lost.pid)
  journal.put({ ...lost, id: 'next-1' }, false)
  await journal.flush()
  expect(createJournal(path.dirname(cut)).list({ limit: 10 })).toHaveLength(3)
})

test('garbage in the journal costs only its own lines', async () => {
  await t.exec.run(t.sh('echo kept'))
  await t.exec.dispose()
  appendFileSync(journalFile, 'not json\n[]\nnull\n{"id":"../../etc/passwd"}\n\0\0\0\n')
  const exec = t.again()
  await exec.run(t.sh('echo more'))
  expect(exec.commands({ limit: 10 }).filter((command) => command.argv[0] === 'sh')).toHaveLength(2)
})

describe('secrets', () => {
  test('reach neither journal, nor spool, nor events, nor errors, also across chunks', async () => {
    const script = `printf 'token: s3cr'; sleep 0.1; echo 3tv''alue; echo "pw $1 x"; echo 'password=hunter22' >&2; exit 1`
    const spec = {
      file: 'sh',
      args: ['-c', script, '--', 'my-literal', '--token', 'flag-value-9'],
      secrets: ['my-literal', 's3cr'],
      env: { COVE_PASSWORD: 'env-value-7' },
    }
    const error = (await t.exec.check(spec).catch((thrown: unknown) => thrown)) as { facts: object; commandId: string }
    const result = await t.exec.run(spec)
    expect(result.stdout).toContain('token: s3cr3tvalue')
    await t.exec.dispose()
    const files = readdirSync(path.dirname(journalFile)).map((name) => readFileSync(path.join(path.dirname(journalFile), name), 'utf8'))
    const everything = [...files, JSON.stringify(t.events), JSON.stringify(error.facts), JSON.stringify(result.argv)].join('\n')
    expect(files.join('')).toContain('token: •••')
    expect(everything).toContain('COVE_PASSWORD')
    for (const secret of ['3tvalue', 'my-literal', 'flag-value-9', 'env-value-7', 'hunter22"', 'hunter22\n'])
      expect(everything).not.toContain(secret)
  })
})

describe('bounds', () => {
  const command = (n: number, more: Partial<Command> = {}): Command => ({
    id: `c-${n}`,
    jobId: null,
    argv: ['tool', String(n)],
    cwd: '/',
    envNames: [],
    pid: n,
    startedAt: 1_000 + n,
    durationMs: 1,
    exitCode: 0,
    signal: null,
    state: 'succeeded',
    tail: [],
    outputBytes: 0,
    truncated: false,
    ...more,
  })

  test('the newest commands are kept, in memory and on disk, and the output of the others goes', async () => {
    const folder = path.join(t.folder, 'bounded')
    const journal = createJournal(folder, { commands: 50, spoolBytes: 1_000_000, quiet: 10 })
    for (let n = 1; n <= 700; n += 1) {
      journal.put(command(n, { state: 'running' }), false)
      if (n === 1) await journal.flush()
      writeFileSync(journal.spoolFile(`c-${n}`), 'x')
      journal.put(command(n), false)
      if (n % 100 === 0) await journal.flush()
    }
    const again = createJournal(folder, { commands: 50, spoolBytes: 1_000_000, quiet: 10 })
    await again.flush()
    expect(again.list({ limit: 1_000 }).map((entry) => entry.id)).toEqual(Array.from({ length: 50 }, (_, n) => `c-${700 - n}`))
    expect(readdirSync(folder)).toHaveLength(51)
    expect(readFileSync(path.join(folder, 'journal.jsonl'), 'utf8').split('\n')).toHaveLength(51)
  })

  test('output on disk is bounded: the oldest goes first', async () => {
    const folder = path.join(t.folder, 'bounded')
    const journal = createJournal(folder)
    for (let n = 1; n <= 5; n += 1) journal.put(command(n), false)
    await journal.flush()
    for (let n = 1; n <= 5; n += 1) writeFileSync(journal.spoolFile(`c-${n}`), 'x'.repeat(1_000))
    await createJournal(folder, { commands: 50, spoolBytes: 3_000, quiet: 10 }).flush()
    expect(readdirSync(folder).sort()).toEqual(['c-3.log', 'c-4.log', 'c-5.log', 'journal.jsonl'])
  })

  test('polls do not grow the memory, do not touch the disk and do not crowd the list', () => {
    const folder = path.join(t.folder, 'quiet')
    const journal = createJournal(folder, { commands: 50, spoolBytes: 1, quiet: 20 })
    for (let n = 1; n <= 100; n += 1) journal.put(command(n, { argv: ['docker', 'ps'], state: n === 90 ? 'failed' : 'succeeded' }), true)
    expect([journal.get('c-80'), journal.get('c-81')?.id]).toEqual([undefined, 'c-81'])
    expect(journal.list({ limit: 100 }).map((entry) => entry.id)).toEqual(['c-100', 'c-90'])
    expect(existsSync(folder)).toBe(false)
  })

  test('of a large output the beginning and the end are on disk', async () => {
    const file = path.join(t.folder, 'large.log')
    const spool = createSpool(file)
    for (let n = 0; n < 3_000; n += 1) spool.write([`${n} ${'x'.repeat(10_000)}`])
    await spool.close()
    const text = readFileSync(file, 'utf8')
    expect(text.length).toBeLessThan(10_000_000)
    expect([text.startsWith('0 x'), text.includes('\n2999 x'), /\n… \d+ B …\n/.test(text), spool.truncated]).toEqual([
      true,
      true,
      true,
      true,
    ])
  })
})

describe('a disk that refuses (fault 23)', () => {
  test('full: commands run on, the journal lives in memory', async () => {
    mkdirSync(path.dirname(journalFile), { recursive: true })
    symlinkSync('/dev/full', journalFile)
    const result = await t.exec.run(t.sh('echo works'))
    expect(result.stdout).toBe('works\n')
    expect(t.exec.command(result.id)).toMatchObject({ state: 'succeeded', tail: ['works'] })
    rmSync(journalFile)
    const next = await t.exec.run(t.sh('echo again'))
    await t.exec.dispose()
    expect(readFileSync(journalFile, 'utf8')).toContain(next.id)
  })

  test('no folder can be made: no output file, the command runs on and says its output was dropped', async () => {
    mkdirSync(t.dataDir)
    writeFileSync(path.join(t.dataDir, 'commands'), 'a file in its place')
    const result = await t.exec.run(t.sh('echo works; exit 1'))
    expect(result).toMatchObject({ stdout: 'works\n', exitCode: 1 })
    expect(t.exec.command(result.id)).toMatchObject({ state: 'failed', tail: ['works'], truncated: true })
    expect(await t.exec.output(result.id, 0, 100)).toEqual({ text: '', nextOffset: null, totalBytes: 0 })
  })
})

describe('output', () => {
  test('comes in pieces that cut no character', async () => {
    const { id } = await t.exec.run(t.sh('echo 日志日志; echo é'))
    let text = ''
    let offset: number | null = 0
    while (offset !== null) {
      const piece: { text: string; nextOffset: number | null; totalBytes: number } = await t.exec.output(id, offset, 4)
      expect(piece.totalBytes).toBe(16)
      text += piece.text
      offset = piece.nextOffset
    }
    expect(text).toBe('日志日志\né\n')
    expect(await t.exec.output(id, 999, 4)).toEqual({ text: '', nextOffset: null, totalBytes: 16 })
  })

  test('of a command that runs is what there is so far; of none it is refused', async () => {
    const abort = new AbortController()
    const work = t.exec.run({ ...t.sh('echo so far; sleep 60'), signal: abort.signal })
    const id = t.exec.commands({ limit: 1 })[0]?.id ?? ''
    await until(() => existsSync(path.join(t.dataDir, 'commands', `${id}.log`)))
    expect((await t.exec.output(id, 0, 100)).text).toBe('so far\n')
    abort.abort()
    await work
    await expect(t.exec.output('../../etc/passwd', 0, 10)).rejects.toMatchObject({ code: 'not-found' })
  })
})
