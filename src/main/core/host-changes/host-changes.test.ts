import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import type { Job } from '#shared/contract/jobs.ts'
import type { Machine } from '../targets/machine.ts'
import { asAnn, createTargetGround, type TargetGround } from '../targets/fixtures/ground.ts'
import { createHostChanges } from './host-changes.ts'

let ground: TargetGround
let etc = ''
beforeEach(async () => {
  ground = await createTargetGround()
  etc = join(ground.base, 'etc')
  await mkdir(etc)
})
afterEach(() => ground.dispose())

const step = (actions: HostAction[], part: Partial<HostStep> = {}): HostStep => ({
  id: 'test',
  facts: {},
  actions,
  root: false,
  link: null,
  done: false,
  ...part,
})
const file = (name: string, before: string | null, after: string | null, mode: number | null = null): HostAction => ({
  kind: 'file',
  path: join(etc, name),
  before,
  after,
  mode,
})
const command = (script: string, undo: string | null = '', check: string | null = null): HostAction => ({
  kind: 'command',
  argv: sh(script),
  undo: undo === null ? null : undo === 'again' ? sh(script) : undo === '' ? [] : sh(undo),
  check: check === null ? null : sh(check),
})
const sh = (script: string) => ['sh', '-ec', `cd "$1"; ${script}`, 'sh', etc]

const offer = (steps: HostStep[], target = 'local') => ground.hostChanges.offer({ target, purpose: 'test', steps })
const apply = async (steps: HostStep[], target = 'local'): Promise<Job> => {
  const plan = await offer(steps, target)
  return ground.jobs.done((await ground.hostChanges.apply(plan.id)).jobId)
}
const undo = async (target = 'local'): Promise<Job> => {
  const [record] = await ground.hostChanges.records(target)
  return ground.jobs.done((await ground.hostChanges.undo(record?.id ?? '')).jobId)
}
const read = (name: string) => readFile(join(etc, name), 'utf8').catch(() => null)
const write = (name: string, text: string) => writeFile(join(etc, name), text)
const kept = () => readdir(join(ground.dataDir, 'host-changes')).catch(() => [])

describe('a plan', () => {
  test('is kept as it was offered, with its script; the newest fifty', async () => {
    const steps = [step([file('a', null, 'a\n')])]
    const first = await offer(steps)
    steps[0]?.actions.pop()
    expect(ground.hostChanges.plan(first.id)).toMatchObject({ target: 'local', purpose: 'test', warnings: [], facts: {} })
    expect(ground.hostChanges.plan(first.id).steps[0]?.actions).toHaveLength(1)
    expect(first.script).toContain('COVE_END')
    for (let n = 0; n < 50; n += 1) await offer([])
    expect(() => ground.hostChanges.plan(first.id)).toThrow(
      expect.objectContaining({ code: 'not-found', facts: { what: 'plan', name: first.id } }),
    )
    await expect(ground.hostChanges.apply(first.id)).rejects.toMatchObject({ code: 'not-found' })
  })
  test('names files by absolute paths', async () => {
    for (const path of ['etc/x', '/etc/a\nb', ''])
      await expect(offer([step([{ kind: 'file', path, before: null, after: '', mode: null }])])).rejects.toThrow('not an absolute path')
  })
})

describe('applying', () => {
  test('changes files and runs commands in order, and keeps a record for its owner only', async () => {
    await write('old', 'old\n')
    await chmod(join(etc, 'old'), 0o600)
    await write('gone', 'gone\n')
    const job = await apply([
      step([file('sub/new', null, 'new\n', 0o640), file('old', 'old\n', 'changed\n')]),
      step([command('touch never')], { done: true }),
      step([command('cp old copy', 'rm copy', 'test -e copy'), file('gone', 'gone\n', null)]),
    ])
    expect(job).toMatchObject({ kind: 'host.apply', state: 'succeeded', facts: { target: 'local', purpose: 'test' } })
    expect(job.undo).toContain(join(etc, 'old'))
    expect([await read('sub/new'), await read('old'), await read('copy'), await read('gone'), await read('never')]).toEqual([
      'new\n',
      'changed\n',
      'changed\n',
      null,
      null,
    ])
    expect((await stat(join(etc, 'sub/new'))).mode & 0o777).toBe(0o640)
    expect((await stat(join(etc, 'old'))).mode & 0o777).toBe(0o600)
    const [record] = await ground.hostChanges.records('local')
    expect(record).toMatchObject({ id: job.result?.['recordId'], jobId: job.id, undoneAt: null, partly: false, purpose: 'test' })
    const [name = ''] = await kept()
    expect((await stat(join(ground.dataDir, 'host-changes', name))).mode & 0o777).toBe(0o600)
    expect(await ground.hostChanges.records('container:box')).toEqual([])

    expect(await undo()).toMatchObject({ kind: 'host.undo', state: 'succeeded' })
    expect([await read('old'), await read('gone')]).toEqual(['old\n', 'gone\n'])
    expect((await readdir(etc)).sort()).toEqual(['gone', 'old'])
    expect((await stat(join(etc, 'old'))).mode & 0o777).toBe(0o600)
    expect((await ground.hostChanges.records('local'))[0]?.undoneAt).not.toBeNull()
    await expect(undo()).rejects.toMatchObject({ code: 'not-found' })
  })

  test('is refused where a file is not as it was planned on, before anything is done', async () => {
    const plan = await offer([step([file('a', null, 'a\n')]), step([file('b', 'b\n', 'c\n')])])
    await write('b', 'by hand\n')
    await expect(ground.hostChanges.apply(plan.id)).rejects.toMatchObject({ code: 'host-file-changed', facts: { path: join(etc, 'b') } })
    expect([await read('a'), await read('b')]).toEqual([null, 'by hand\n'])
    expect(ground.jobs.list(10)).toEqual([])
    // The plan is still there, and may be applied once the file is as it was.
    await write('b', 'b\n')
    expect(await ground.jobs.done((await ground.hostChanges.apply(plan.id)).jobId)).toMatchObject({ state: 'succeeded' })
  })

  test('of what is so already does nothing, and there is nothing to undo', async () => {
    await write('a', 'a\n')
    const job = await apply([step([command('touch never')], { done: true }), step([file('a', 'a\n', 'a\n')])])
    expect(job).toMatchObject({ state: 'succeeded', result: null })
    expect(await readdir(etc)).toEqual(['a'])
    expect(await kept()).toEqual([])
  })

  test('several changes of one file are each on top of the one before', async () => {
    await write('a', '1\n')
    const steps = [step([file('a', '1\n', '2\n'), command('cat a >> log', 'rm -f log')]), step([file('a', '2\n', '3\n')])]
    expect(await apply(steps)).toMatchObject({ state: 'succeeded' })
    expect([await read('a'), await read('log')]).toEqual(['3\n', '2\n'])
    await undo()
    expect([await read('a'), await read('log')]).toEqual(['1\n', null])
  })

  test('a second click is the same wish; another plan for the target waits its turn', async () => {
    const plan = await offer([step([command('until [ -e go ]; do sleep 0.05; done')])])
    const [one, two] = await Promise.all([ground.hostChanges.apply(plan.id), ground.hostChanges.apply(plan.id)])
    expect(two).toEqual(one)
    const other = await offer([])
    await expect(ground.hostChanges.apply(other.id)).rejects.toMatchObject({ code: 'busy', facts: { jobId: one.jobId } })
    await write('go', '')
    expect(await ground.jobs.done(one.jobId)).toMatchObject({ state: 'succeeded' })
  })

  test('needs a way to root only where a step does', async () => {
    const ann = await asAnn(ground, 'echo "sudo: a password is required" >&2; exit 1')
    const changes = createHostChanges({ ...ground, targets: { machine: async () => ann } })
    const proposal = (root: boolean, done: boolean) => ({
      target: 'local',
      purpose: 'test',
      steps: [step([command('true')], { root, done })],
    })
    const plan = await changes.offer(proposal(true, false))
    expect(plan.root).toBe('none')
    await expect(changes.apply(plan.id)).rejects.toMatchObject({ code: 'host-root-needed', facts: { user: 'ann' } })
    for (const [root, done] of [
      [false, false],
      [true, true],
    ] as const) {
      const { id } = await changes.offer(proposal(root, done))
      expect(await ground.jobs.done((await changes.apply(id)).jobId)).toMatchObject({ state: 'succeeded' })
    }
  })
})

describe('a service', () => {
  const restart: HostAction = { kind: 'command', argv: ['systemctl', 'restart', 'docker.service'], undo: [], check: null }
  /** A systemctl that says its calls, and one start after another until they are counted anew. */
  const systemctl = (refusal: string) =>
    writeFile(
      join(ground.base, 'bin/systemctl'),
      `#!/bin/sh
cd '${etc}' && echo "$*" >> said
case $1 in
  reset-failed) rm -f started ;;
  *) if [ -e started ]; then echo '${refusal}' >&2; exit 1; fi; : > started ;;
esac
`,
      { mode: 0o755 },
    )

  test('that systemd will not start again so soon is started all the same', async () => {
    await systemctl('Job for docker.service failed because start of the service was attempted too often.')
    expect(await apply([step([restart, restart])])).toMatchObject({ state: 'succeeded' })
    const again = 'restart docker.service'
    expect(await read('said')).toBe(`${[again, again, 'reset-failed docker.service', again].join('\n')}\n`)
  })

  test('that fails for another reason is tried once', async () => {
    await systemctl('Job for docker.service failed because the control process exited with error code.')
    expect(await apply([step([restart, restart])])).toMatchObject({ state: 'failed', error: { code: 'command-failed' } })
    expect(await read('said')).toBe('restart docker.service\n'.repeat(2))
  })
})

describe('what fails is taken back', () => {
  test('all of it, the last first, and no record stays', async () => {
    await write('old', 'old\n')
    const job = await apply([
      step([file('deep/er/new', null, 'new\n'), file('old', 'old\n', null)]),
      step([command('echo one >> log', 'echo undone >> log'), command('echo no >&2; exit 4', 'exit 5')]),
      step([command('touch never')]),
    ])
    expect(job).toMatchObject({ state: 'failed', error: { code: 'command-failed', facts: { exitCode: 4, tail: 'no' } }, left: [] })
    expect([await read('old'), await read('log'), existsSync(join(etc, 'deep'))]).toEqual(['old\n', 'one\nundone\n', false])
    expect(await kept()).toEqual([])
    expect(await ground.hostChanges.records('local')).toEqual([])
  })

  test('a restart comes again when the files it reads are back, once', async () => {
    await write('conf', 'before\n')
    const restart = command('cat conf >> log', 'again')
    await apply([step([file('conf', 'before\n', 'after\n'), restart]), step([file('other', null, 'x'), restart])])
    expect(await read('log')).toBe('after\nafter\n')
    expect(await undo()).toMatchObject({ state: 'succeeded' })
    expect(await read('log')).toBe('after\nafter\nbefore\n')
  })

  test('what cannot be undone is named, stays in the record, and can be let go', async () => {
    const job = await apply([step([file('a', null, 'a'), command('touch installed', null)]), step([command('exit 1')])])
    expect(job).toMatchObject({ state: 'failed', left: [expect.stringContaining('touch installed')] })
    expect(await read('a')).toBeNull()
    const [record] = await ground.hostChanges.records('local')
    expect(record?.partly).toBe(true)
    expect(record?.steps.flatMap(({ actions }) => actions)).toHaveLength(1)
    expect(await undo()).toMatchObject({ state: 'succeeded' })
  })

  test('a file that somebody changed meanwhile is left as it is and named', async () => {
    await write('a', 'a\n')
    const job = await apply([step([file('a', 'a\n', 'b\n'), file('c', null, 'c\n'), command('echo mine > a; exit 1')])])
    expect(job).toMatchObject({ state: 'failed', left: [join(etc, 'a')] })
    expect([await read('a'), await read('c')]).toEqual(['mine\n', null])
    await expect(undo()).rejects.toMatchObject({ code: 'host-file-changed' })
    // Put back by hand, there is nothing to do but to say so.
    await write('a', 'a\n')
    expect(await undo()).toMatchObject({ state: 'succeeded' })
  })

  test('a file that is not what was written is told', async () => {
    const local = await ground.targets.machine('local')
    const other: Machine = { ...local, writeFile: (path, text, options) => local.writeFile(path, text.replace('wanted', 'other'), options) }
    const changes = createHostChanges({ ...ground, targets: { machine: async () => other } })
    const { id } = await changes.offer({ target: 'local', purpose: 'test', steps: [step([file('a', null, 'wanted')])] })
    const job = await ground.jobs.done((await changes.apply(id)).jobId)
    expect(job).toMatchObject({ state: 'failed', error: { code: 'host-file-not-kept' }, left: [join(etc, 'a')] })
  })

  test('a target that is gone keeps its record, and is put right when it is back', async () => {
    await write('a', 'a\n')
    const engineGone = join(ground.base, 'state', 'docker-fail')
    const said = 'Error response from daemon: Container 5f1d is not running'
    const breaks = command(`echo "${said}" > "${engineGone}"; exit 1`)
    const job = await apply([step([file('a', 'a\n', 'b\n'), file('c', null, 'c\n'), breaks])], 'container:box')
    expect(job).toMatchObject({ state: 'failed' })
    expect(job.left).toEqual([join(etc, 'c'), join(etc, 'a')])
    await expect(undo('container:box')).rejects.toMatchObject({ code: 'container-not-running' })
    await ground.unset('docker-fail')
    expect(await undo('container:box')).toMatchObject({ state: 'succeeded' })
    expect([await read('a'), await read('c')]).toEqual(['a\n', null])
  })
})

describe('commands that cannot be ended', () => {
  let ends = false
  /** As the one of the ground, but on a machine whose commands cannot be ended while `ends` is false. */
  async function changesThere() {
    const local = await ground.targets.machine('local')
    const machine: Machine = { ...local, endJob: async (id, how) => ends && local.endJob(id, how) }
    return createHostChanges({ ...ground, targets: { machine: async () => machine } })
  }
  const begin = async (changes: Awaited<ReturnType<typeof changesThere>>, steps: HostStep[]) => {
    const { id } = await changes.offer({ target: 'local', purpose: 'test', steps })
    return ground.jobs.done((await changes.apply(id)).jobId)
  }
  const undoThere = async (changes: Awaited<ReturnType<typeof changesThere>>) => {
    const [record] = await changes.records('local')
    return ground.jobs.done((await changes.undo(record?.id ?? '')).jobId)
  }
  beforeEach(() => (ends = false))

  test('nothing is taken back beside them: they are named, and once they have ended it is', async () => {
    await write('a', 'a\n')
    const changes = await changesThere()
    const job = await begin(changes, [step([file('a', 'a\n', 'b\n'), command('touch made', 'rm made'), command('exit 1')])])
    expect(job).toMatchObject({ state: 'failed', error: { code: 'command-failed' } })
    expect(job.left).toEqual([join(etc, 'a'), expect.stringContaining('touch made'), expect.stringMatching(/exit 1.* \(may still run\)$/)])
    expect([await read('a'), await read('made')]).toEqual(['b\n', ''])
    expect(await undoThere(changes)).toMatchObject({ state: 'failed', error: { code: 'host-job-runs' } })
    expect([await read('a'), await read('made')]).toEqual(['b\n', ''])
    ends = true
    expect(await undoThere(changes)).toMatchObject({ state: 'succeeded' })
    expect([await read('a'), await read('made')]).toEqual(['a\n', null])
  })

  test('an undo that was halted is not gone on with beside its own', async () => {
    ends = true
    const changes = await changesThere()
    await begin(changes, [step([file('c', null, 'c\n'), command('touch made', 'test ! -e stop')])])
    await write('stop', '')
    ends = false
    const halted = await undoThere(changes)
    expect(halted).toMatchObject({ state: 'failed', error: { code: 'command-failed' } })
    expect(halted.left?.[0]).toMatch(/ \(may still run\)$/)
    expect(await undoThere(changes)).toMatchObject({ state: 'failed', error: { code: 'host-job-runs' } })
    ends = true
    await rm(join(etc, 'stop'))
    expect(await undoThere(changes)).toMatchObject({ state: 'succeeded' })
  })
})

describe('undoing', () => {
  test('is refused where somebody changed a file since', async () => {
    await apply([step([file('a', null, 'a\n'), file('b', null, 'b\n')])])
    await write('b', 'by hand\n')
    await expect(undo()).rejects.toMatchObject({ code: 'host-file-changed', facts: { path: join(etc, 'b') } })
    expect(await read('a')).toBe('a\n')
  })

  test('that was cancelled says what is still there, and goes on the next time', async () => {
    await apply([
      step([file('a', null, 'a\n'), command('true', 'touch undoing; until [ -e go ]; do sleep 0.05; done'), file('b', null, 'b\n')]),
    ])
    const [record] = await ground.hostChanges.records('local')
    const { jobId } = await ground.hostChanges.undo(record?.id ?? '')
    while (!existsSync(join(etc, 'undoing'))) await new Promise((resolve) => setTimeout(resolve, 20))
    const job = await ground.jobs.cancel(jobId)
    expect(job).toMatchObject({ state: 'cancelled', error: { code: 'left-behind' } })
    expect(job.left).toEqual([join(etc, 'a'), expect.stringContaining('true')])
    expect([await read('a'), await read('b')]).toEqual(['a\n', null])
    await write('go', '')
    expect(await undo()).toMatchObject({ state: 'succeeded' })
    expect(await read('a')).toBeNull()
  })
})

test('of changes that were undone the newest hundred are remembered', async () => {
  await apply([step([file('a', null, 'a\n')])])
  const folder = join(ground.dataDir, 'host-changes')
  const [name = ''] = await readdir(folder)
  const { id, ...record } = JSON.parse(await readFile(join(folder, name), 'utf8')) as { id: string; appliedAt: number }
  for (let n = 0; n < 105; n += 1) {
    const other = `x-${n.toString(16).padStart(8, '0')}`
    await writeFile(
      join(folder, `${other}.json`),
      JSON.stringify({ ...record, id: other, state: n < 103 ? 'undone' : 'applied', undoneAt: null, appliedAt: n }),
    )
  }
  expect(await undo()).toMatchObject({ state: 'succeeded', result: { recordId: id } })
  const left = await readdir(folder)
  expect(left).toHaveLength(102)
  expect(left).toEqual(expect.arrayContaining([name, 'x-00000067.json', 'x-00000068.json', 'x-00000066.json']))
  expect(left).not.toContain('x-00000000.json')
})

test('records that are damaged, of a newer Cove, or asked for by a path are none', async () => {
  await apply([step([file('a', null, 'a\n')])])
  const folder = join(ground.dataDir, 'host-changes')
  await writeFile(join(folder, 'x-00000001.json'), '{"version":1,')
  await writeFile(join(folder, 'x-00000002.json'), '{"version":2}')
  expect(await ground.hostChanges.records('local')).toHaveLength(1)
  for (const id of ['../jobs/x', 'x-00000001', '..%2fx', ''])
    await expect(ground.hostChanges.undo(id)).rejects.toMatchObject({ code: 'not-found' })
})
