import { batchOf as batchOfLines } from '../store/fixtures/batch.ts'
import type { LineBatch } from '../store/layout.ts'

const none: (line: number) => number = () => 0

/** Lines as a source would hand them over, one second apart from 1000 on unless `second` says so. */
export const batchOf = (lines: readonly (string | Buffer)[], { second = (line: number) => 1000 + line, flags = none } = {}): LineBatch =>
  batchOfLines(lines.map((text, line) => ({ text, second: second(line), flags: flags(line) })))
