import type { ToolAbout, ToolCheck, ToolName } from '#shared/contract/toolchain.ts'
import type { Changes } from '../changes.ts'
import { AppError } from '../error.ts'
import type { Jobs } from '../jobs/types.ts'
import type { ToolChecks } from './checks.ts'
import type { OwnCopies } from './own-copies.ts'
import type { PackageOwners } from './packages/owner.ts'
import type { UserPathLinks } from './shell/user-path.ts'
import type { Survey } from './survey.ts'
import { type SharedWork, createSharedWork } from './shared-work.ts'

/** What is done with copies that are here. */
export type ToolCare = {
  about(
    tool: ToolName,
  ): Promise<Omit<ToolAbout, 'userPath' | 'completion' | 'shell'> & { readonly userPath: Awaited<ReturnType<UserPathLinks['look']>> }>
  /** Throws `not-found` (copy), `tool-unusable`. */
  verify(tool: ToolName, path: string): Promise<ToolCheck>
  /** Takes the own copy before the present one from now on; `forward`: the newest again. Throws `tool-no-older`. */
  rollBack(tool: ToolName, forward: boolean): Promise<void>
  /** Throws `not-found` (copy), also for one that is not Cove's; `busy` while a download of the tool runs. */
  remove(tool: ToolName, path: string): Promise<void>
  /** The copy of Cove's that PATH leads to; null: none. */
  linked(tool: ToolName): Promise<string | null>
  /** See UserPathLinks. */
  link(tool: ToolName): Promise<void>
  unlink(tool: ToolName): Promise<void>
  /** After a download that a person asked for: it is taken, and PATH follows. */
  arrived(tool: ToolName, version: string): Promise<void>
}

export type ToolCareDeps = {
  readonly own: OwnCopies
  readonly survey: Survey
  readonly checks: ToolChecks
  readonly owners: PackageOwners
  readonly userPath: UserPathLinks
  readonly jobs: Pick<Jobs, 'running'>
  readonly changes: Changes
}

export function createToolCare({ own, survey, checks, owners, userPath, jobs, changes }: ToolCareDeps): ToolCare {
  const works: SharedWork<ToolCheck, never> = createSharedWork()

  async function copyOf(tool: ToolName, path: string) {
    const copy = (await survey.current(tool)).find((one) => one.path === path)
    if (!copy) throw new AppError('not-found', { what: 'copy', name: path })
    return copy
  }

  /** What has to be seen after own copies changed. */
  async function settle(tool: ToolName): Promise<void> {
    await userPath.follow(tool)
    await survey.lookAgain(tool)
    changes.emit('toolchain')
  }

  async function older(tool: ToolName): Promise<{ from: string; to: string } | null> {
    const [present, before] = await own.list(tool)
    // Rolled back already: what comes next in the list is the newer one.
    if (!present || !before || (await own.rolledBack(tool)) !== null) return null
    return { from: present.manifest.version, to: before.manifest.version }
  }

  return {
    about: async (tool) => {
      const copies = await survey.current(tool)
      const [described, back, place] = await Promise.all([
        Promise.all(
          copies.map(async ({ path }) => {
            const manifest = own.isOwn(path) ? await own.manifestOf(path) : null
            return {
              path,
              package: manifest ? null : await owners.of(tool, path),
              check: checks.last(path),
              source: manifest ? { version: manifest.version, url: manifest.url, digestFrom: manifest.digestFrom, at: manifest.at } : null,
            }
          }),
        ),
        older(tool),
        userPath.look(tool),
      ])
      return { copies: described, rollBackTo: back?.to ?? null, userPath: place }
    },
    verify: async (tool, path) => {
      const copy = await copyOf(tool, path)
      const done = await works.join(path, () => checks.check(tool, copy), {})
      // A copy of Cove's own that is not what it was is no longer used.
      await survey.lookAgain(tool)
      changes.emit('toolchain')
      return done
    },
    rollBack: async (tool, forward) => {
      if (forward) await own.rollBack(tool, null)
      else {
        const back = await older(tool)
        if (back === null) throw new AppError('tool-no-older', { tool })
        const [, before] = await own.list(tool)
        if (before) await own.verify(tool, before.path)
        await own.rollBack(tool, { ...back, at: Date.now() })
      }
      await settle(tool)
    },
    remove: async (tool, path) => {
      const running = jobs.running(`tool:${tool}`)
      if (running) throw new AppError('busy', { name: tool, jobId: running.id })
      const copy = (await own.list(tool)).find((one) => one.path === path)
      if (!copy) throw new AppError('not-found', { what: 'copy', name: path })
      await own.remove(path)
      await checks.forget(path)
      const mark = await own.rolledBack(tool)
      // Without one of the two there is nothing to prefer any more.
      if (mark && (mark.to === copy.manifest.version || mark.from === copy.manifest.version)) await own.rollBack(tool, null)
      await settle(tool)
    },
    linked: async (tool) => (await userPath.look(tool)).leadsTo,
    link: async (tool) => {
      await userPath.link(tool)
      await settle(tool)
    },
    unlink: async (tool) => {
      await userPath.unlink(tool)
      await settle(tool)
    },
    arrived: async (tool, version) => {
      const mark = await own.rolledBack(tool)
      if (mark && version !== mark.to) await own.rollBack(tool, null)
      await userPath.follow(tool)
    },
  }
}
