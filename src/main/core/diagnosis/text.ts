import type { EvidenceLine } from '#shared/contract/findings.ts'
import { createRedactor } from '../exec/redact.ts'
import { strippedText } from '../exec/stripped-text.ts'
import type { Evidence, EvidenceText } from './evidence.ts'

const longestLine = 500

/** The end of a text, from the beginning of a line on. */
export function lastBytes(text: string, bytes: number): string {
  if (text.length <= bytes) return text
  const tail = text.slice(-bytes)
  return tail.slice(tail.indexOf('\n') + 1)
}

export type Hit = { readonly match: RegExpExecArray; readonly text: EvidenceText; readonly line: EvidenceLine }

/** Where texts of these sources say this, the last place of each text first. `pattern` is taken line by line. */
export function hits(evidence: Pick<Evidence, 'texts'>, sources: readonly EvidenceText['source'][], pattern: RegExp): Hit[] {
  const found: Hit[] = []
  for (const text of evidence.texts) {
    if (!sources.includes(text.source)) continue
    const lines = linesOf(text)
    for (let index = lines.length - 1; index >= 0; index -= 1) {
      const line = lines[index] ?? ''
      const match = pattern.exec(line)
      if (match === null) continue
      found.push({ match, text, line: evidenceLine(text, line, match.index) })
      break
    }
  }
  return found
}

/** Of a name `node:file` the node. */
export const nodeOf = (hit: Hit): string => hit.text.name.split(':')[0] ?? hit.text.name

/** A line for people: without control characters, secrets masked, no longer than is good to read, with what matched in it. */
export function evidenceLine({ source, name }: EvidenceText, line: string, at = 0): EvidenceLine {
  // Errors of errors are quoted over and over.
  const text = createRedactor([]).line(strippedText(line)).replace(/\\+"/g, '"').trim()
  const from = text.length > longestLine && at > longestLine / 2 ? at - longestLine / 2 : 0
  return { source, name, text: text.length > longestLine ? `${from > 0 ? '…' : ''}${text.slice(from, from + longestLine)}…` : text }
}

const split = new WeakMap<EvidenceText, readonly string[]>()

/** minikube says everything in JSON, with the lines of other tools inside of strings: those are lines too. */
export function linesOf(text: EvidenceText): readonly string[] {
  const known = split.get(text)
  if (known !== undefined) return known
  const lines = text.text.split(/\r?\n/).flatMap((line) => {
    if (text.source !== 'command' || !line.startsWith('{"specversion"')) return [line]
    try {
      const { type, data } = JSON.parse(line) as { type: string; data: Record<string, string> }
      const kind = type.split('.').pop() ?? ''
      // Of its errors only those with an exit code are failures; the others are remarks that starts which succeed have too.
      const mark = kind === 'error' && data['exitcode'] !== undefined ? `Exiting due to ${data['name'] ?? ''}: ` : ''
      return `${mark}${data['message'] ?? ''}`.split('\n')
    } catch {
      return [line]
    }
  })
  split.set(text, lines)
  return lines
}
