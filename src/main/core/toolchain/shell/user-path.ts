import { randomUUID } from 'node:crypto'
import { lstat, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { ToolName, UserPath } from '#shared/contract/toolchain.ts'
import { AppError } from '../../error.ts'
import { programName } from '../catalog.ts'
import { identify } from '../file-identity.ts'
import type { OwnCopies } from '../own-copies.ts'

type Place = Pick<UserPath, 'folder' | 'onPath' | 'supported' | 'state' | 'path' | 'leadsTo' | 'would' | 'commands'>

/** Cove's verified copies in a folder of the user's own that terminals search; as links, so that an update needs no second file and a foreign file is told from Cove's. */
export type UserPathLinks = {
  look(tool: ToolName): Promise<Place>
  /** Throws `tool-absent` (Cove has none), `path-taken`, `host-unsupported`. */
  link(tool: ToolName): Promise<void>
  /** Nothing there: nothing is done. Throws `path-taken` for a file that is not Cove's. */
  unlink(tool: ToolName): Promise<void>
  /** After Cove's copies changed: a link of Cove's leads to the one that is taken now, or goes with the last. */
  follow(tool: ToolName): Promise<void>
}

export type UserPathDeps = {
  readonly own: OwnCopies
  readonly os: string
  readonly homeDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** PATH of the login shell. */
  readonly toolPath: () => Promise<string>
}

/** `~/.local/bin` is where the XDG base directory specification lets users put programs: https://specifications.freedesktop.org/basedir/latest/ */
export function userBin(os: string, homeDir: string, env: Readonly<Record<string, string | undefined>>): string {
  if (os === 'windows') return `${env['LOCALAPPDATA'] || `${homeDir}\\AppData\\Local`}\\Cove\\bin`
  return join(homeDir, '.local', 'bin')
}

export function createUserPath({ own, os, homeDir, env, toolPath }: UserPathDeps): UserPathLinks {
  const folder = userBin(os, homeDir, env)
  const supported = os !== 'windows'
  const pathOf = (tool: ToolName) => (supported ? join(folder, tool) : `${folder}\\${programName(tool, os)}`)

  /** What is under the name of the tool. */
  async function found(tool: ToolName): Promise<Pick<Place, 'state' | 'leadsTo'>> {
    const path = pathOf(tool)
    const stats = await lstat(path).catch(() => null)
    if (!stats) return { state: 'absent', leadsTo: null }
    const target = stats.isSymbolicLink() ? resolve(dirname(path), await readlink(path)) : null
    if (target === null || !own.isOwn(target)) return { state: 'foreign', leadsTo: null }
    return { state: (await identify(target)) ? 'own' : 'broken', leadsTo: target }
  }

  /** Whole or not at all: a link beside it, renamed over what was there. */
  async function put(tool: ToolName, target: string): Promise<void> {
    const path = pathOf(tool)
    const temporary = join(folder, `.${tool}.${randomUUID()}`)
    await mkdir(folder, { recursive: true })
    await symlink(target, temporary)
    try {
      // Looked at again right before: somebody may have put a file of their own there.
      if ((await found(tool)).state === 'foreign') throw new AppError('path-taken', { path })
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  const first = async (tool: ToolName) => (await own.list(tool))[0]?.path ?? null

  /** The first that still is what was downloaded: a terminal checks nothing. */
  async function firstWhole(tool: ToolName): Promise<string | null> {
    for (const { path } of await own.list(tool)) {
      const whole = await own.verify(tool, path).then(
        () => true,
        () => false,
      )
      if (whole) return path
    }
    return null
  }

  async function unlink(tool: ToolName): Promise<void> {
    const { state } = await found(tool)
    if (state === 'absent') return
    if (state === 'foreign') throw new AppError('path-taken', { path: pathOf(tool) })
    await rm(pathOf(tool), { force: true })
  }

  return {
    look: async (tool) => {
      const would = await first(tool)
      return {
        folder,
        onPath: onPath(folder, await toolPath(), os),
        supported,
        ...(supported ? await found(tool) : { state: 'absent' as const, leadsTo: null }),
        path: pathOf(tool),
        would,
        commands: would === null ? [] : byHand(os, folder, would, tool),
      }
    },
    link: async (tool) => {
      if (!supported) throw new AppError('host-unsupported', { target: 'Windows' })
      const target = await first(tool)
      if (target === null) throw new AppError('tool-absent', { tool })
      await own.verify(tool, target)
      await put(tool, target)
    },
    unlink,
    follow: async (tool) => {
      if (!supported) return
      const { state, leadsTo } = await found(tool)
      if (state !== 'own' && state !== 'broken') return
      const target = await firstWhole(tool)
      if (target === null) await unlink(tool)
      else if (target !== leadsTo) await put(tool, target)
    },
  }
}

/** The same by hand, in the shell that the system has: sh, PowerShell. */
function byHand(os: string, folder: string, copy: string, tool: ToolName): string[] {
  if (os !== 'windows') return [`mkdir -p ${quoted(folder)}`, `ln -s ${quoted(copy)} ${quoted(join(folder, tool))}`]
  const single = (text: string) => `'${text.replaceAll("'", "''")}'`
  return [
    `New-Item -ItemType Directory -Force ${single(folder)}`,
    `Copy-Item ${single(copy)} ${single(`${folder}\\${programName(tool, os)}`)}`,
  ]
}

const quoted = (text: string) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

function onPath(folder: string, list: string, os: string): boolean {
  if (os === 'windows') return list.split(';').some((one) => one.replace(/\\+$/, '').toLowerCase() === folder.toLowerCase())
  return list.split(':').some((one) => isAbsolute(one) && resolve(one) === resolve(folder))
}
