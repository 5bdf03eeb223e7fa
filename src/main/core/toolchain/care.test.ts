import { chmod, lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Ground, makeGround, putProgram, toolScript } from './fixtures/ground.ts'
import { type Publisher, sha256, startPublisher } from './fixtures/publisher.ts'

const versions = ['v1.33.9', 'v1.34.4', 'v1.35.2'] as const
type Version = (typeof versions)[number]
const pathOf = (version: string) => `release/${version}/bin/linux/amd64/kubectl`
const bytesOf = (version: string) => toolScript('kubectl', version, `# published ${version}`)
let site: Publisher
const grounds: Ground[] = []

beforeEach(async () => {
  site = await startPublisher()
  for (const version of versions) site.put(pathOf(version), bytesOf(version))
})
afterEach(async () => {
  await Promise.all(grounds.splice(0).map((ground) => ground.dispose()))
  await site.close()
})

/** A ground that looks into ~/.local/bin, with these of Cove's own copies. */
async function ground(...own: Version[]): Promise<Ground> {
  const { homeDir } = await makeGround()
  const env = { COVE_PUBLISHER_KUBERNETES: site.base, COVE_TOOL_FOLDERS: join(homeDir, '.local', 'bin') }
  const made = await makeGround({ home: homeDir, machine: { os: 'linux', arch: 'amd64' }, env })
  grounds.push(made)
  for (const version of own) await fetched(made, version)
  return made
}
async function fetched(at: Ground, version: Version) {
  const { jobId } = await at.toolchain.startDownload('kubectl', version)
  expect(await at.jobs.done(jobId)).toMatchObject({ state: 'succeeded' })
}
const kubectl = (at: Ground) => at.toolchain.snapshot().find(({ name }) => name === 'kubectl')
const usedOf = (at: Ground) => kubectl(at)?.used?.version
const linkOf = (at: Ground) => join(at.homeDir, '.local', 'bin', 'kubectl')

test('checked again: the publisher is asked anew, and the answer stays with its time', async () => {
  const at = await ground('v1.34.4')
  const path = at.ownPath('kubectl', 'v1.34.4')
  const before = site.requests.length
  const check = await at.toolchain.care.verify('kubectl', path)
  const digest = sha256(bytesOf('v1.34.4'))
  expect(check).toMatchObject({ state: 'same', against: 'published', sha256: digest, expected: digest, error: null })
  const manifest = JSON.parse(await readFile(join(dirname(path), 'manifest.json'), 'utf8')) as { at: number }
  expect(check.since).toBe(manifest.at)
  expect(site.requests.slice(before)).toEqual([`GET /${pathOf('v1.34.4')}.sha256`])
  expect((await at.toolchain.care.about('kubectl')).copies).toMatchObject([{ path, check, source: { at: manifest.at }, package: null }])
})

test('one changed byte is found, also with the same size and times, and the copy is not used any more', async () => {
  const at = await ground('v1.34.4')
  const path = at.ownPath('kubectl', 'v1.34.4')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('published', 'publishex'))
  await chmod(path, 0o755)
  const check = await at.toolchain.care.verify('kubectl', path)
  expect(check).toMatchObject({ state: 'changed', against: 'recorded', expected: sha256(text), since: null })
  expect(kubectl(at)).toMatchObject({ state: 'unknown', error: { code: 'tool-changed' } })
})

test('where the publisher does not answer, it is compared with what Cove wrote down, and why is said', async () => {
  const at = await ground('v1.34.4')
  site.remove(`${pathOf('v1.34.4')}.sha256`)
  const check = await at.toolchain.care.verify('kubectl', at.ownPath('kubectl', 'v1.34.4'))
  expect(check).toMatchObject({ state: 'same', against: 'recorded', error: { code: 'download-digest-missing' } })
})

test('a copy of others is compared with the publisher’s build of its version; with none it is remembered, and found changed', async () => {
  const at = await ground()
  const path = await putProgram(join(at.bin, 'kubectl'), bytesOf('v1.34.4'))
  expect(await at.toolchain.care.verify('kubectl', path)).toMatchObject({ state: 'same', against: 'published', since: null })
  await putProgram(path, toolScript('kubectl', 'v1.34.4', '# built by a distribution'))
  expect(await at.toolchain.care.verify('kubectl', path)).toMatchObject({ state: 'differs', against: 'published' })

  const helm = await putProgram(join(at.bin, 'helm'), toolScript('helm', 'v3.19.0'))
  const first = await at.toolchain.care.verify('helm', helm)
  expect(first).toMatchObject({ state: 'first', against: 'seen', expected: null, since: null, error: null })
  expect(await at.toolchain.care.verify('helm', helm)).toMatchObject({ state: 'same', against: 'seen', since: first.at })
  await putProgram(helm, toolScript('helm', 'v3.19.1'))
  expect(await at.toolchain.care.verify('helm', helm)).toMatchObject({ state: 'changed', against: 'seen', expected: first.sha256 })
  await expect(at.toolchain.care.verify('helm', join(at.bin, 'none'))).rejects.toMatchObject({ code: 'not-found' })
})

test('an update keeps the copy before, a roll back takes it, forward takes the newest again', async () => {
  const at = await ground('v1.34.4', 'v1.35.2')
  expect(usedOf(at)).toBe('v1.35.2')
  expect((await at.toolchain.care.about('kubectl')).rollBackTo).toBe('v1.34.4')
  await at.toolchain.care.rollBack('kubectl', false)
  expect(usedOf(at)).toBe('v1.34.4')
  expect(kubectl(at)?.rolledBack).toMatchObject({ from: 'v1.35.2', to: 'v1.34.4' })
  expect((await at.toolchain.care.about('kubectl')).rollBackTo).toBeNull()
  await expect(at.toolchain.care.rollBack('kubectl', false)).rejects.toMatchObject({ code: 'tool-no-older' })
  await at.toolchain.care.rollBack('kubectl', true)
  expect(usedOf(at)).toBe('v1.35.2')
  expect(kubectl(at)?.rolledBack).toBeNull()
})

test('what is downloaded after a roll back is taken; an older copy that was changed is never rolled back to', async () => {
  const at = await ground('v1.33.9', 'v1.34.4')
  await at.toolchain.care.rollBack('kubectl', false)
  await fetched(at, 'v1.35.2')
  expect(usedOf(at)).toBe('v1.35.2')
  expect(kubectl(at)?.rolledBack).toBeNull()
  await writeFile(at.ownPath('kubectl', 'v1.34.4'), bytesOf('v1.33.9'))
  await expect(at.toolchain.care.rollBack('kubectl', false)).rejects.toMatchObject({ code: 'tool-changed' })
  expect(usedOf(at)).toBe('v1.35.2')
})

test('into PATH and out again: a link to the verified copy, which the terminal and Cove then both run', async () => {
  const at = await ground('v1.34.4')
  await putProgram(join(at.bin, 'helm'), toolScript('helm', 'v3.19.0'))
  const { userPath } = await at.toolchain.care.about('kubectl')
  expect(userPath).toMatchObject({ folder: join(at.homeDir, '.local', 'bin'), onPath: false, state: 'absent', supported: true })
  await at.toolchain.care.link('kubectl')
  expect(await readlink(linkOf(at))).toBe(at.ownPath('kubectl', 'v1.34.4'))
  const about = await at.toolchain.care.about('kubectl')
  expect(about.userPath).toMatchObject({ state: 'own', leadsTo: at.ownPath('kubectl', 'v1.34.4') })
  // One file is one copy, and still one that is checked before it runs.
  expect(kubectl(at)?.copies).toMatchObject([
    { path: at.ownPath('kubectl', 'v1.34.4'), origin: 'cove', sha256: sha256(bytesOf('v1.34.4')) },
  ])
  await at.toolchain.care.unlink('kubectl')
  await expect(lstat(linkOf(at))).rejects.toMatchObject({ code: 'ENOENT' })
  await at.toolchain.care.unlink('kubectl')
  await expect(at.toolchain.care.link('helm')).rejects.toMatchObject({ code: 'tool-absent' })
})

test('the link follows update, roll back and removal, and goes with the last copy', async () => {
  const at = await ground('v1.34.4')
  await at.toolchain.care.link('kubectl')
  await fetched(at, 'v1.35.2')
  expect(await readlink(linkOf(at))).toBe(at.ownPath('kubectl', 'v1.35.2'))
  expect(usedOf(at)).toBe('v1.35.2')
  await at.toolchain.care.rollBack('kubectl', false)
  expect(await readlink(linkOf(at))).toBe(at.ownPath('kubectl', 'v1.34.4'))
  await at.toolchain.care.remove('kubectl', at.ownPath('kubectl', 'v1.34.4'))
  expect(await readlink(linkOf(at))).toBe(at.ownPath('kubectl', 'v1.35.2'))
  expect(kubectl(at)?.rolledBack).toBeNull()
  await at.toolchain.care.remove('kubectl', at.ownPath('kubectl', 'v1.35.2'))
  await expect(lstat(linkOf(at))).rejects.toMatchObject({ code: 'ENOENT' })
  expect(kubectl(at)).toMatchObject({ state: 'absent', copies: [] })
})

test('the link never comes to lead to a copy that was changed', async () => {
  const at = await ground('v1.33.9', 'v1.34.4', 'v1.35.2')
  await at.toolchain.care.link('kubectl')
  await writeFile(at.ownPath('kubectl', 'v1.34.4'), toolScript('kubectl', 'v1.34.4', '# somebody’s'))
  await at.toolchain.care.remove('kubectl', at.ownPath('kubectl', 'v1.35.2'))
  expect(await readlink(linkOf(at))).toBe(at.ownPath('kubectl', 'v1.33.9'))
})

test.each([
  ['a program', (path: string) => putProgram(path, toolScript('kubectl', 'v1.30.0'))],
  ['a link of somebody’s', (path: string) => symlink('/usr/bin/true', path)],
  ['a folder', (path: string) => mkdir(path)],
])('%s that is there is never touched', async (_what, put) => {
  const at = await ground('v1.34.4')
  await mkdir(dirname(linkOf(at)), { recursive: true })
  await put(linkOf(at))
  const before = await lstat(linkOf(at), { bigint: true })
  const taken = { code: 'path-taken', facts: { path: linkOf(at) } }
  await expect(at.toolchain.care.link('kubectl')).rejects.toMatchObject(taken)
  await expect(at.toolchain.care.unlink('kubectl')).rejects.toMatchObject(taken)
  await at.toolchain.care.remove('kubectl', at.ownPath('kubectl', 'v1.34.4'))
  expect(await lstat(linkOf(at), { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs })
})

test('only copies of Cove’s own are removed', async () => {
  const at = await ground('v1.34.4')
  const other = await putProgram(join(at.bin, 'kubectl'), toolScript('kubectl', 'v1.30.0'))
  await at.toolchain.refresh()
  await expect(at.toolchain.care.remove('kubectl', other)).rejects.toMatchObject({ code: 'not-found' })
  await at.toolchain.care.remove('kubectl', at.ownPath('kubectl', 'v1.34.4'))
  expect(kubectl(at)?.copies.map(({ path }) => path)).toEqual([other])
  expect(await readFile(other, 'utf8')).toContain('v1.30.0')
  await expect(lstat(dirname(at.ownPath('kubectl', 'v1.34.4')))).rejects.toMatchObject({ code: 'ENOENT' })
})
