import { createContext, use } from 'react'
import type { Path } from './plain.ts'
import type { DocumentProblem } from './problems.ts'

/** What a field of a form does to the text that it is a view of. `which`: of which of its documents. */
export type FieldChange =
  /** As typed. Empty: it goes. */
  | {
      readonly type: 'field'
      readonly which?: string
      readonly path: Path
      readonly text: string
      readonly as: 'text' | 'number' | 'number-or-text'
    }
  | { readonly type: 'flag'; readonly which?: string; readonly path: Path; readonly on: boolean }
  /** `undefined` removes it. */
  | { readonly type: 'value'; readonly which?: string; readonly path: Path; readonly value: unknown }
  | { readonly type: 'add'; readonly which?: string; readonly path: Path; readonly value: unknown }

/** What every field needs of the document around it. */
export type DocumentForm = {
  /** The document that fields are of which do not say so. */
  readonly which: string
  /** `key`: the field that is typed in, so that its letters are one step of undo. */
  readonly change: (change: FieldChange, key?: string) => void
  readonly problems: readonly DocumentProblem[]
}

export const DocumentContext = createContext<DocumentForm | null>(null)

export function useDocumentForm(): DocumentForm {
  const form = use(DocumentContext)
  if (form === null) throw new Error('no document around this field')
  return form
}

/** Of that value or, `deep`, of anything in it. */
export function problemsAt(problems: readonly DocumentProblem[], path: Path, which: string, deep = false): DocumentProblem[] {
  return problems.filter(
    (one) =>
      one.which === which &&
      (deep ? one.path.length >= path.length : one.path.length === path.length) &&
      path.every((part, index) => one.path[index] === part),
  )
}
