import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { asAnn, createTargetGround, kinds, sudoWorks, type TargetGround } from './fixtures/ground.ts'
import { localTransport } from './local.ts'
import { createMachine } from './machine.ts'
import { writeScript } from './scripts.ts'

let ground: TargetGround
beforeEach(async () => {
  ground = await createTargetGround()
})
afterEach(() => ground.dispose())

const code = async (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? 'a bug',
  )

describe.each(kinds)('a %s target', (kind) => {
  test('runs argv as it is, with its stdin, its variables, and plain words', async () => {
    const target = await ground.target(kind)
    const argv = [
      'sh',
      '-c',
      'cat; printf "%s\\0" "$@" "$LC_ALL" "$GREETING"',
      'sh',
      "it's",
      '$HOME `id` "x"',
      '',
      '-n',
      'a\nb',
      '中文',
    ] as const
    const result = await target.check({ argv: [...argv], input: 'from stdin ', env: { GREETING: "hello 'you'" } })
    expect(result.stdout).toBe(`from stdin ${[...argv.slice(4), 'C', "hello 'you'", ''].join('\0')}`)
  })

  test('a program that is not there makes 127, one that fails its own code, and check says which', async () => {
    const target = await ground.target(kind)
    expect(await target.run({ argv: ['cove-no-such-program'] })).toMatchObject({ exitCode: 127 })
    expect(await target.run({ argv: ['sh', '-c', 'echo no >&2; exit 3'] })).toMatchObject({ exitCode: 3, stderr: 'no\n' })
    await expect(target.check({ argv: ['sh', '-c', 'echo no >&2; exit 3'] })).rejects.toMatchObject({
      code: 'command-failed',
      facts: { exitCode: 3, tail: 'no' },
    })
  })

  test('programs of the system folders are found', async () => {
    const target = await ground.target(kind)
    const { stdout } = await target.check({ argv: ['sh', '-c', 'echo "$PATH"'] })
    expect(stdout.trim().split(':')).toEqual(expect.arrayContaining(['/usr/sbin', '/sbin']))
  })

  test('what is secret is in no journal, whatever is in it', async () => {
    const target = await ground.target(kind)
    const secret = `it's "a" $ecret`
    const { argv, stdout } = await target.check({ argv: ['printenv', 'TOKEN'], env: { TOKEN: secret }, secrets: [secret] })
    expect(stdout).toBe(`${secret}\n`)
    expect(argv.join(' ')).not.toContain('ecret')
    expect(JSON.stringify(ground.exec.commands({ limit: 10 }))).not.toContain('$ecret')
  })

  test('takes bytes while it runs, whatever they are, until their end', async () => {
    const target = await ground.target(kind)
    const bytes = Uint8Array.from({ length: 700_000 }, (_, at) => at % 256)
    const session = await target.session({ argv: ['sh', '-c', 'cat > "$1"; echo "$(id -u) done"', 'sh', join(ground.base, 'taken')] })
    for (let at = 0; at < bytes.length; at += 100_000) await session.write(bytes.subarray(at, at + 100_000))
    session.end()
    let said = ''
    for await (const chunk of session.output) said += Buffer.from(chunk).toString()
    expect(await session.result).toMatchObject({ exitCode: 0, cancelled: false })
    expect(said).toMatch(/^\d+ done\n$/)
    expect((await readFile(join(ground.base, 'taken'))).equals(Buffer.from(bytes))).toBe(true)
  })

  test('ends on its own side what reads bytes, when it is killed or aborted', async () => {
    const target = await ground.target(kind)
    const alive = async (mark: string) => {
      const lines = (await readdir('/proc')).map((id) => readFile(join('/proc', id, 'cmdline'), 'utf8').catch(() => ''))
      return (await Promise.all(lines)).some((line) => line.endsWith(`${mark}\0`))
    }
    const stop = new AbortController()
    for (const [mark, end] of [
      [`killed-${ground.base}`, (session: { kill(): Promise<void> }) => session.kill()],
      [`aborted-${ground.base}`, async () => stop.abort()],
    ] as const) {
      const session = await target.session({ argv: ['sh', '-c', 'echo here; cat > /dev/null; sleep 600', mark], signal: stop.signal })
      const { value } = await session.output[Symbol.asyncIterator]().next()
      expect(Buffer.from(value as Uint8Array).toString()).toBe('here\n')
      expect(await alive(mark)).toBe(true)
      await end(session)
      expect(await session.result).toMatchObject({ cancelled: true })
      expect(await alive(mark)).toBe(false)
    }
  })

  test('says what it is', async () => {
    const look = await (await ground.target(kind)).look()
    expect(look).toMatchObject({ os: 'linux', root: process.getuid?.() === 0 || kind === 'container' ? 'direct' : look.root })
    expect(look.user).not.toBe('')
  })

  test('a file is written whole, with the mode it had; nothing is left beside it', async () => {
    const target = await ground.target(kind)
    const file = join(ground.base, 'etc', 'deep', "a 'file'.conf")
    expect(await target.readFile(file)).toBeNull()
    await target.writeFile(file, 'one\n')
    expect((await stat(file)).mode & 0o777).toBe(0o644)
    await chmod(file, 0o600)
    await target.writeFile(file, 'two')
    expect(await target.readFile(file)).toBe('two')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await target.writeFile(file, '', { mode: 0o640 })
    expect(await target.readFile(file)).toBe('')
    expect((await stat(file)).mode & 0o777).toBe(0o640)
    expect(await readdir(join(ground.base, 'etc', 'deep'))).toEqual(["a 'file'.conf"])
  })
})

test('bytes reach what sudo runs, and it is ended with its session', async () => {
  const target = await asAnn(ground, sudoWorks)
  const taken = join(ground.base, 'by sudo')
  const first = await target.session({ argv: ['sh', '-c', 'cat > "$1"', 'sh', taken], root: true })
  await first.write('one ')
  await first.write('two')
  first.end()
  expect(await first.result).toMatchObject({ exitCode: 0 })
  expect(await readFile(taken, 'utf8')).toBe('one two')
  const pid = join(ground.base, 'pid')
  const second = await target.session({ argv: ['sh', '-c', 'echo $$ > "$1"; exec sleep 600', 'sh', pid], root: true })
  const id = await vi.waitFor(async () => {
    const text = (await readFile(pid, 'utf8').catch(() => '')).trim()
    if (text === '') throw new Error('not yet')
    return text
  }, 20_000)
  await second.kill()
  // Nobody may have waited for it yet; it has no command any more.
  expect(await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')).toBe('')
})

describe('files', () => {
  test.each([[null], ['old']])('what only its owner may read is so while it is written, over %j', async (before) => {
    const folder = join(ground.base, 'secret')
    await mkdir(folder)
    if (before !== null) await writeFile(join(folder, 'file'), before, { mode: 0o644 })
    const writing = spawn('sh', ['-c', writeScript, 'sh', join(folder, 'file'), '0600', '4'])
    const ended = once(writing, 'exit')
    writing.stdin.write('se')
    const half = await vi.waitFor(async () => {
      const name = (await readdir(folder)).find((one) => one.startsWith('.cove-'))
      const found = name === undefined ? null : await stat(join(folder, name))
      if (found?.size !== 2) throw new Error('not yet')
      return found
    }, 20_000)
    expect(half.mode & 0o777).toBe(0o600)
    writing.stdin.end('cr')
    expect(await ended).toEqual([0, null])
    expect((await stat(join(folder, 'file'))).mode & 0o777).toBe(0o600)
  })

  test('a link is followed and stays', async () => {
    const target = await ground.target('local')
    const [real, link] = [join(ground.base, 'real'), join(ground.base, 'link')]
    await writeFile(real, 'one')
    await symlink(real, link)
    await target.writeFile(link, 'two')
    expect(await readFile(real, 'utf8')).toBe('two')
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
  })
  test('what is no text of a file is not read, and no folder is written over', async () => {
    const target = await ground.target('local')
    const [folder, binary, large] = ['folder', 'binary', 'large'].map((name) => join(ground.base, name)) as [string, string, string]
    await mkdir(folder)
    await writeFile(binary, Buffer.from([0xff, 0xfe, 0x00]))
    await writeFile(large, 'x'.repeat(4 * 1024 * 1024 + 1))
    await expect(target.readFile(folder)).rejects.toMatchObject({ code: 'host-file-unreadable', facts: { reason: 'Is a directory' } })
    await expect(target.readFile(binary)).rejects.toMatchObject({ facts: { reason: 'not UTF-8' } })
    await expect(target.readFile(large)).rejects.toMatchObject({ facts: { reason: 'more than 4 MiB' } })
    await expect(target.writeFile(folder, 'x')).rejects.toMatchObject({ code: 'host-file-unwritable', facts: { reason: 'Is a directory' } })
    await expect(target.writeFile(join(binary, 'below'), 'x')).rejects.toMatchObject({ code: 'host-file-unwritable' })
    await expect(target.writeFile('/proc/cove', 'x')).rejects.toMatchObject({ code: 'host-file-unwritable' })
    expect(await target.readFile(join(binary, 'below'))).toBeNull()
  })
  test('a text that was cut on its way changes nothing', async () => {
    // As a connection that breaks: the other side sees the end of stdin.
    const local = localTransport(ground.exec, {})
    const cut = createMachine(ground.exec, {
      ...local,
      wrap: (inner) => local.wrap({ ...inner, argv: ['sh', '-c', 'head -c 5 | "$@"', 'sh', ...inner.argv] }),
    })
    const file = join(ground.base, 'cut')
    await writeFile(file, 'before')
    await expect(cut.writeFile(file, 'something longer')).rejects.toMatchObject({
      code: 'host-file-unwritable',
      facts: { reason: 'cut short' },
    })
    expect(await readFile(file, 'utf8')).toBe('before')
    expect((await readdir(ground.base)).filter((name) => name.startsWith('.cove'))).toEqual([])
  })
})

describe('root', () => {
  test('by sudo that asks nothing, and the whole command is shown', async () => {
    const target = await asAnn(ground, sudoWorks)
    expect(await target.rootWay()).toBe('sudo')
    expect((await target.check({ argv: ['echo', 'as root'], root: true })).argv).toEqual(
      expect.arrayContaining(['sudo', '-n', '--', 'env', 'echo', 'as root']),
    )
    expect(await target.argv({ argv: ['swapoff', '-a'], root: true })).toEqual(['sudo', 'swapoff', '-a'])
  })
  test('is told to be needed where nothing leads there, or sudo asks after all', async () => {
    const none = await asAnn(ground, 'echo "sudo: a password is required" >&2; exit 1')
    await expect(none.run({ argv: ['true'], root: true })).rejects.toMatchObject({ code: 'host-root-needed', facts: { user: 'ann' } })
    expect(await none.argv({ argv: ['true'], root: true })).toEqual(['sudo', 'true'])
    await writeFile(
      join(ground.base, 'sudo-bin', 'sudo'),
      '#!/bin/sh\n[ "$3" = true ] || { echo "sudo: a password is required" >&2; exit 1; }\n',
    )
    const late = await asAnn(ground, '[ "$3" = true ] && exit; echo "sudo: a password is required" >&2; exit 1')
    expect(await late.rootWay()).toBe('sudo')
    await expect(late.check({ argv: ['true'], root: true })).rejects.toMatchObject({ code: 'host-root-needed' })
  })
  test('by a window of the system, which comes up for changes and for what others may not read', async () => {
    const asked = join(ground.base, 'asked')
    const target = await asAnn(ground, `echo x >> "${asked}"; exec "$@"`, 'pkexec')
    expect(await target.rootWay()).toBe('pkexec')
    const times = async () => (await readFile(asked, 'utf8').catch(() => '')).split('\n').length - 1
    const file = join(ground.base, 'file')
    await target.writeFile(file, 'text', { root: true })
    expect(await times()).toBe(1)
    expect(await target.readFile(file, { root: true })).toBe('text')
    expect(await times()).toBe(1)
    await expect(target.readFile(ground.base, { root: true })).rejects.toMatchObject({ code: 'host-file-unreadable' })
    expect(await times()).toBe(2)
    expect(await target.argv({ argv: ['true'], root: true })).toEqual(['pkexec', 'true'])
    // What it let become root is waited for; what an earlier Cove left nobody knows, and asking takes a window.
    await target.check({ argv: ['true'], root: true, jobId: 'j1' })
    const before = await times()
    expect([await target.endJob('j1'), await target.endJob('j0')]).toEqual([true, false])
    expect(await times()).toBe(before)
    expect(await target.endJob('j0', { mayAsk: true })).toBe(true)
    expect(await times()).toBe(before + 1)
    const refuses = await asAnn(ground, 'echo "Error executing command as another user: Not authorized" >&2; exit 127', 'pkexec')
    await expect(refuses.run({ argv: ['true'], root: true })).rejects.toMatchObject({ code: 'host-root-needed' })
  })
})

test('on Windows programs run, files do not', async () => {
  const target = createMachine(ground.exec, localTransport(ground.exec, {}, 'win32'))
  expect(await target.look()).toMatchObject({ os: 'windows', root: 'none' })
  expect((await target.check({ argv: [process.execPath, '-p', '1'] })).argv[0]).toBe(process.execPath)
  await expect(target.readFile('/etc/hosts')).rejects.toMatchObject({ code: 'host-unsupported' })
  await expect(target.writeFile('/etc/hosts', '')).rejects.toMatchObject({ code: 'host-unsupported' })
})

describe('containers', () => {
  test('only those that are known are handed to docker', async () => {
    expect(await code(ground.targets.get('container:web'))).toBe('not-found')
    expect((await ground.targets.list()).map(({ id, state }) => [id, state])).toEqual([
      ['local', 'up'],
      ['container:box', 'up'],
    ])
  })
  test.each([
    ['Error response from daemon: Container 5f1d is not running\n', 'container-not-running'],
    ['Error response from daemon: Container box is paused, unpause the container before exec\n', 'container-not-running'],
    ['Error response from daemon: Container 5f1d is restarting, wait until the container is running\n', 'container-not-running'],
    ['Error response from daemon: No such container: box\n', 'not-found'],
    ['Error: No such container: box\n', 'not-found'],
    ['Error: no container with name or ID "box" found: no such container\n', 'not-found'],
    ['Error: can only create exec sessions on running containers: container state improper\n', 'container-not-running'],
    ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n', 'engine-stopped'],
    [
      'Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://x": dial unix: permission denied\n',
      'engine-no-permission',
    ],
  ])('%s', async (said, expected) => {
    const target = await ground.target('container')
    await ground.set('docker-fail', said)
    expect(await code(target.run({ argv: ['true'] }))).toBe(expected)
  })
  test('what a command says of other containers is its own', async () => {
    const target = await ground.target('container')
    expect(await target.run({ argv: ['sh', '-c', 'echo "x: Error: No such container: y" >&2; exit 1'] })).toMatchObject({ exitCode: 1 })
  })
  test('the command to copy has nothing that only Cove needs', async () => {
    const target = await ground.target('container')
    expect(await target.argv({ argv: ['swapoff', '-a'], root: true })).toEqual(['docker', 'exec', 'box', 'swapoff', '-a'])
  })
})

describe('ssh hosts', () => {
  test('are kept in a file of their own, once each, until they are removed', async () => {
    await ground.targets.addSsh(' ann@lab ')
    await ground.targets.addSsh('ann@lab')
    await ground.targets.addSsh('ssh://bob@other:2222')
    expect((await stat(join(ground.dataDir, 'ssh-hosts.json'))).mode & 0o777).toBe(0o600)
    const ssh = async () => (await ground.targets.list()).filter(({ kind }) => kind === 'ssh').map(({ id, state }) => [id, state])
    expect(await ssh()).toEqual([
      ['ssh:ann@lab', 'unknown'],
      ['ssh:ssh://bob@other:2222', 'unknown'],
    ])
    // Nobody was asked anything.
    expect(await ground.calls('ssh')).toEqual([])
    await ground.targets.removeSsh('ssh:ann@lab')
    expect(await code(ground.targets.get('ssh:ann@lab'))).toBe('not-found')
    expect(await ssh()).toHaveLength(1)
  })
  test('a file that somebody wrote by hand brings no options in', async () => {
    await mkdir(ground.dataDir, { recursive: true })
    await writeFile(join(ground.dataDir, 'ssh-hosts.json'), JSON.stringify({ version: 1, destinations: ['-oProxyCommand=id', 'good'] }))
    expect((await ground.targets.list()).map(({ id }) => id)).toEqual(['local', 'container:box', 'ssh:good'])
    expect(await code(ground.targets.get('ssh:-oProxyCommand=id'))).toBe('not-found')
  })
  test('share one connection, which is ended at last; the destination comes after --', async () => {
    const target = await ground.target('ssh')
    await Promise.all([target.run({ argv: ['true'] }), target.run({ argv: ['true'] })])
    await ground.targets.dispose()
    const calls = await ground.calls('ssh')
    expect(calls.filter((call) => call.endsWith(' -f -N -- ann@lab'))).toHaveLength(1)
    expect(calls.filter((call) => call.includes(" -- ann@lab env 'PATH="))).toHaveLength(2)
    expect(calls.at(-1)).toMatch(/^-O exit -oControlPath=\S+ -- ann@lab$/)
    for (const call of calls.filter((one) => one.includes(" env 'PATH="))) expect(call).toMatch(/-oBatchMode=yes.* -oControlMaster=no/)
  })
  test('that cannot be reached say why, in the list too, and are reached again', async () => {
    const target = await ground.target('ssh')
    await ground.set('ssh-fail', 'Host key verification failed.\n')
    await expect(target.look()).rejects.toMatchObject({
      code: 'ssh-host-key-unknown',
      facts: { host: 'ann@lab', command: 'ssh-keyscan -p 2222 192.0.2.7 | ssh-keygen -lf -', connect: 'ssh ann@lab' },
    })
    const entry = async () => (await ground.targets.list()).find(({ kind }) => kind === 'ssh')
    expect(await entry()).toMatchObject({ state: 'down', error: { code: 'ssh-host-key-unknown' } })
    await ground.unset('ssh-fail')
    expect((await target.look()).os).toBe('linux')
    expect(await entry()).toMatchObject({ state: 'up', error: null })
  })
  test('whose shell says something of its own before each command are told, as that would get into files', async () => {
    const target = await ground.target('ssh')
    await ground.set('ssh-noise', 'Welcome!\n')
    await expect(target.readFile('/etc/hostname')).rejects.toMatchObject({
      code: 'ssh-shell-unsuitable',
      facts: { host: 'ann@lab', said: 'Welcome!' },
    })
    await ground.unset('ssh-noise')
    expect(await target.readFile('/etc/cove-no-such-file')).toBeNull()
  })
  test('a shared connection that is gone is told from a command that ends with 255', async () => {
    const target = await ground.target('ssh')
    expect(await target.run({ argv: ['sh', '-c', 'exit 255'] })).toMatchObject({ exitCode: 255 })
    await ground.set('ssh-lost')
    expect(await code(target.run({ argv: ['sh', '-c', 'exit 255'] }))).toBe('ssh-lost')
  })
  test('without an ssh program say so', async () => {
    const { createSshConnection, createSshSockets } = await import('./ssh-connection.ts')
    const none = { run: (spec: Parameters<typeof ground.exec.run>[0]) => ground.exec.run({ ...spec, env: { PATH: '/nonexistent' } }) }
    const sockets = createSshSockets()
    expect(await code(createSshConnection(none, sockets, 'lab').ready())).toBe('ssh-absent')
    await sockets.remove()
    expect(await code(createSshConnection(none, createSshSockets('win32'), 'lab').ready())).toBe('ssh-absent')
  })
})
