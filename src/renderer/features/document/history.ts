/** Every state of one text, for both views of it: what is typed in the editor and what is done in the form are undone in the order they were done. */
export type History = {
  readonly past: readonly string[]
  readonly text: string
  readonly future: readonly string[]
  /** What the last change was of, so that letters typed into one field are one step; null: the next change is a step of its own. */
  readonly last: { readonly key: string; readonly at: number } | null
}

const steps = 200
/** Milliseconds; a pause while typing begins a new step. */
const pauseMs = 1_000

export const begin = (text: string): History => ({ past: [], text, future: [], last: null })

/** `key`: the field or the editor; null: never one step with what was before. Pure. */
export function change(history: History, text: string, key: string | null, at: number): History {
  if (text === history.text) return history
  const goesOn = key !== null && history.last?.key === key && at - history.last.at < pauseMs && history.past.length > 0
  return {
    past: goesOn ? history.past : [...history.past, history.text].slice(-steps),
    text,
    future: [],
    last: key === null ? null : { key, at },
  }
}

export function undo(history: History): History {
  const before = history.past.at(-1)
  if (before === undefined) return history
  return { past: history.past.slice(0, -1), text: before, future: [history.text, ...history.future], last: null }
}

export function redo(history: History): History {
  const [after, ...future] = history.future
  return after === undefined ? history : { past: [...history.past, history.text], text: after, future, last: null }
}
