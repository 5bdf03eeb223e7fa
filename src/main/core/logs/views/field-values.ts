import { plainText } from '#core/sanitize.ts'
import { fieldValueLength } from '#shared/contract/logs.ts'
import { jsonField, parsedJson } from '#shared/json-field.ts'
import { logfmtField } from '../search/logfmt-field.ts'
import { type LineSource, wholeText } from './line-text.ts'

/** Reading a longer line for a column would keep others waiting, bytes. */
const mostBytes = 1024 * 1024

/** Values of fields of a whole line, in the order of the paths; null where it has no such field, or for all where it is longer than is read. */
export function fieldValues(store: LineSource, id: number, paths: readonly string[]): (string | null)[] | null {
  const { text, cut } = wholeText(store, id, mostBytes)
  if (cut) return null
  const plain = plainText(text).trim()
  const json = plain.startsWith('{') ? parsedJson(plain) : undefined
  return paths.map((path) => {
    const value = json === undefined ? logfmtField(plain, path) : jsonField(json, path)
    return value === undefined ? null : value.slice(0, fieldValueLength)
  })
}
