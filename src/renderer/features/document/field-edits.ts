import type { FieldChange } from './document-context.ts'
import type { Edit } from './plain.ts'

/** What a field's change does to the values of its document. Pure. */
export function fieldEdits(change: FieldChange): Edit[] {
  switch (change.type) {
    case 'field':
      return [{ do: 'set', path: change.path, value: change.text.trim() === '' ? undefined : typed(change.text, change.as) }]
    case 'flag':
      return [{ do: 'set', path: change.path, value: change.on ? true : undefined }]
    case 'value':
      return [{ do: 'set', path: change.path, value: change.value }]
    case 'add':
      return [{ do: 'insert', path: change.path, index: Number.MAX_SAFE_INTEGER, value: change.value }]
  }
}

/** A number where it is one; anything else stays as typed, and the schema says what is wrong with it. */
function typed(text: string, as: 'text' | 'number' | 'number-or-text'): string | number {
  const trimmed = text.trim()
  return as !== 'text' && /^-?(?:0|[1-9]\d{0,14})$/.test(trimmed) ? Number(trimmed) : trimmed
}
