import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { execa } from 'execa'
import heapFlags from '../../scripts/lib/heap-flags.json' with { type: 'json' }

const root = resolve(import.meta.dirname, '../..')
const node = join(root, 'node_modules/.bin/node')

export type Machine = {
  /** Its name has blanks and Chinese characters, as some people's homes do. */
  readonly home: string
  readonly env: Record<string, string>
  remove(): Promise<void>
}

/** What Cove drives; on a test's machine only the copies that the test names. */
const tools = new Set(['kubectl', 'kind', 'minikube', 'kubeadm', 'helm'])
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin']

let systemPrograms: Promise<string> | null = null
/** Whatever else the system has, without the tools: one folder for all machines of a worker, as making it takes a tenth of a second. */
const makeSystemPrograms = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cove e2e system '))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const seen = new Set(tools)
  for (const from of systemFolders)
    for (const name of await readdir(from).catch(() => [])) {
      if (seen.has(name)) continue
      seen.add(name)
      await symlink(join(from, name), join(folder, name))
    }
  return folder
}

/** A home of its own and a PATH on which, of the tools, only the named ones are; whatever else the system has (docker too) is there. */
export async function makeMachine(options: { programs: Record<string, string>; env?: Record<string, string> }): Promise<Machine> {
  const home = join(await mkdtemp(join(tmpdir(), 'cove e2e ')), '我的 home')
  const bin = join(home, 'programs')
  await mkdir(bin, { recursive: true })
  for (const [name, path] of Object.entries(options.programs)) await symlink(path, join(bin, name))
  const system = await (systemPrograms ??= makeSystemPrograms())
  return {
    home,
    env: {
      HOME: home,
      PATH: [bin, system].join(delimiter),
      // Neither the usual folders of this machine nor what its login shell adds to PATH belong to the machine that the test means.
      COVE_TOOL_FOLDERS: '',
      SHELL: '/bin/false',
      LANG: 'C.UTF-8',
      TMPDIR: tmpdir(),
      XDG_DATA_HOME: join(home, '.local/share'),
      // The engine's own login and contexts stay those of the person who runs the tests.
      DOCKER_CONFIG: process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'),
      ...options.env,
    },
    remove: () => rm(resolve(home, '..'), { recursive: true, force: true }),
  }
}

export type CoveProcess = {
  /** One-time address to open. */
  readonly launchUrl: string
  readonly origin: string
  readonly pid: number
  readonly log: () => string
  /** TERM and wait for the end. */
  stop(): Promise<void>
  kill9(): Promise<void>
}

/** Starts the built `cove serve`. */
export async function startCove(machine: Machine, args: readonly string[] = []): Promise<CoveProcess> {
  const child = execa(node, [...heapFlags, join(root, 'out/main/web.js'), 'serve', '--no-open', ...args], {
    env: machine.env,
    extendEnv: false,
    cwd: machine.home,
    stdin: 'ignore',
    all: true,
    reject: false,
  })
  let log = ''
  const launchUrl = await new Promise<string>((found, failed) => {
    child.all.on('data', (chunk: Buffer) => {
      log += chunk.toString()
      const address = log.match(/https?:\/\/(127\.0\.0\.1|localhost):\d+\/\S+/)
      if (address) found(address[0])
    })
    void child.then((result) =>
      failed(new Error(`cove serve ended (${result.exitCode ?? result.signal}) before it printed its address:\n${log}`)),
    )
  })
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await child
  }
  return {
    launchUrl,
    origin: new URL(launchUrl).origin,
    pid: child.pid ?? 0,
    log: () => log,
    stop: () => end('SIGTERM'),
    kill9: () => end('SIGKILL'),
  }
}

/** Files below a folder, relative, without the ones that match. */
export async function filesBelow(folder: string, without: RegExp = /^$/): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => !without.test(name))
    .sort()
}
