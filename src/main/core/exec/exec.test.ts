import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AppError } from '../error.ts'
import { createHarness, groupMembers, timed, until, type Harness } from './fixtures/harness.ts'

let t: Harness
beforeEach(async () => {
  t = createHarness()
  // The login shell is a command too; here it has answered already.
  await t.exec.environment()
})
afterEach(() => t.close())

const refusal = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => expect.unreachable('was not refused'),
    (error: AppError) => error,
  )

describe('run', () => {
  test('gives exit code, both streams and an id; a failing tool is a result', async () => {
    const result = await t.exec.run({ ...t.sh('echo out; echo err >&2; exit 3'), cwd: t.home })
    expect(result).toMatchObject({
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
      timedOut: false,
      cancelled: false,
    })
    expect(result.argv).toEqual(['sh', '-c', 'echo out; echo err >&2; exit 3'])
    expect(t.exec.command(result.id)).toMatchObject({ state: 'failed', exitCode: 3, tail: ['out', 'err'], cwd: t.home, outputBytes: 8 })
  })

  test('hands arguments over as they are: no shell, no globbing', async () => {
    const args = ['a b', '$HOME', '*', "it's", '"', '; rm -rf x', '日志', '']
    const { stdout } = await t.exec.run({
      file: process.execPath,
      args: ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...args],
    })
    expect(JSON.parse(stdout)).toEqual(args)
  })

  test('env: a value sets, undefined removes, nothing else of the process leaks', async () => {
    const { stdout } = await t.exec.run({ file: 'env', args: [], env: { COVE_TEST_NEW: 'x', TERM: undefined } })
    expect(stdout).toContain('COVE_TEST_NEW=x\n')
    expect(stdout).toContain('NO_COLOR=1\n')
    expect(stdout).not.toMatch(/^(TERM|VITEST|NODE_ENV)=/m)
    expect(t.exec.commands({ limit: 1 })[0]?.envNames).toEqual(['COVE_TEST_NEW'])
  })

  test('stdin is closed (fault 7); `input` is handed over, then closed', async () => {
    const asking = await timed(t.exec.run(t.sh('read answer; echo "status $?"')))
    expect(asking.value.stdout).toBe('status 1\n')
    expect(asking.ms).toBeLessThan(2_000)
    expect((await t.exec.run({ file: 'cat', args: [], input: '输入\n' })).stdout).toBe('输入\n')
    // A tool that does not read what it is given must not break us.
    expect((await t.exec.run({ file: 'true', args: [], input: 'x'.repeat(1_000_000) })).exitCode).toBe(0)
  })

  test.each([
    ['no such program', 'ENOENT', () => ({ file: 'cove-no-such-program', args: [] })],
    ['not executable', 'EACCES', (file: string) => ({ file, args: [] })],
    ['no such folder', 'cwd-missing', () => ({ file: 'true', args: [], cwd: '/cove/none' })],
    ['NUL in an argument', 'invalid-argument', () => ({ file: 'true', args: ['a\0b'] })],
  ])('not started: %s', async (_, reason, spec) => {
    const plain = path.join(t.folder, 'plain')
    writeFileSync(plain, '#!/bin/sh\n', { mode: 0o600 })
    const error = await refusal(t.exec.run(spec(plain)))
    expect([error.code, error.facts]).toEqual(['command-not-started', expect.objectContaining({ reason })])
    expect(t.exec.command(error.commandId ?? '')?.state).toBe('not-started')
  })
})

describe('check', () => {
  test('says exit code, signal and last lines', async () => {
    const error = await refusal(t.exec.check(t.sh('seq 1 30; echo broken >&2; exit 7')))
    expect(error).toMatchObject({ code: 'command-failed', facts: { exitCode: 7, signal: null } })
    expect(String((error.facts as { tail: string }).tail)).toMatch(/^12\n[\s\S]*broken$/)
    expect(t.exec.command(error.commandId ?? '')?.exitCode).toBe(7)
  })

  test('a tool ended by a signal (fault 1)', async () => {
    const error = await refusal(t.exec.check(t.sh('kill -KILL $$')))
    expect(error).toMatchObject({ code: 'command-failed', facts: { exitCode: null, signal: 'SIGKILL' } })
  })

  test('a quiet command that fails is kept in memory, with its last lines', async () => {
    const error = await refusal(t.exec.check({ ...t.sh('echo why >&2; exit 1'), quiet: true }))
    expect(error.facts).toMatchObject({ tail: 'why' })
    expect(t.exec.command(error.commandId ?? '')).toMatchObject({ state: 'failed', tail: ['why'] })
    expect(t.exec.commands({ limit: 10 }).map((command) => command.id)).toContain(error.commandId)
  })
})

describe('ending', () => {
  test('time-out (fault 6)', async () => {
    const { value, ms } = await timed(refusal(t.exec.check({ file: 'sleep', args: ['30'], timeoutMs: 300 })))
    expect(value).toMatchObject({ code: 'command-timeout', facts: { command: 'sleep 30', seconds: 0.3 } })
    expect(ms).toBeLessThan(1_500)
    expect(t.exec.commands({ limit: 1 })[0]).toMatchObject({ state: 'timed-out', signal: 'SIGTERM' })
  })

  test('cancel is at once, also of the grandchildren (fault 6)', async () => {
    const abort = new AbortController()
    const work = t.exec.run({ ...t.sh('sleep 60 & sleep 60 & wait'), signal: abort.signal })
    await until(() => groupMembers(t.exec.commands({ limit: 1 })[0]?.pid ?? -1).length === 3)
    const pid = t.exec.commands({ limit: 1 })[0]?.pid ?? 0
    abort.abort()
    const { value, ms } = await timed(work)
    expect(value).toMatchObject({ cancelled: true, timedOut: false, signal: 'SIGTERM' })
    expect(ms).toBeLessThan(500)
    expect(groupMembers(pid)).toEqual([])
    expect((await refusal(t.exec.check({ file: 'true', args: [], signal: abort.signal }))).code).toBe('cancelled')
  })

  test('cancelled before its start, nothing is started', async () => {
    const file = path.join(t.folder, 'ran')
    const result = await t.exec.run({ file: 'touch', args: [file], signal: AbortSignal.abort() })
    expect(result).toMatchObject({ cancelled: true, exitCode: null, signal: null })
    expect((await t.exec.run({ file: 'test', args: ['-e', file] })).exitCode).toBe(1)
  })

  test('the leader goes, a grandchild ignores TERM: it is killed too', async () => {
    const abort = new AbortController()
    const work = t.exec.run({ ...t.sh(`(trap '' TERM; echo ready; sleep 60; sleep 60) & wait`), signal: abort.signal, killGraceMs: 300 })
    await until(() => groupMembers(t.exec.commands({ limit: 1 })[0]?.pid ?? -1).length >= 3)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const pid = t.exec.commands({ limit: 1 })[0]?.pid ?? 0
    abort.abort()
    await work
    expect(groupMembers(pid)).toEqual([])
  })

  test('dispose ends what runs and refuses what comes', async () => {
    const work = t.exec.run({ ...t.sh('sleep 60 & sleep 60'), killGraceMs: 500 })
    await until(() => groupMembers(t.exec.commands({ limit: 1 })[0]?.pid ?? -1).length >= 2)
    const pid = t.exec.commands({ limit: 1 })[0]?.pid ?? 0
    await t.exec.dispose()
    expect(groupMembers(pid)).toEqual([])
    expect((await work).cancelled).toBe(true)
    expect((await refusal(t.exec.run({ file: 'true', args: [] }))).code).toBe('command-not-started')
  })
})

describe('the login shell (fault 40)', () => {
  test('its PATH finds tools the process does not see; its variables complete ours', async () => {
    const bin = path.join(t.home, 'my bin')
    mkdirSync(bin)
    writeFileSync(path.join(bin, 'cove-only-there'), '#!/bin/sh\necho "found $DOCKER_HOST"\n', { mode: 0o755 })
    writeFileSync(
      path.join(t.home, '.bash_profile'),
      `echo Welcome; echo noise >&2; export PATH="$PATH:$HOME/my bin" DOCKER_HOST=unix:///d GREETING=hush\n`,
    )
    const exec = t.again({ SHELL: '/bin/bash', PATH: '/usr/bin:/bin' })
    expect((await exec.run({ file: 'cove-only-there', args: [] })).stdout).toBe('found unix:///d\n')
    const { PATH = '' } = await exec.environment()
    expect([PATH.startsWith('/usr/bin:/bin:'), PATH.endsWith(`:${bin}`)]).toEqual([true, true])
    expect(await exec.environment()).toBe(await exec.environment())
    expect(JSON.stringify(exec.commands({ limit: 10 }))).not.toContain('hush')
  })

  test.each([['/cove/no/shell'], ['/bin/false'], ['relative'], ['']])(
    '%s is no shell: the process environment is enough',
    async (SHELL) => {
      const exec = t.again({ SHELL, PATH: '/usr/bin:/bin' })
      expect((await exec.run({ file: 'echo', args: ['works'] })).stdout).toBe('works\n')
      expect((await exec.environment())['PATH']?.startsWith('/usr/bin:/bin')).toBe(true)
    },
  )
})
