import { readFile } from 'node:fs/promises'
import type { HostPlan, HostRecord } from '#shared/contract/host-changes.ts'
import type { Shell, ShellLine, ToolName } from '#shared/contract/toolchain.ts'
import { AppError } from '../../error.ts'
import type { HostChanges } from '../../host-changes/types.ts'
import type { Targets } from '../../targets/types.ts'
import { completionLines, hasLine, type LineFor, pathLines, withLine } from './lines.ts'

export type ShellLineKind = 'path' | 'completion'

/** Lines of the user's shells: what they would be, whether they are there, and plans to add them, which are reviewed and undone like any change of a machine. */
export type ShellLines = {
  lines(tool: ToolName, what: ShellLineKind, folder: string): Promise<ShellLine[]>
  /** Throws `not-found` where the shell has no such line, `host-unsupported` on Windows, `host-file-unreadable`. */
  plan(tool: ToolName, what: ShellLineKind, shell: Shell, folder: string): Promise<HostPlan>
}

export type ShellLinesDeps = {
  readonly hostChanges: Pick<HostChanges, 'offer' | 'records'>
  readonly targets: Pick<Targets, 'get'>
  readonly os: string
  readonly homeDir: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const pages: Record<ShellLineKind, string> = {
  path: 'https://kubernetes.io/docs/tasks/tools/install-kubectl-linux/#install-kubectl-binary-with-curl-on-linux',
  completion: 'https://kubernetes.io/docs/tasks/tools/install-kubectl-linux/#enable-shell-autocompletion',
}

export function createShellLines({ hostChanges, targets, os, homeDir, env }: ShellLinesDeps): ShellLines {
  const home = { os, homeDir, env }
  const of = (tool: ToolName, what: ShellLineKind, folder: string): LineFor[] =>
    what === 'path' ? pathLines(folder, home) : completionLines(tool, home)

  return {
    lines: async (tool, what, folder) => {
      const records = os === 'windows' ? [] : await hostChanges.records('local')
      return Promise.all(
        of(tool, what, folder).map(async (line) => {
          const present = hasLine(await readFile(line.file, 'utf8').catch(() => null), line.text)
          return { ...line, present, recordId: present ? (records.find((record) => added(record, line))?.id ?? null) : null }
        }),
      )
    },
    plan: async (tool, what, shell, folder) => {
      if (os === 'windows') throw new AppError('host-unsupported', { target: 'Windows' })
      const line = of(tool, what, folder).find((one) => one.shell === shell)
      if (!line) throw new AppError('not-found', { what: 'shell', name: shell })
      const before = await (await targets.get('local')).readFile(line.file)
      const done = hasLine(before, line.text)
      const facts = { tool, shell, file: line.file, folder }
      const action = { kind: 'file' as const, path: line.file, before, after: done ? before : withLine(before, line.text), mode: null }
      return hostChanges.offer({
        target: 'local',
        purpose: `shell-${what}`,
        facts,
        steps: [{ id: `shell-${what}`, facts, actions: done ? [] : [action], root: false, link: pages[what], done }],
      })
    },
  }
}

/** Whether it is this record that added the line, and may take it away. */
function added(record: HostRecord, { file, text }: LineFor): boolean {
  if (record.undoneAt !== null) return false
  return record.steps.some((step) =>
    step.actions.some(
      (action) => action.kind === 'file' && action.path === file && hasLine(action.after, text) && !hasLine(action.before, text),
    ),
  )
}
