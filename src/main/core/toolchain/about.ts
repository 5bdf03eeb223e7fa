import type { HostPlan } from '#shared/contract/host-changes.ts'
import type { Shell, ToolAbout, ToolName } from '#shared/contract/toolchain.ts'
import { loginShell } from './shell/lines.ts'
import type { ShellLineKind, ShellLines } from './shell/shell-lines.ts'
import type { Toolchain } from './types.ts'

/** All that is known of one tool, with what its shells need. */
export type ToolDetails = {
  about(tool: ToolName): Promise<ToolAbout>
  planShellLine(tool: ToolName, what: ShellLineKind, shell: Shell): Promise<HostPlan>
}

export type ToolDetailsDeps = {
  readonly toolchain: Pick<Toolchain, 'care' | 'snapshot' | 'os'>
  readonly lines: ShellLines
  readonly env: Readonly<Record<string, string | undefined>>
}

export function createToolDetails({ toolchain, lines, env }: ToolDetailsDeps): ToolDetails {
  return {
    about: async (tool) => {
      const { userPath, ...rest } = await toolchain.care.about(tool)
      const used = toolchain.snapshot().find(({ name }) => name === tool)?.used?.version ?? null
      const [path, completion] = await Promise.all([
        lines.lines(tool, 'path', userPath.folder),
        lines.lines(tool, 'completion', userPath.folder),
      ])
      return {
        ...rest,
        userPath: { ...userPath, lines: path },
        completion: completes(tool, used) ? completion : [],
        shell: loginShell(env, toolchain.os),
      }
    },
    planShellLine: async (tool, what, shell) => {
      const { userPath } = await toolchain.care.about(tool)
      return lines.plan(tool, what, shell, userPath.folder)
    },
  }
}

/** A tool that is not here completes nothing; docker writes completion from 23.0 on: https://docs.docker.com/engine/cli/completion/ */
function completes(tool: ToolName, version: string | null): boolean {
  return version !== null && (tool !== 'docker' || Number(/^v(\d+)/.exec(version)?.[1] ?? 0) >= 23)
}
