import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTargetGround, type TargetGround } from '../targets/fixtures/ground.ts'

let ground: TargetGround
let etc = ''
beforeEach(async () => {
  ground = await createTargetGround()
  etc = join(ground.base, 'etc')
  await mkdir(etc)
  await writeFile(join(etc, 'a'), 'a\n')
})
afterEach(() => ground.dispose())

const read = (name: string) => readFile(join(etc, name), 'utf8').catch(() => null)
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** A zombie, which init reaps late in some containers, has no arguments. */
const isRunning = (pid: number) => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''

/** Lets another process get into the middle of it, and kills that. Resolves with the pid of what it left running on the target. */
async function killedIn(what: 'apply' | 'undo'): Promise<number> {
  const cove = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixtures/killed.ts'), ground.dataDir, join(ground.base, 'bin/docker'), what, etc],
    {
      env: { ...process.env, COVE_FAKE: join(ground.base, 'state'), HOME: ground.base, SHELL: '/bin/false' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  let ended = false
  cove.once('exit', () => (ended = true))
  await until(() => existsSync(join(etc, 'pid')) || ended)
  expect(ended).toBe(false)
  cove.kill('SIGKILL')
  await until(() => ended)
  return Number(await read('pid'))
}

test('killed with -9 while it applied: what ran is ended, the record says how far it came, and it can be undone', async () => {
  const pid = await killedIn('apply')
  expect(isRunning(pid)).toBe(true)
  await ground.jobs.reconcile(ground.hostChanges.reconcileHandlers)
  const [job] = ground.jobs.list(1)
  expect(job).toMatchObject({ kind: 'host.apply', state: 'interrupted', left: [join(etc, 'a'), expect.stringContaining('sleep 300')] })
  expect(isRunning(pid)).toBe(false)
  // Nothing is put back without being told to.
  expect(await read('a')).toBe('b\n')
  const [record] = await ground.hostChanges.records('container:box')
  expect(record?.steps[0]?.actions).toHaveLength(2)
  const undone = await ground.jobs.done((await ground.hostChanges.undo(record?.id ?? '')).jobId)
  expect(undone).toMatchObject({ state: 'succeeded' })
  expect([await read('a'), await read('pid')]).toEqual(['a\n', null])
})

test('killed with -9 while it undid: what is still in effect is in the record', async () => {
  const pid = await killedIn('undo')
  expect([await read('a'), await read('c')]).toEqual(['b\n', null])
  await ground.jobs.reconcile(ground.hostChanges.reconcileHandlers)
  const [job] = ground.jobs.list(1)
  expect(job).toMatchObject({ kind: 'host.undo', state: 'interrupted', left: [join(etc, 'a'), expect.stringContaining('touch')] })
  expect(isRunning(pid)).toBe(false)
  const [record] = await ground.hostChanges.records('container:box')
  expect(record).toMatchObject({ undoneAt: null })
  expect(record?.steps[0]?.actions).toHaveLength(2)
})

test('what is not so after five seconds of looking is taken back', async () => {
  const check = ['sh', '-c', 'echo "inactive (dead)"; echo x >> "$1"; exit 3', 'sh', join(etc, 'checks')]
  const { id } = await ground.hostChanges.offer({
    target: 'local',
    purpose: 'test',
    steps: [
      {
        id: 'test',
        facts: {},
        actions: [
          { kind: 'file', path: join(etc, 'a'), before: 'a\n', after: 'b\n', mode: null },
          { kind: 'command', argv: ['true'], undo: ['true'], check },
        ],
        root: false,
        link: null,
        done: false,
      },
    ],
  })
  const job = await ground.jobs.done((await ground.hostChanges.apply(id)).jobId)
  expect(job).toMatchObject({ state: 'failed', left: [], error: { code: 'host-check-failed', facts: { tail: 'inactive (dead)' } } })
  expect((await read('checks'))?.split('\n').length).toBeGreaterThan(5)
  expect(await read('a')).toBe('a\n')
})
