import { chmod, mkdir, readFile, rename, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Tool, ToolName } from '#shared/contract/toolchain.ts'
import { type Ground, makeGround, putProgram, toolScript } from './fixtures/ground.ts'
import { sha256 } from './fixtures/publisher.ts'

const grounds: Ground[] = []
afterEach(async () => {
  await Promise.all(grounds.splice(0).map((ground) => ground.dispose()))
})

async function ground(options: Parameters<typeof makeGround>[0] = {}): Promise<Ground> {
  const made = await makeGround({ machine: { os: 'linux', arch: 'amd64' }, ...options })
  grounds.push(made)
  return made
}

async function look({ toolchain }: Ground, name: ToolName = 'kubectl'): Promise<Tool> {
  const tool = (await toolchain.refresh()).find((each) => each.name === name)
  if (!tool) throw new Error(name)
  return tool
}

/** Cove's own copy as a download leaves it. */
async function installOwn({ ownPath }: Ground, tool: ToolName, version: string): Promise<string> {
  const content = toolScript(tool, version)
  const path = await putProgram(ownPath(tool, version), content)
  const manifest = { tool, version, url: 'https://dl.k8s.io/x', sha256: sha256(content), digestFrom: 'https://dl.k8s.io/x.sha256', at: 1 }
  await writeFile(join(path, '..', 'manifest.json'), JSON.stringify(manifest))
  return path
}

test('every tool is found and says its version', async () => {
  const at = await ground()
  const versions: Record<ToolName, string> = {
    kubectl: 'v1.34.4',
    kind: 'v0.33.0',
    minikube: 'v1.36.0',
    docker: 'v28.2.2',
    kubeadm: 'v1.34.4',
    helm: 'v3.19.0',
  }
  for (const [name, version] of Object.entries(versions)) await putProgram(join(at.bin, name), toolScript(name as ToolName, version))
  const loading = at.toolchain.snapshot()
  expect(loading.every(({ state, asOf }) => state === 'loading' && asOf === null)).toBe(true)
  const tools = await at.toolchain.refresh()
  expect(Object.fromEntries(tools.map(({ name, used }) => [name, used?.version]))).toEqual({ ...versions, helm: 'v3.19.0+g3d8990f' })
  expect(tools.every(({ state, reason }) => state === 'found' && reason === 'first-found')).toBe(true)
  expect(tools.filter(({ downloadable }) => downloadable).map(({ name, wanted }) => [name, wanted])).toEqual([
    ['kubectl', 'v1.34.4'],
    ['kind', 'v0.33.0'],
    ['minikube', 'v1.38.1'],
  ])
})

test('absent is said only where nothing is there', async () => {
  const at = await ground()
  expect(await look(at)).toMatchObject({ state: 'absent', used: null, reason: 'none', copies: [], error: null })
  await expect(at.toolchain.resolve('kubectl')).rejects.toMatchObject({ code: 'tool-absent', facts: { tool: 'kubectl' } })
  // A folder, a dangling link and a name in a relative entry are nothing, as for a shell.
  await mkdir(join(at.bin, 'kubectl'))
  await symlink(join(at.homeDir, 'gone'), join(at.bin, 'kind'))
  expect(await look(at)).toMatchObject({ state: 'absent' })
  expect(await look(at, 'kind')).toMatchObject({ state: 'absent' })
})

// Fault row 29, and what else can be at a path.
const ordinary = toolScript('kubectl', 'v1.34.4')
test.each<{ name: string; content: string | Buffer; mode?: number; reason: string }>([
  { name: 'no execute bit', content: ordinary, mode: 0o644, reason: 'not-executable' },
  { name: 'built for another processor', content: elf(183), reason: 'wrong-architecture' },
  { name: 'built for another system', content: machO(), reason: 'wrong-architecture' },
  { name: 'neither program nor script', content: 'echo v1.34.4\n', reason: 'not-a-program' },
  { name: 'empty', content: '', reason: 'not-a-program' },
  { name: 'an interpreter that is not there', content: '#!/nonexistent/sh\n', reason: 'no-interpreter' },
  { name: 'fails', content: '#!/bin/sh\necho no >&2\nexit 4\n', reason: 'failed' },
  { name: 'dies', content: '#!/bin/sh\nkill -SEGV $$\n', reason: 'failed' },
  { name: 'prints rubbish', content: '#!/bin/sh\nprintf "\\377\\000{{{ not json"\n', reason: 'unreadable' },
  { name: 'hangs', content: '#!/bin/sh\n/bin/sleep 600\n', reason: 'timeout' },
  { name: 'prints without end', content: '#!/bin/sh\nexec /usr/bin/yes\n', reason: 'timeout' },
])('$name: unknown with the reason $reason, not absent', async ({ content, mode = 0o755, reason }) => {
  const at = await ground({ versionLimitMs: reason === 'timeout' ? 700 : 10_000 })
  const path = await putProgram(join(at.bin, 'kubectl'), content, mode)
  const problem = { code: 'tool-unusable', facts: { tool: 'kubectl', path, reason } }
  expect(await look(at)).toMatchObject({
    state: 'unknown',
    used: null,
    reason: 'none',
    error: problem,
    copies: [{ path, version: null, problem }],
  })
  await expect(at.toolchain.resolve('kubectl')).rejects.toMatchObject(problem)
})

test('a foreign binary is never handed to a shell', async () => {
  const at = await ground()
  const trap = join(at.homeDir, 'ran')
  // dash would read this as a script after the kernel refused it.
  await putProgram(join(at.bin, 'kubectl'), Buffer.concat([elf(183), Buffer.from(`\necho x > '${trap}'\n`)]))
  await putProgram(join(at.bin, 'kind'), `echo x > '${trap}'\n`)
  await look(at)
  await expect(readFile(trap)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a usable copy behind an unusable one is used, and said to be the only usable one', async () => {
  const second = join((await ground()).homeDir, 'second')
  const at = await ground({ env: { COVE_TOOL_FOLDERS: second } })
  await putProgram(join(at.bin, 'kubectl'), ordinary, 0o644)
  const path = await putProgram(join(second, 'kubectl'), toolScript('kubectl', 'v1.33.4'))
  expect(await look(at)).toMatchObject({
    state: 'found',
    reason: 'only-usable',
    used: { path, version: 'v1.33.4', origin: 'well-known' },
    copies: [{ problem: { facts: { reason: 'not-executable' } } }, { path }],
  })
})

test('PATH, then the login shell, then well-known folders, then Cove’s own', async () => {
  const base = (await ground()).homeDir
  const [login, known] = [join(base, 'login'), join(base, 'known')]
  const shell = await putProgram(join(base, 'login-shell'), `#!/bin/sh\nPATH="$PATH:${login}"\nexport PATH\nexec /bin/sh -c "$2"\n`)
  const at = await ground({ env: { SHELL: shell, COVE_TOOL_FOLDERS: known } })
  await putProgram(join(at.bin, 'kubectl'), toolScript('kubectl', 'v1.1.0'))
  await putProgram(join(login, 'kubectl'), toolScript('kubectl', 'v1.2.0'))
  await putProgram(join(known, 'kubectl'), toolScript('kubectl', 'v1.3.0'))
  await installOwn(at, 'kubectl', 'v1.4.0')
  await installOwn(at, 'kubectl', 'v1.10.0')
  const { copies, used } = await look(at)
  expect(copies.map(({ origin, version }) => [origin, version])).toEqual([
    ['path', 'v1.1.0'],
    ['login-shell', 'v1.2.0'],
    ['well-known', 'v1.3.0'],
    ['cove', 'v1.10.0'],
    ['cove', 'v1.4.0'],
  ])
  expect(used).toEqual(copies[0])
})

test('one file in two folders is one copy, under the name it is found by first', async () => {
  const alias = join((await ground()).homeDir, 'alias')
  const at = await ground({ env: { COVE_TOOL_FOLDERS: alias } })
  await putProgram(join(at.bin, 'kubectl'), ordinary)
  await symlink(at.bin, alias)
  expect((await look(at)).copies).toHaveLength(1)
})

test('a second look starts nothing; a changed file is asked again; a failure is asked again on refresh', async () => {
  const at = await ground()
  const count = join(at.homeDir, 'count')
  const script = (version: string) => toolScript('kubectl', version, `echo x >> '${count}'`)
  const path = await putProgram(join(at.bin, 'kubectl'), script('v1.34.4'))
  const starts = async () => (await readFile(count, 'utf8').catch(() => '')).length / 2
  await look(at)
  await look(at)
  expect(await at.toolchain.resolve('kubectl')).toMatchObject({ version: 'v1.34.4' })
  expect(await starts()).toBe(1)

  await putProgram(path, script('v1.34.5'))
  expect(await at.toolchain.resolve('kubectl')).toMatchObject({ version: 'v1.34.5' })
  expect(await starts()).toBe(2)

  await putProgram(path, `${script('').replace(/echo '.*/, 'exit 1')}`)
  expect(await look(at)).toMatchObject({ state: 'unknown' })
  await expect(at.toolchain.resolve('kubectl')).rejects.toMatchObject({ code: 'tool-unusable' })
  expect(await starts()).toBe(3)
  await look(at)
  expect(await starts()).toBe(4)
})

test('a look says that something changed only where it did', async () => {
  const at = await ground()
  let said = 0
  at.changes.on((topic) => {
    if (topic === 'toolchain') said++
  })
  await expect(at.toolchain.resolve('kubectl')).rejects.toMatchObject({ code: 'tool-absent' })
  expect(said).toBe(1)
  await expect(at.toolchain.resolve('kubectl')).rejects.toMatchObject({ code: 'tool-absent' })
  expect(said).toBe(1)
  await putProgram(join(at.bin, 'kubectl'), ordinary)
  await at.toolchain.resolve('kubectl')
  await at.toolchain.resolve('kubectl')
  expect(said).toBe(2)
})

test('a copy that vanishes between two commands is noticed', async () => {
  const at = await ground()
  const path = await putProgram(join(at.bin, 'kubectl'), ordinary)
  await at.toolchain.resolve('kubectl')
  await rename(path, `${path}.old`)
  await expect(at.toolchain.resolve('kubectl')).rejects.toMatchObject({ code: 'tool-absent' })
})

test('a copy chosen by hand wins, is remembered, and is refused where it does not answer', async () => {
  const at = await ground()
  await putProgram(join(at.bin, 'kubectl'), ordinary)
  const chosen = await putProgram(join(at.homeDir, 'mine', 'kubectl-1.33'), toolScript('kubectl', 'v1.33.4'))
  const changed: string[] = []
  at.changes.on((topic) => changed.push(topic))
  const tools = await at.toolchain.choose('kubectl', chosen)
  expect(tools.find(({ name }) => name === 'kubectl')).toMatchObject({
    reason: 'chosen',
    used: { path: chosen, version: 'v1.33.4', origin: 'chosen' },
  })
  expect(at.settings.get().tools).toEqual({ kubectl: chosen })
  expect(changed).toContain('toolchain')

  const broken = await putProgram(join(at.homeDir, 'mine', 'broken'), '#!/bin/sh\n')
  await expect(at.toolchain.choose('kubectl', broken)).rejects.toMatchObject({ code: 'tool-unusable', facts: { reason: 'unreadable' } })
  await expect(at.toolchain.choose('kubectl', join(at.homeDir, 'none'))).rejects.toMatchObject({ facts: { reason: 'missing' } })
  await expect(at.toolchain.choose('kubectl', 'kubectl')).rejects.toMatchObject({ code: 'bad-input' })
  expect(at.settings.get().tools).toEqual({ kubectl: chosen })

  // Gone later: said so, and the next one is used meanwhile.
  await rename(chosen, `${chosen}.old`)
  expect(await at.toolchain.resolve('kubectl')).toMatchObject({ version: 'v1.34.4', origin: 'path' })
  const tool = at.toolchain.snapshot().find(({ name }) => name === 'kubectl')
  expect(tool).toMatchObject({
    reason: 'only-usable',
    copies: [{ path: chosen, origin: 'chosen', problem: { facts: { reason: 'missing' } } }, {}],
  })
  await at.toolchain.choose('kubectl', null)
  expect(at.settings.get().tools).toEqual({})
})

// Fault row 28.
test('Cove’s own copy that was swapped is refused, also with the same size and time, and is never run', async () => {
  const at = await ground()
  const path = await installOwn(at, 'kubectl', 'v1.34.4')
  expect(await at.toolchain.resolve('kubectl')).toMatchObject({ path, origin: 'cove' })

  const trap = join(at.homeDir, 'ran')
  const evil = toolScript('kubectl', 'v1.34.4').replace('#!/bin/sh\n', `#!/bin/sh\necho>'${trap}';`)
  await writeFile(path, evil)
  await utimes(path, 1, 1)
  const changed = { code: 'tool-changed', facts: { tool: 'kubectl', path } }
  await expect(at.toolchain.resolve('kubectl')).rejects.toMatchObject(changed)
  await expect(at.toolchain.ensure('kubectl')).rejects.toMatchObject(changed)
  expect(await at.toolchain.plan('kubectl')).toBeNull()
  expect(await look(at)).toMatchObject({ state: 'unknown', error: changed, copies: [{ origin: 'cove', problem: changed }] })
  await expect(at.toolchain.choose('kubectl', path)).rejects.toMatchObject(changed)
  await expect(readFile(trap)).rejects.toMatchObject({ code: 'ENOENT' })

  // What was touched and put back is the same file.
  await writeFile(path, toolScript('kubectl', 'v1.34.4'))
  await chmod(path, 0o755)
  expect(await look(at)).toMatchObject({ state: 'found', reason: 'cove' })
})

test('without its manifest a file in Cove’s folder is not installed', async () => {
  const at = await ground()
  await putProgram(at.ownPath('kubectl', 'v1.34.4'), ordinary)
  expect(await look(at)).toMatchObject({ state: 'absent', copies: [] })
})

test('asking makes nothing in the home folder, though minikube would at every start', async () => {
  const at = await ground()
  await putProgram(join(at.bin, 'minikube'), toolScript('minikube', 'v1.36.0', '/bin/mkdir -p "$MINIKUBE_HOME"'))
  expect(await look(at, 'minikube')).toMatchObject({ used: { version: 'v1.36.0' } })
  await expect(readFile(join(at.homeDir, '.minikube'))).rejects.toMatchObject({ code: 'ENOENT' })
})

function elf(machine: number): Buffer {
  const head = Buffer.alloc(64)
  head.write('\x7fELF\x02\x01\x01', 0, 'latin1')
  head.writeUInt16LE(2, 16)
  head.writeUInt16LE(machine, 18)
  return head
}

function machO(): Buffer {
  const head = Buffer.alloc(64)
  head.writeUInt32LE(0xfeedfacf, 0)
  head.writeUInt32LE(0x0100000c, 4)
  return head
}
