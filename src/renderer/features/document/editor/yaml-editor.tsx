import { defaultKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { indentOnInput, indentUnit } from '@codemirror/language'
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { Compartment, EditorState, Prec, RangeSetBuilder, StateEffect, StateField, Transaction } from '@codemirror/state'
import { Decoration, type DecorationSet, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { editorTheme } from './theme.ts'
import { smallestChange } from './smallest-change.ts'

type YamlEditorProps = {
  readonly text: string
  readonly label: string
  readonly description: string
  readonly problems: readonly Diagnostic[]
  /** Offsets of the part that the form shows; null: none. */
  readonly chosen: { readonly from: number; readonly to: number } | null
  /** Where the cursor is to go; a new object each time. */
  readonly goTo: { readonly offset: number } | null
  readonly phrases: Readonly<Record<string, string>>
  readonly onType: (text: string) => void
  readonly onUndo: () => void
  readonly onRedo: () => void
  readonly onCursor: (offset: number) => void
}

/**
 * CodeMirror in a shadow root: there its styles are a constructed sheet, which the page's policy (`style-src 'self'`) allows; in the page they would be
 * a style element, which it does not. Tab indents; Esc and then Tab leaves, https://codemirror.net/examples/tab/. Undo is the page's: one for both views.
 */
export function YamlEditor(props: YamlEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })
  const { text, problems, chosen, goTo, label, description, phrases } = props

  useEffect(() => {
    if (host.current === null) return
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' })
    const history = [
      { key: 'Mod-z', run: () => (latest.current.onUndo(), true), preventDefault: true },
      { key: 'Mod-Shift-z', run: () => (latest.current.onRedo(), true), preventDefault: true },
      { key: 'Mod-y', run: () => (latest.current.onRedo(), true), preventDefault: true },
    ]
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          lineNumbers(),
          lintGutter(),
          drawSelection(),
          highlightActiveLine(),
          yaml(),
          indentUnit.of('  '),
          indentOnInput(),
          chosenLines,
          editorTheme,
          words.of(wordsOf(latest.current)),
          Prec.high(keymap.of(history)),
          keymap.of([indentWithTab, ...defaultKeymap]),
          EditorView.updateListener.of((update) => {
            const own = update.transactions.some((one) => one.annotation(Transaction.remote) !== true && one.docChanged)
            if (own) latest.current.onType(update.state.doc.toString())
            else if (update.selectionSet && update.view.hasFocus) latest.current.onCursor(update.state.selection.main.head)
          }),
        ],
      }),
    })
    view.current = editor
    return () => {
      view.current = null
      editor.destroy()
    }
  }, [])

  useEffect(() => {
    const editor = view.current
    const changes = editor === null ? null : smallestChange(editor.state.doc.toString(), text)
    if (editor !== null && changes !== null) editor.dispatch({ changes, annotations: Transaction.remote.of(true) })
  }, [text])
  useEffect(() => {
    const editor = view.current
    if (editor === null) return
    const { length } = editor.state.doc
    const within = problems.map((one) => ({ ...one, from: Math.min(one.from, length), to: Math.min(one.to, length) }))
    editor.dispatch(setDiagnostics(editor.state, within))
  }, [problems, text])
  useEffect(() => {
    view.current?.dispatch({ effects: setChosen.of(chosen) })
  }, [chosen, text])
  useEffect(() => {
    view.current?.dispatch({ effects: words.reconfigure(wordsOf({ label, description, phrases })) })
  }, [label, description, phrases])
  useEffect(() => {
    const editor = view.current
    if (editor === null || goTo === null) return
    const anchor = Math.min(goTo.offset, editor.state.doc.length)
    editor.dispatch({ selection: { anchor }, scrollIntoView: true })
    editor.focus()
  }, [goTo])

  return <div ref={host} className="design-editor" />
}

const words = new Compartment()
const wordsOf = ({ label, description, phrases }: Pick<YamlEditorProps, 'label' | 'description' | 'phrases'>) => [
  EditorState.phrases.of(phrases),
  EditorView.contentAttributes.of({ 'aria-label': label, 'aria-description': description, spellcheck: 'false', tabindex: '0' }),
]

const setChosen = StateEffect.define<YamlEditorProps['chosen']>()
const line = Decoration.line({ class: 'cm-chosen' })
const chosenLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (now, transaction) => {
    const effect = transaction.effects.find((one) => one.is(setChosen))
    if (effect === undefined) return now.map(transaction.changes)
    const chosen = effect.value as YamlEditorProps['chosen']
    const builder = new RangeSetBuilder<Decoration>()
    const { doc } = transaction.state
    if (chosen !== null)
      for (let at = Math.min(chosen.from, doc.length); at <= Math.min(chosen.to, doc.length); ) {
        const here = doc.lineAt(at)
        builder.add(here.from, here.from, line)
        at = here.to + 1
      }
    return builder.finish()
  },
  provide: (field) => EditorView.decorations.from(field),
})
