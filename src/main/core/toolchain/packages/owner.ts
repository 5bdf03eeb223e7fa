import { lstat, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ToolName, ToolPackage } from '#shared/contract/toolchain.ts'
import { AppError } from '../../error.ts'
import type { Exec } from '../../exec/types.ts'
import { type FileIdentity, identify } from '../file-identity.ts'
import { ownerByPath } from './by-path.ts'
import { updateCommands, usualName } from './update.ts'

/** Finds out which package manager put a file there. Null: none that Cove knows. Asks anew only for a file that changed. */
export type PackageOwners = {
  of(tool: ToolName, path: string): Promise<ToolPackage | null>
  /** A package may be held or let go without its files being touched. */
  forget(): void
}

export type PackageOwnersDeps = {
  readonly exec: Pick<Exec, 'run'>
  readonly os: string
  readonly homeDir: string /** Default `/`. */
  readonly root?: string
}

type Found = Pick<ToolPackage, 'manager' | 'name' | 'version' | 'held'>

export function createPackageOwners({ exec, os, homeDir, root = '/' }: PackageOwnersDeps): PackageOwners {
  const known = new Map<string, { identity: FileIdentity; answer: Promise<ToolPackage | null> }>()

  /** Stdout of a program of the system that reads its package database; null: it is not there, or says no. */
  async function ask(file: string, ...args: string[]): Promise<string | null> {
    try {
      const result = await exec.run({ file, args, timeoutMs: 10_000, quiet: true, maxOutputBytes: 65_536 })
      return result.exitCode === 0 ? result.stdout : null
    } catch (error) {
      if (error instanceof AppError && error.code === 'command-not-started') return null
      throw error
    }
  }

  async function find(tool: ToolName, path: string): Promise<ToolPackage | null> {
    const real = await realpath(path).catch(() => path)
    const byPath = ownerByPath(path, real)
    const found = byPath ? { ...byPath, name: byPath.name ?? usualName(byPath.manager, tool), held: await heldByFile(byPath, real) } : null
    const owner = found ?? (os === 'linux' ? await bySystem(path, real) : null)
    if (owner === null) return null
    const rpmTool = owner.manager === 'rpm' ? await rpmFrontEnd() : undefined
    return { ...owner, update: updateCommands(owner, tool, rpmTool) }
  }

  async function bySystem(path: string, real: string): Promise<Found | null> {
    // No manager of the system puts anything into a home, nor does it own what an administrator copied to /usr/local.
    const paths = [...new Set([real, path, ...mergedNames(real), ...mergedNames(path)])].filter((one) => !one.startsWith(`${homeDir}/`))
    if (paths.length === 0) return null
    if (await there('var/lib/dpkg/status')) return dpkg(paths)
    if (await there('lib/apk/db/installed')) return apk(real)
    if (await there('var/lib/pacman/local')) return pacman(real)
    if ((await there('var/lib/rpm')) || (await there('usr/lib/sysimage/rpm'))) return rpm(real)
    return null
  }

  /** `kubectl: /usr/bin/kubectl`, `docker.io, docker-cli: …`; diversions have lines of their own: https://man7.org/linux/man-pages/man1/dpkg-query.1.html */
  async function dpkg(paths: readonly string[]): Promise<Found | null> {
    for (const path of paths) {
      const lines = (await ask('dpkg-query', '--search', path))?.split('\n') ?? []
      const line = lines.find((text) => text.endsWith(`: ${path}`) && !text.startsWith('diversion '))
      const name = /^([a-z0-9][a-z0-9+.-]*(?::[a-z0-9-]+)?)(?:,|: )/.exec(line ?? '')?.[1]
      if (name === undefined) continue
      const status = await ask('dpkg-query', '--show', '--showformat=${Version}\\t${db:Status-Want}', name)
      const [version = null, want] = status?.split('\t') ?? []
      return { manager: 'apt', name: name.replace(/:.*/, ''), version, held: want === undefined ? null : want === 'hold' }
    }
    return null
  }

  async function rpm(path: string): Promise<Found | null> {
    const said = await ask('rpm', '--query', '--file', '--queryformat', '%{NAME}\t%{VERSION}-%{RELEASE}\n', path)
    const [name, version = null] = said?.split('\n')[0]?.split('\t') ?? []
    if (!name || said === null) return null
    // Both plugins of dnf keep a list of names with versions.
    const locks = await Promise.all(
      ['etc/dnf/plugins/versionlock.list', 'etc/yum/pluginconf.d/versionlock.list', 'etc/dnf/versionlock.toml', 'etc/zypp/locks'].map(text),
    )
    const given = locks.filter((one) => one !== null)
    const held = given.some((list) => list.split('\n').some((line) => !line.trim().startsWith('#') && line.includes(name)))
    return { manager: 'rpm', name, version, held: given.length === 0 ? null : held }
  }

  /** `/usr/bin/kubectl is owned by kubectl 1.34.2-1`. */
  async function pacman(path: string): Promise<Found | null> {
    const match = /is owned by (\S+) (\S+)/.exec((await ask('pacman', '--query', '--owns', '--', path)) ?? '')
    if (!match) return null
    const [, name = '', version = ''] = match
    const ignored = /^\s*IgnorePkg\s*=(.*)$/gm
    const held = [...((await text('etc/pacman.conf')) ?? '').matchAll(ignored)].some(([, list = '']) =>
      list.trim().split(/\s+/).includes(name),
    )
    return { manager: 'pacman', name, version, held }
  }

  /** `/usr/bin/kubectl is owned by kubectl-1.34.2-r0`. A version is held by a constraint in /etc/apk/world. */
  async function apk(path: string): Promise<Found | null> {
    const match = /is owned by (\S+?)-(\d\S*)/.exec((await ask('apk', 'info', '--who-owns', path)) ?? '')
    if (!match) return null
    const [, name = '', version = ''] = match
    const world = ((await text('etc/apk/world')) ?? '').split('\n')
    return { manager: 'apk', name, version, held: world.some((line) => line.startsWith(name) && /^[=<~]/.test(line.slice(name.length))) }
  }

  async function rpmFrontEnd(): Promise<'dnf' | 'yum' | 'zypper'> {
    if (await there('usr/bin/zypper')) return 'zypper'
    return (await there('usr/bin/dnf')) || !(await there('usr/bin/yum')) ? 'dnf' : 'yum'
  }

  const at = (path: string) => join(root, path)
  const there = async (path: string) => (await lstat(at(path)).catch(() => null)) !== null
  const text = (path: string) => readFile(at(path), 'utf8').catch(() => null)

  return {
    forget: () => known.clear(),
    of: async (tool, path) => {
      const found = await identify(path)
      if (!found) return null
      const before = known.get(path)
      if (before?.identity === found.identity) return before.answer
      const answer = find(tool, path)
      known.set(path, { identity: found.identity, answer })
      answer.catch(() => known.delete(path))
      return answer
    },
  }
}

/** Before /bin was merged into /usr/bin packages said /bin, and some databases still do: https://wiki.debian.org/UsrMerge */
function mergedNames(path: string): string[] {
  if (/^\/usr\/s?bin\//.test(path)) return [path.slice(4)]
  return /^\/s?bin\//.test(path) ? [`/usr${path}`] : []
}

/** Whether a manager that keeps a file about it holds the package back. */
async function heldByFile({ manager, name }: Pick<Found, 'manager' | 'name'>, real: string): Promise<boolean | null> {
  if (name === null) return null
  if (manager === 'brew') {
    const prefix = /^(.*)\/(?:Cellar|Caskroom)\//.exec(real)?.[1]
    return prefix === undefined ? null : (await lstat(join(prefix, 'var', 'homebrew', 'pinned', name)).catch(() => null)) !== null
  }
  if (manager === 'scoop') {
    const folder = dirname(real)
    const file = join(basename(folder) === 'shims' ? join(dirname(folder), 'apps', name, 'current') : folder, 'install.json')
    const install: unknown = await readFile(file, 'utf8').then(JSON.parse, () => null)
    return typeof install === 'object' && install !== null && 'hold' in install ? install.hold === true : null
  }
  return null
}
