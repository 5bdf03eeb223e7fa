import { heredoc } from '../document/heredoc.ts'
import { commandLine } from '../jobs/command-line.ts'
import { commandOf } from './document/command.ts'
import type { Values } from './document/parts.ts'

/** The command that does what the file says: with flags where flags can say it, else with the whole file on its input. Pure. */
export function commandTexts(values: Values, text: string): { readonly short: string; readonly whole: string } {
  const { verb, flags } = commandOf(values)
  if (flags !== null) {
    const line = commandLine(['sudo', ...verb, ...flags])
    return { short: line, whole: line }
  }
  // kubeadm takes no `-`; /dev/stdin is a file like any other.
  return {
    short: commandLine(['sudo', ...verb, '--config=kubeadm.yaml']),
    whole: heredoc(commandLine(['sudo', ...verb, '--config=/dev/stdin']), text),
  }
}
