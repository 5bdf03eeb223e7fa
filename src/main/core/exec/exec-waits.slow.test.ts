import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHarness, groupMembers, timed, until, type Harness } from './fixtures/harness.ts'

// What takes seconds by its nature: grace before a kill, a drain, limits of a login shell, readers that rest.

let t: Harness
beforeEach(async () => {
  t = createHarness()
  // The login shell is a command too; here it has answered already.
  await t.exec.environment()
})
afterEach(() => t.close())

test('TERM is ignored: KILL to the whole group after 5 s (fault 4)', async () => {
  const abort = new AbortController()
  const work = t.exec.run({
    ...t.sh(`trap '' TERM; (trap '' TERM; sleep 60 >/dev/null 2>&1; sleep 60) & echo ready; wait; sleep 60`),
    signal: abort.signal,
  })
  await until(() => groupMembers(t.exec.commands({ limit: 1 })[0]?.pid ?? -1).length >= 3)
  const pid = t.exec.commands({ limit: 1 })[0]?.pid ?? 0
  abort.abort()
  const { value, ms } = await timed(work)
  expect(value).toMatchObject({ cancelled: true, signal: 'SIGKILL' })
  expect(ms).toBeGreaterThan(4_900)
  expect(ms).toBeLessThan(6_500)
  expect(groupMembers(pid)).toEqual([])
}, 15_000)

test('a grandchild that holds stdout does not hold us: exit + 1 s (fault 5)', async () => {
  const { value, ms } = await timed(t.exec.run(t.sh('sleep 60 & echo done; exit 0')))
  expect(value).toMatchObject({ exitCode: 0, stdout: 'done\n' })
  expect(ms).toBeGreaterThan(900)
  expect(ms).toBeLessThan(2_000)
  // Nor one that goes on writing.
  const writing = await timed(t.exec.run(t.sh('(while :; do echo x; sleep 0.05; done) & exit 0')))
  expect(writing.ms).toBeLessThan(2_000)
  for (const { pid } of t.exec.commands({ limit: 2 })) process.kill(-(pid ?? expect.unreachable('no pid')), 'SIGKILL')
})

test('a login shell that hangs (fault 40) costs 3 s once and leaves nothing behind', async () => {
  writeFileSync(path.join(t.home, '.bash_profile'), `trap '' TERM\nsleep 61 & sleep 61\n`)
  const exec = t.again({ SHELL: '/bin/bash', PATH: '/usr/bin:/bin' })
  const { value, ms } = await timed(exec.run({ file: 'echo', args: ['works'] }))
  expect(value.stdout).toBe('works\n')
  expect(ms).toBeGreaterThan(2_900)
  expect(ms).toBeLessThan(4_500)
  const shell = exec.commands({ limit: 10 }).find((command) => command.argv[0] === '/bin/bash')
  expect(shell?.state).toBe('timed-out')
  expect(groupMembers(shell?.pid ?? -1)).toEqual([])
  expect((await timed(exec.run({ file: 'true', args: [] }))).ms).toBeLessThan(1_000)
}, 10_000)

test('nothing is lost on the way to a reader that rests', async () => {
  const stream = t.exec.lines({ ...t.sh('seq 1 2000000'), quiet: true })
  let count = 0
  for await (const line of stream) {
    count += 1
    if (line.text !== String(count)) expect(line.text).toBe(String(count))
    if (count % 500_000 === 1) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(count).toBe(2_000_000)
  await stream.result
  expect(t.exec.command(stream.id)?.outputBytes).toBe(14_888_896)
}, 15_000)

test('the tool has ended, the reader is slow: it still gets every line', async () => {
  const stream = t.exec.lines({ ...t.sh('seq 1 200000'), quiet: true })
  let count = 0
  for await (const _ of stream) {
    count += 1
    if (count % 50_000 === 0) await new Promise((resolve) => setTimeout(resolve, 900))
  }
  expect(count).toBe(200_000)
}, 15_000)
