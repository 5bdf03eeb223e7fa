import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import { checkCatalog, type CheckId } from '../catalog.ts'
import type { Ground } from '../rule.ts'

/** A text of the machine as it is now; null: there is none. */
export type ReadText = (path: string) => string | null

/** Puts right what some checks find wrong. Pure: it says what would be done. */
export type Fix = {
  readonly ids: readonly CheckId[]
  /** Files whose text it must know. */
  readonly files?: (ground: Ground) => readonly string[]
  /** Steps for those of `ids` that are wrong; none where it cannot be put right from here. */
  steps(ground: Ground, read: ReadText, wrong: readonly CheckId[]): readonly HostStep[]
}

/** A step as root, with the page of the check that it is for. */
export function step(id: string, check: CheckId, facts: HostStep['facts'], actions: readonly HostAction[]): HostStep {
  return { id, facts, actions: [...actions], root: true, link: checkCatalog[check].link, done: false }
}

export const fileAction = (path: string, before: string | null, after: string): HostAction => ({
  kind: 'file',
  path,
  before,
  after,
  mode: null,
})

export const command = (argv: readonly string[], undo: readonly string[] | null, check: readonly string[] | null): HostAction => ({
  kind: 'command',
  argv: [...argv],
  undo: undo === null ? null : [...undo],
  check: check === null ? null : [...check],
})

/** A fixed line of the shell, for a check that no program makes alone. Data goes into its arguments, never into the line. */
export const shell = (line: string, ...args: readonly string[]): string[] => ['sh', '-c', line, 'sh', ...args]

/** Text with further lines at its end. */
export function withLines(text: string | null, lines: readonly string[]): string {
  const before = text ?? ''
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${lines.join('\n')}\n`
}
