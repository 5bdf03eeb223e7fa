import type { OutputLine } from '#shared/contract/jobs.ts'

export const keptLines = 500
/** Characters of a line that a snapshot shows; the spool of the command has the whole line. */
const maxLine = 4096

export type OutputTail = { push(lines: readonly OutputLine[]): void; list(): OutputLine[] }

/** The last 500 lines of a job's commands. */
export function createOutputTail(): OutputTail {
  let lines: OutputLine[] = []
  return {
    push: (more) => {
      for (const line of more.slice(-keptLines))
        lines.push(line.text.length > maxLine ? { ...line, text: `${line.text.slice(0, maxLine)}…` } : line)
      // Cut now and then rather than for each line.
      if (lines.length > 2 * keptLines) lines = lines.slice(-keptLines)
    },
    list: () => lines.slice(-keptLines),
  }
}
