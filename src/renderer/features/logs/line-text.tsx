import { cx } from '../../ui/index.ts'
import { spansOf, withHits } from './ansi.ts'
import { hitsOf } from './hits.ts'
import { plainText } from './ansi.ts'

type LineTextProps = { readonly text: string; readonly matcher: RegExp | null; readonly now?: boolean; readonly className?: string }

/** A text in its colours with what is searched for marked: spans of parsed data, never markup. */
export function LineText({ text, matcher, now = false, className = '' }: LineTextProps) {
  return withHits(spansOf(text), hitsOf(plainText(text), matcher)).map((piece, at) =>
    piece.hit ? (
      <mark key={at} className={cx('hit', now && 'now', piece.className, className)}>
        {piece.text}
      </mark>
    ) : piece.className === '' && className === '' ? (
      piece.text
    ) : (
      <span key={at} className={cx(piece.className, className)}>
        {piece.text}
      </span>
    ),
  )
}
