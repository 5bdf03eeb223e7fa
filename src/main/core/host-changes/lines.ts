import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import { commandText } from '../exec/command-text.ts'

/** What the steps do, for somebody who types it: a shell line each, without what is so already. A whole script with its checks is `planScript`. Pure. */
export function linesOf(steps: readonly HostStep[], sudo: boolean): string[] {
  const root = sudo ? 'sudo ' : ''
  return steps
    .filter(({ done }) => !done)
    .flatMap(({ actions }) =>
      actions.flatMap((action) => (action.kind === 'command' ? [`${root}${commandText(action.argv)}`] : fileLines(action, root))),
    )
}

function fileLines({ path, before, after, mode }: Extract<HostAction, { kind: 'file' }>, root: string): string[] {
  // One of several that says this already.
  if (before === after) return []
  if (after === null) return [`${root}${commandText(['rm', '-f', '--', path])}`]
  const folder = path.slice(0, path.lastIndexOf('/'))
  return [
    ...(before === null && folder !== '' ? [`${root}${commandText(['mkdir', '-p', '--', folder])}`] : []),
    `${commandText(['printf', '%s', after])} | ${root}tee ${commandText([path])}`,
    ...(mode === null ? [] : [`${root}${commandText(['chmod', mode.toString(8), '--', path])}`]),
  ]
}
