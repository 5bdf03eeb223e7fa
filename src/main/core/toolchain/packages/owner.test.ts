import { existsSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type Ground, makeGround, putProgram, toolScript } from '../fixtures/ground.ts'
import { createPackageOwners } from './owner.ts'

const grounds: Ground[] = []
afterEach(async () => {
  await Promise.all(grounds.splice(0).map((ground) => ground.dispose()))
})

/** A machine with these files for a root, and scripts for the programs of a package manager. */
async function machine(files: Record<string, string>, programs: Record<string, string> = {}) {
  const ground = await makeGround()
  grounds.push(ground)
  const root = join(ground.homeDir, 'root')
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const asked = join(ground.homeDir, 'asked')
  for (const [name, script] of Object.entries(programs))
    await putProgram(join(ground.bin, name), `#!/bin/sh\necho "${name} $*" >> '${asked}'\n${script}\n`)
  // A file that lies outside of the home, as those of packages do.
  const other = await makeGround()
  grounds.push(other)
  const path = await putProgram(join(other.bin, 'kubectl'), toolScript('kubectl', 'v1.34.2'))
  return { ground, path, owners: createPackageOwners({ exec: ground.exec, os: 'linux', homeDir: ground.homeDir, root }) }
}

test('rpm: name, version, and that a lock holds it', async () => {
  const { owners, path } = await machine(
    { 'var/lib/rpm/Packages': '', 'usr/bin/dnf': '', 'etc/dnf/plugins/versionlock.list': '# locks\nkubectl-0:1.34.2-150500.1.1.*\n' },
    { rpm: `printf 'kubectl\\t1.34.2-150500.1.1\\n'` },
  )
  expect(await owners.of('kubectl', path)).toEqual({
    manager: 'rpm',
    name: 'kubectl',
    version: '1.34.2-150500.1.1',
    held: true,
    update: ['sudo dnf upgrade kubectl'],
  })
})

test('pacman: and that it is to be ignored', async () => {
  const files = {
    'var/lib/pacman/local/ALPM_DB_VERSION': '9',
    'etc/pacman.conf': '[options]\n#IgnorePkg = kind\nIgnorePkg = linux kubectl\n',
  }
  const { owners, path } = await machine(files, { pacman: 'echo "$4 is owned by kubectl 1.34.2-1"' })
  expect(await owners.of('kubectl', path)).toMatchObject({ manager: 'pacman', name: 'kubectl', version: '1.34.2-1', held: true })
})

test('dpkg: a package of another architecture, one of several, a diversion, and one that is held', async () => {
  const show = `case "$1" in --show) printf '1.34.2-1.1\\thold'; exit ;; esac`
  for (const line of ['kubectl:amd64: $2', 'kubectl, kubectl-bin: $2']) {
    const { owners, path } = await machine(
      { 'var/lib/dpkg/status': '' },
      { 'dpkg-query': `${show}\necho "diversion by dash from: $2"\necho "${line}"` },
    )
    expect(await owners.of('kubectl', path)).toMatchObject({ manager: 'apt', name: 'kubectl', version: '1.34.2-1.1', held: true })
  }
})

test('apk: a version that is asked for in world is held', async () => {
  const files = { 'lib/apk/db/installed': '', 'etc/apk/world': 'alpine-base\nkubectl=1.34.2-r0\n' }
  const { owners, path } = await machine(files, { apk: 'echo "$3 is owned by kubectl-1.34.2-r0"' })
  expect(await owners.of('kubectl', path)).toMatchObject({ manager: 'apk', name: 'kubectl', version: '1.34.2-r0', held: true })
})

test('a file that no package has, and a manager that is not there, are nobody’s', async () => {
  const owned = await machine({ 'var/lib/dpkg/status': '' }, { 'dpkg-query': 'echo "no path found" >&2; exit 1' })
  expect(await owned.owners.of('kubectl', owned.path)).toBeNull()
  const bare = await machine({ 'var/lib/rpm/Packages': '' })
  expect(await bare.owners.of('kubectl', bare.path)).toBeNull()
  expect(await bare.owners.of('kubectl', join(bare.path, 'none'))).toBeNull()
})

test('what lies in the home is not asked for, and an unchanged file only once', async () => {
  const { ground, owners, path } = await machine({ 'var/lib/dpkg/status': '' }, { 'dpkg-query': 'exit 1' })
  const mine = await putProgram(join(ground.homeDir, 'bin', 'kubectl'), toolScript('kubectl', 'v1.34.2'))
  expect(await owners.of('kubectl', mine)).toBeNull()
  expect(ground.exec.commands({ limit: 10 })).toEqual([])
  await owners.of('kubectl', path)
  const asked = ground.exec.commands({ limit: 10 }).length
  await owners.of('kubectl', path)
  expect(ground.exec.commands({ limit: 10 })).toHaveLength(asked)
  owners.forget()
  await owners.of('kubectl', path)
  expect(ground.exec.commands({ limit: 10 }).length).toBeGreaterThanOrEqual(asked)
})

test('brew tells by where its links lead, and by what is pinned', async () => {
  const { ground, owners } = await machine({})
  const prefix = join(ground.homeDir, 'homebrew')
  const real = await putProgram(join(prefix, 'Cellar/kubernetes-cli/1.34.2/bin/kubectl'), toolScript('kubectl', 'v1.34.2'))
  const path = join(prefix, 'bin', 'kubectl')
  await mkdir(dirname(path), { recursive: true })
  await symlink(real, path)
  expect(await owners.of('kubectl', path)).toEqual({
    manager: 'brew',
    name: 'kubernetes-cli',
    version: '1.34.2',
    held: false,
    update: ['brew upgrade kubernetes-cli'],
  })
  await mkdir(join(prefix, 'var/homebrew/pinned'), { recursive: true })
  await symlink('../../../Cellar/kubernetes-cli/1.34.2', join(prefix, 'var/homebrew/pinned/kubernetes-cli'))
  owners.forget()
  expect(await owners.of('kubectl', path)).toMatchObject({
    held: true,
    update: ['brew unpin kubernetes-cli', 'brew upgrade kubernetes-cli', 'brew pin kubernetes-cli'],
  })
})

// The package database of this very machine, where it is Debian's.
const debian = existsSync('/var/lib/dpkg/status') && existsSync('/usr/bin/dpkg-query') && existsSync('/bin/cat')
test.skipIf(!debian)(
  'dpkg of this machine knows its own files, under either of their names, and not those in /usr/local (needs Debian)',
  async () => {
    const ground = await makeGround({ env: { PATH: process.env['PATH'] ?? '' } })
    grounds.push(ground)
    const owners = createPackageOwners({ exec: ground.exec, os: 'linux', homeDir: ground.homeDir })
    for (const path of ['/bin/cat', '/usr/bin/cat']) {
      const found = await owners.of('kubectl', path)
      expect(found).toMatchObject({ manager: 'apt', name: 'coreutils', held: false })
      expect(found?.version).toMatch(/^\d/)
      expect(found?.update).toContain('sudo apt-get install --only-upgrade coreutils')
    }
    const other = await makeGround()
    grounds.push(other)
    const path = await putProgram(join(other.bin, 'kubectl'), toolScript('kubectl', 'v1.34.2'))
    expect(await owners.of('kubectl', path)).toBeNull()
  },
)
