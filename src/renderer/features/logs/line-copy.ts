import type { LogRow, LogSource } from '#shared/contract/logs.ts'
import { plainText } from './ansi.ts'

/** Lines as text: without colours; with the source and the time that the log gave before each, where asked for. Rows of Cove's own are marked. */
export function linesText(
  rows: readonly LogRow[],
  sources: readonly LogSource[],
  prefix: boolean,
  noteWords: (row: LogRow) => string,
): string {
  return rows
    .map((row) => {
      const text = row.note ? `# ${noteWords(row)}` : plainText(row.text)
      const before = [sources[row.source]?.name ?? '', row.time ?? ''].filter(Boolean).join(' ')
      return prefix && before !== '' ? `${before} ${text}` : text
    })
    .join('\n')
}
