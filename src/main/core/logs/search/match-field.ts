import type { LogField } from '#shared/contract/logs.ts'
import { jsonField, parsedJson } from '#shared/json-field.ts'
import { flag, flagsOf } from '../store/layout.ts'
import { expressionOf } from './expression.ts'
import { logfmtField } from './logfmt-field.ts'
import { shownText } from './match-pattern.ts'
import type { SegmentView } from './segment-view.ts'

/** Whether the field of a JSON line or of logfmt is as wished. A line without such a field passes only `missing` and `!=`. Throws `bad-input` for `~` with no expression. */
export function createFieldMatcher({ path, op, value }: LogField): (view: SegmentView, line: number) => boolean {
  const last = Buffer.from(path.split('.').at(-1) ?? path)
  // JSON may spell any other character out, as Python does with all that is not ASCII.
  const verbatim = /^[\w .@:-]*$/.test(path)
  const expression =
    op === '~' ? expressionOf({ text: value === '' ? '(?:)' : value, regex: true, matchCase: false, wholeWord: false }) : null
  const absent = op === 'missing' || op === '!='

  return (view, line) => {
    const bytes = view.bytes.subarray(view.start(line), view.end(line))
    const flags = flagsOf(view.tag(line))
    const spelt = !verbatim && (flags & flag.json) !== 0 && bytes.includes(backslash)
    if (!spelt && !bytes.includes(last)) return absent
    const text = bytes.toString('utf8')
    const found = (flags & flag.json) !== 0 ? jsonField(parsedJson(text), path) : logfmtField(shownText(text, flags), path)
    if (found === undefined) return absent
    switch (op) {
      case 'exists':
        return true
      case 'missing':
        return false
      case '~':
        return expression?.test(found) ?? false
      case '=':
        return compare(found, value) === 0
      case '!=':
        return compare(found, value) !== 0
      case '>':
        return compare(found, value) > 0
      case '>=':
        return compare(found, value) >= 0
      case '<':
        return compare(found, value) < 0
      case '<=':
        return compare(found, value) <= 0
    }
  }
}

const backslash = 0x5c

/** As numbers where both are. */
function compare(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)]
  if (a.trim() !== '' && b.trim() !== '' && Number.isFinite(x) && Number.isFinite(y)) return x - y
  return a < b ? -1 : a > b ? 1 : 0
}
