import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The page's own tokens, which follow light and dark by themselves. */
export const editorTheme = [
  EditorView.theme({
    '&': { height: '100%', backgroundColor: 'var(--bg-sunken)', color: 'var(--fg)', fontSize: 'var(--text-sm)' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '20px', fontVariantLigatures: 'none' },
    '.cm-content': { caretColor: 'var(--fg)', padding: '4px 0' },
    '.cm-cursor': { borderLeftColor: 'var(--fg)' },
    '.cm-gutters': { backgroundColor: 'var(--bg-sunken)', color: 'var(--fg-3)', border: 'none' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
    '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--bg-hover)' },
    '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': { background: 'var(--bg-press)' },
    '.cm-content ::selection': { backgroundColor: 'var(--bg-press)' },
    '.cm-chosen': { backgroundColor: 'var(--bg-select)' },
    '.cm-tooltip': {
      border: '1px solid var(--line-2)',
      borderRadius: 'var(--r-2)',
      backgroundColor: 'var(--bg-raised)',
      color: 'var(--fg)',
      fontFamily: 'var(--font-sans)',
      fontSize: 'var(--text-sm)',
      maxWidth: '380px',
    },
    '.cm-diagnostic': { padding: '4px 8px', borderLeftWidth: '3px' },
    '.cm-diagnostic-error': { borderLeftColor: 'var(--bad-line)' },
    '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn-line)' },
    '.cm-lintRange-error, .cm-lintRange-warning': {
      backgroundImage: 'none',
      textDecoration: 'underline wavy var(--bad-line)',
      textUnderlineOffset: '3px',
    },
    '.cm-lintRange-warning': { textDecorationColor: 'var(--warn-line)' },
    '.cm-gutter-lint': { width: '16px' },
    '.cm-gutter-lint .cm-gutterElement': { padding: '3px 1px' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
      { tag: [tags.string, tags.content], color: 'var(--code-string)' },
      { tag: [tags.number, tags.bool, tags.atom], color: 'var(--code-number)' },
      { tag: [tags.comment, tags.lineComment], color: 'var(--code-comment)' },
    ]),
  ),
]
