import type { LogRow } from '#shared/contract/logs.ts'
import { jsonField, parsedJson } from '#shared/json-field.ts'
import { plainText } from './ansi.ts'
import { fieldsOf, mostFields, summaryOf } from './json-fields.ts'
import type { LogFieldValue } from './json-fields.ts'

/** What a row is besides its text; worked out once for each row that is painted. */
export type LineLook = {
  /** Without colours: what is searched and copied. */
  readonly plain: string
  readonly fields: readonly LogFieldValue[] | null
  readonly summary: { readonly message: string; readonly rest: string } | null
  /** There is more to it than its row shows. */
  readonly opens: boolean
}

const looks = new WeakMap<LogRow, LineLook>()

export function lineLook(row: LogRow): LineLook {
  const held = looks.get(row)
  if (held) return held
  const plain = plainText(row.text)
  const fields = row.note || !/[={]/.test(plain) ? null : fieldsOf(plain)
  const look = { plain, fields, summary: summaryOf(plain), opens: fields !== null || row.folded > 0 || row.more > 0 }
  looks.set(row, look)
  return look
}

/** What stands in the column of a field. Empty: the line has no such field. */
export function columnOf(row: LogRow, path: string): string {
  const { plain, fields } = lineLook(row)
  if (!fields) return ''
  const found = fields.find((field) => field.path === path)?.value
  return found ?? (plain.startsWith('{') && isFurther(fields, path) ? jsonField(parsedJson(plain), path) : undefined) ?? ''
}

/** Whether a line may have a value that its fields do not show: an object as a whole, an element of an array, or one field of very many. Else it is not read again. */
function isFurther(fields: readonly LogFieldValue[], path: string): boolean {
  return (
    fields.length >= mostFields ||
    fields.some(
      (field) =>
        field.path.startsWith(`${path}.`) || (field.type === 'other' && field.value.startsWith('[') && path.startsWith(`${field.path}.`)),
    )
  )
}
