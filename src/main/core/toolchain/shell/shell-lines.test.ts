import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createHostChanges } from '../../host-changes/host-changes.ts'
import { createTargets } from '../../targets/targets.ts'
import { type Ground, makeGround } from '../fixtures/ground.ts'
import { createShellLines } from './shell-lines.ts'

const grounds: Ground[] = []
afterEach(async () => {
  await Promise.all(grounds.splice(0).map((ground) => ground.dispose()))
})

async function start(os = 'linux') {
  const ground = await makeGround({ env: { PATH: process.env['PATH'] ?? '' } })
  grounds.push(ground)
  const { exec, jobs, changes, dataDir, homeDir, env } = ground
  const targets = createTargets({ exec, engines: {} as never, clusters: {} as never, changes, dataDir, env })
  const hostChanges = createHostChanges({ targets, jobs, changes, dataDir })
  const lines = createShellLines({ hostChanges, targets, os, homeDir, env })
  const rc = join(homeDir, '.bashrc')
  const folder = join(homeDir, '.local', 'bin')
  const ofBash = async (what: 'path' | 'completion') => (await lines.lines('kubectl', what, folder)).find(({ shell }) => shell === 'bash')
  const apply = async (planId: string) => jobs.done((await hostChanges.apply(planId)).jobId)
  return { ground, hostChanges, lines, rc, folder, ofBash, apply }
}

test('a line is planned as a change of the file, added with all else left as it is, and taken away again', async () => {
  const { ground, hostChanges, lines, rc, folder, ofBash, apply } = await start()
  const mine = '# 我的\nalias k=kubectl'
  await writeFile(rc, mine)
  const plan = await lines.plan('kubectl', 'completion', 'bash', folder)
  expect(plan).toMatchObject({ target: 'local', purpose: 'shell-completion', facts: { tool: 'kubectl', shell: 'bash', file: rc } })
  expect(await readFile(rc, 'utf8')).toBe(mine)
  expect(await ofBash('completion')).toMatchObject({ present: false, recordId: null })

  expect(await apply(plan.id)).toMatchObject({ state: 'succeeded' })
  expect(await readFile(rc, 'utf8')).toBe(`${mine}\n\n# Added by Cove\nsource <(kubectl completion bash)\n`)
  const added = await ofBash('completion')
  expect(added?.present).toBe(true)
  expect(await ofBash('path')).toMatchObject({ present: false })
  // Once more is nothing to do.
  expect((await lines.plan('kubectl', 'completion', 'bash', folder)).steps).toMatchObject([{ done: true, actions: [] }])

  const { jobId } = await hostChanges.undo(added?.recordId ?? '')
  expect(await ground.jobs.done(jobId)).toMatchObject({ state: 'succeeded' })
  expect(await readFile(rc, 'utf8')).toBe(mine)
  expect(await ofBash('completion')).toMatchObject({ present: false, recordId: null })
})

test('a line that a person wrote is there, and not Cove’s to take away', async () => {
  const { rc, ofBash } = await start()
  await writeFile(rc, 'source <(kubectl completion bash)\n')
  expect(await ofBash('completion')).toMatchObject({ present: true, recordId: null })
})

test('a file and its folders that are not there are made, and go again', async () => {
  const { ground, hostChanges, lines, folder, apply } = await start()
  const file = join(ground.homeDir, '.config', 'fish', 'config.fish')
  const plan = await lines.plan('kubectl', 'path', 'fish', folder)
  expect(await apply(plan.id)).toMatchObject({ state: 'succeeded' })
  expect(await readFile(file, 'utf8')).toBe('# Added by Cove\nfish_add_path "$HOME/.local/bin"\n')
  const line = (await lines.lines('kubectl', 'path', folder)).find(({ shell }) => shell === 'fish')
  await ground.jobs.done((await hostChanges.undo(line?.recordId ?? '')).jobId)
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('what the shell itself makes of the line: the folder is on its PATH', async () => {
  const { ground, lines, rc, folder, apply } = await start()
  await mkdir(dirname(rc), { recursive: true })
  await apply((await lines.plan('kubectl', 'path', 'bash', folder)).id)
  const { stdout } = await ground.exec.check({ file: 'bash', args: ['--norc', '-c', '. "$1" && echo "$PATH"', 'bash', rc] })
  expect(stdout.split(':')[0]).toBe(folder)
})

test('on Windows it is said and not done', async () => {
  const { lines } = await start('windows')
  await expect(lines.plan('kubectl', 'path', 'powershell', 'C:\\x')).rejects.toMatchObject({ code: 'host-unsupported' })
})
