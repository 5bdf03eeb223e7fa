import { useCallback, useEffect, useReducer, useRef } from 'react'
import { begin, change as step, type History, redo, undo } from '../document/history.ts'
import { applyChange, type Change } from './document/changes.ts'
import { type Values, valuesOf } from './document/parts.ts'

type State = {
  readonly history: History
  /** Of the last text that could be read; null: none could. */
  readonly values: Values | null
  readonly readable: boolean
}
type Action =
  | { readonly type: 'change'; readonly change: Change; readonly key: string | null; readonly at: number }
  | { readonly type: 'text'; readonly text: string; readonly key: string | null; readonly at: number }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }

function reduce(state: State, action: Action): State {
  const { history } = state
  switch (action.type) {
    case 'change':
      return seen(state.values, step(history, applyChange(history.text, action.change), action.key, action.at))
    case 'text':
      return seen(state.values, step(history, action.text, action.key, action.at))
    case 'undo':
      return seen(state.values, undo(history))
    case 'redo':
      return seen(state.values, redo(history))
  }
}

function seen(before: Values | null, history: History): State {
  const values = valuesOf(history.text)
  return { history, values: values ?? before, readable: values !== null }
}

/** A text that is somebody else's, its two views, and the way back. Whatever `value` becomes from outside is one step too. */
export function useKubeadmDocument(value: string, onChange: (text: string) => void) {
  const [state, dispatch] = useReducer(reduce, value, (text): State => seen(null, begin(text)))
  const { text } = state.history
  /** The text that both sides agree on. */
  const agreed = useRef(value)
  const tell = useRef(onChange)
  useEffect(() => {
    tell.current = onChange
  })
  useEffect(() => {
    if (value === agreed.current) return
    agreed.current = value
    dispatch({ type: 'text', text: value, key: null, at: performance.now() })
  }, [value])
  useEffect(() => {
    if (text === agreed.current) return
    agreed.current = text
    tell.current(text)
  }, [text])
  return {
    text,
    values: state.values,
    readable: state.readable,
    canUndo: state.history.past.length > 0,
    canRedo: state.history.future.length > 0,
    change: useCallback(
      (change: Change, key?: string) => dispatch({ type: 'change', change, key: key ?? null, at: performance.now() }),
      [],
    ),
    type: useCallback((next: string) => dispatch({ type: 'text', text: next, key: 'editor', at: performance.now() }), []),
    replace: useCallback((next: string) => dispatch({ type: 'text', text: next, key: null, at: performance.now() }), []),
    undo: useCallback(() => dispatch({ type: 'undo' }), []),
    redo: useCallback(() => dispatch({ type: 'redo' }), []),
  }
}
