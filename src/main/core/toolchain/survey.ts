import type { Tool, ToolName } from '#shared/contract/toolchain.ts'
import type { Changes } from '../changes.ts'
import type { Exec } from '../exec/types.ts'
import type { SettingsStore } from '../settings/types.ts'
import { choose, type ToolCopy } from './choice.ts'
import { type DetectDeps, detect } from './detect.ts'
import { type FileIdentity, identify } from './file-identity.ts'
import { searchList } from './search-list.ts'

/** What is known of each tool on this machine. */
export type Survey = {
  /** Looks now, or joins the look under way. Says `toolchain` when it has seen something new. */
  look(name: ToolName): Promise<readonly ToolCopy[]>
  /** A look that begins after this call. */
  lookAgain(name: ToolName): Promise<readonly ToolCopy[]>
  /** The last look where the copy it chose is still that file, else a new one, which starts only programs that changed. */
  current(name: ToolName): Promise<readonly ToolCopy[]>
  wasSeen(name: ToolName): boolean
  /** What was seen last, `loading` before the first time. */
  describe(name: ToolName): Pick<Tool, 'state' | 'used' | 'reason' | 'error' | 'copies' | 'asOf' | 'rolledBack'>
}

export type SurveyDeps = DetectDeps & {
  readonly exec: Exec
  readonly settings: SettingsStore
  readonly changes: Changes
  readonly homeDir: string
  readonly env: Readonly<Record<string, string | undefined>>
}

type Sight = {
  readonly copies: readonly ToolCopy[]
  readonly asOf: number
  readonly usedIdentity: FileIdentity | null
  readonly rolledBack: Tool['rolledBack']
}

export function createSurvey(deps: SurveyDeps): Survey {
  const { exec, settings, changes, homeDir, env, os } = deps
  const sights = new Map<ToolName, Sight>()
  const pending = new Map<ToolName, Promise<readonly ToolCopy[]>>()

  async function see(name: ToolName): Promise<readonly ToolCopy[]> {
    let changed = false
    try {
      const toolPath = (await exec.environment())['PATH'] ?? ''
      const copies = await detect(name, settings.get().tools[name] ?? null, searchList({ os, homeDir, env, toolPath }), deps)
      const { used } = choose(copies)
      // Only what is new is said: who listens may ask again, and that may look again.
      if (JSON.stringify(copies) !== JSON.stringify(sights.get(name)?.copies)) changed = true
      sights.set(name, {
        copies,
        asOf: Date.now(),
        usedIdentity: used ? ((await identify(used.path))?.identity ?? null) : null,
        rolledBack: await deps.own.rolledBack(name),
      })
      return copies
    } finally {
      pending.delete(name)
      if (changed) changes.emit('toolchain')
    }
  }

  function look(name: ToolName): Promise<readonly ToolCopy[]> {
    const running = pending.get(name)
    if (running) return running
    const promise = see(name)
    pending.set(name, promise)
    return promise
  }

  return {
    look,
    lookAgain: async (name) => {
      await pending.get(name)?.catch(() => {})
      return look(name)
    },
    current: async (name) => {
      const last = sights.get(name)
      if (!last || pending.has(name)) return look(name)
      const { used } = choose(last.copies)
      if (used && (await identify(used.path))?.identity === last.usedIdentity) return last.copies
      return look(name)
    },
    wasSeen: (name) => sights.has(name) || pending.has(name),
    describe: (name) => {
      const sight = sights.get(name)
      if (!sight) return { state: 'loading', used: null, reason: 'none', error: null, copies: [], asOf: null, rolledBack: null }
      return { ...choose(sight.copies), copies: [...sight.copies], asOf: sight.asOf, rolledBack: sight.rolledBack }
    },
  }
}
