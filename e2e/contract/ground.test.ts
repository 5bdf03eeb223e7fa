import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { prepareElectron } from '../support/electron.ts'
import { chooseGround, type Ground } from '../support/ground.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove-ground-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

describe('without Go on the PATH, which the kit needs to build', () => {
  const missing = '(Go|root|Debian on x64)'
  beforeEach(() => vi.stubEnv('PATH', folder))
  // What it answers by its first words: all others fail.
  const docker = (answers: Record<string, string>) =>
    program(
      'docker',
      `case "$1 $2" in ${Object.entries(answers)
        .map(([words, text]) => `'${words}') echo ${text};;`)
        .join(' ')} *) exit 1;; esac`,
    )

  test('and without an engine there is none, and why', async () => {
    expect(await chooseGround()).toEqual({
      kind: 'none',
      reason: expect.stringMatching(`^the kit needs ${missing}, and no Docker engine answers$`),
    })
    await docker({})
    expect(await chooseGround()).toMatchObject({ kind: 'none', reason: expect.stringContaining('no Docker engine answers') })
  })

  test('an engine that has the public node image, or can pull it, is the ground', async () => {
    for (const way of ['image inspect', 'pull --quiet']) {
      await docker({ 'version --format': '28.0.0', [way]: 'ok', 'info --format': '2' })
      expect(await chooseGround()).toMatchObject({
        kind: 'engine',
        nodeImage: expect.stringMatching(/^kindest\/node:v[\d.]+@sha256:[0-9a-f]{64}$/),
        mirror: null,
        cgroup: '2',
      })
    }
  })

  test('one that cannot is none', async () => {
    await docker({ 'version --format': '28.0.0' })
    expect(await chooseGround()).toEqual({
      kind: 'none',
      reason: expect.stringMatching(`^the kit needs ${missing}, and the Docker engine cannot pull kindest/node:`),
    })
  })
})

describe('an Electron that cannot be set up', () => {
  beforeEach(() => vi.stubEnv('COVE_TEST_ELECTRON_MISSING', undefined))
  const kit = { kind: 'kit' } as Ground
  const engine = { kind: 'engine' } as Ground

  test('fails the run on the kit’s ground, and skips its tests elsewhere, with what was missing', async () => {
    const setUp = await program('setup', 'echo first >&2; echo "real-electron: no libgbm1" >&2; exit 1')
    await expect(prepareElectron(kit, setUp)).rejects.toThrow('real-electron: no libgbm1')
    expect(process.env['COVE_TEST_ELECTRON_MISSING']).toBeUndefined()
    await prepareElectron(engine, setUp)
    expect(process.env['COVE_TEST_ELECTRON_MISSING']).toBe('real-electron: no libgbm1')
  })

  test('one that can is handed on', async () => {
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', '/nonexistent')
    await prepareElectron(engine, await program('setup', 'echo /somewhere/electron'))
    expect(process.env['ELECTRON_OVERRIDE_DIST_PATH']).toBe('/somewhere/electron')
    expect(process.env['COVE_TEST_ELECTRON_MISSING']).toBeUndefined()
  })
})
