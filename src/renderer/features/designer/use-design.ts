import { useCallback, useMemo, useReducer } from 'react'
import { applyChange, type Change } from './document/changes.ts'
import { providerIn, type View, viewOf } from './document/form.ts'
import type { DocumentProblem } from '../document/problems.ts'
import { problemsOf } from './document/problems.ts'
import type { Provider } from './document/text.ts'
import type { DraftPlace } from '../document/draft.ts'
import { begin, change as step, type History, redo, undo } from '../document/history.ts'
import { freshText } from './start-text.ts'

export type DesignStart = {
  /** Where what is unsaved of it is kept. */
  readonly place: DraftPlace
  readonly text: string
  readonly profile: { readonly id: string; readonly name: string } | null
  /** The text as it is saved, or as a new one begins: whatever differs from it is unsaved. */
  readonly saved: string
  readonly living: { readonly id: string; readonly name: string } | null
  /** When the draft that this is was left; null: it is none. */
  readonly draftAt: number | null
}

type State = {
  readonly history: History
  /** The text of the provider that is not shown. */
  readonly others: Readonly<Partial<Record<Provider, string>>>
  /** Of the last text that could be read. */
  readonly view: View
  readonly readable: boolean
}
type Action =
  | { readonly type: 'change'; readonly change: Change; readonly key: string | null; readonly at: number }
  | { readonly type: 'text'; readonly text: string; readonly key: string | null; readonly at: number }
  | { readonly type: 'provider'; readonly provider: Provider; readonly at: number }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }

function reduce(state: State, action: Action): State {
  const { history } = state
  switch (action.type) {
    case 'change':
      return seen(state, step(history, applyChange(history.text, action.change), action.key, action.at))
    case 'text':
      return seen(state, step(history, action.text, action.key, action.at))
    case 'provider': {
      const now = providerIn(history.text)
      if (now === action.provider) return state
      const next = state.others[action.provider] ?? freshText(action.provider, viewOf(history.text)?.name || null)
      return { ...seen(state, step(history, next, null, action.at)), others: { ...state.others, [now]: history.text } }
    }
    case 'undo':
      return seen(state, undo(history))
    case 'redo':
      return seen(state, redo(history))
  }
}

/** With what the form shows of the new text; of one that cannot be read, what it showed before. */
function seen(state: Pick<State, 'others'> & { readonly view: View | null }, history: History): State {
  const read = viewOf(history.text)
  const provider = providerIn(history.text)
  const before = state.view?.provider === provider ? state.view : null
  return { others: state.others, history, readable: read !== null, view: read ?? before ?? (viewOf(freshText(provider, null)) as View) }
}

export type DesignState = {
  readonly text: string
  readonly provider: Provider
  /** What the form shows; of a text that cannot be read, the last one that could. */
  readonly view: View
  /** False: the text cannot be read, so the form is only looked at. */
  readonly readable: boolean
  readonly problems: readonly DocumentProblem[]
  readonly canUndo: boolean
  readonly canRedo: boolean
  readonly change: (change: Change, key?: string) => void
  readonly type: (text: string) => void
  readonly replace: (text: string) => void
  readonly choose: (provider: Provider) => void
  readonly undo: () => void
  readonly redo: () => void
}

/** One text, its two views, and the way back. */
export function useDesign(start: DesignStart): DesignState {
  const [state, dispatch] = useReducer(reduce, start, ({ text }): State => seen({ others: {}, view: null }, begin(text)))
  const { text } = state.history
  const provider = providerIn(text)
  const problems = useMemo(() => problemsOf(text), [text])
  const at = () => performance.now()
  return {
    text,
    provider,
    view: state.view,
    readable: state.readable,
    problems,
    canUndo: state.history.past.length > 0,
    canRedo: state.history.future.length > 0,
    change: useCallback((change, key) => dispatch({ type: 'change', change, key: key ?? null, at: at() }), []),
    type: useCallback((next) => dispatch({ type: 'text', text: next, key: 'editor', at: at() }), []),
    replace: useCallback((next) => dispatch({ type: 'text', text: next, key: null, at: at() }), []),
    choose: useCallback((next) => dispatch({ type: 'provider', provider: next, at: at() }), []),
    undo: useCallback(() => dispatch({ type: 'undo' }), []),
    redo: useCallback(() => dispatch({ type: 'redo' }), []),
  }
}
