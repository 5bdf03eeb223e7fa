import { useTranslation } from 'react-i18next'
import { cx, VisuallyHidden } from '../../ui/index.ts'
import { type DiffLine, lineDiff } from './line-diff.ts'

type FileChangeProps = {
  readonly path: string
  /** Null: it is not there. */
  readonly before: string | null
  readonly after: string | null
  readonly mode: number | null
}

/** What becomes of a file: as a diff, with signs that are copied and read out with it. */
export function FileChange({ path, before, after, mode }: FileChangeProps) {
  const { t } = useTranslation('host-changes')
  const hunks = lineDiff(before, after)
  const kind = before === null ? 'written' : after === null ? 'removed' : 'changed'
  return (
    <figure className="file-change">
      <figcaption className="line wrap">
        <span className="fg-3">{t(`file.${kind}`)}</span>
        <span className="mono text-wrap">{path}</span>
        {mode === null ? null : <span className="fg-3">{t('file.mode', { mode: mode.toString(8).padStart(4, '0') })}</span>}
      </figcaption>
      {hunks.length === 0 ? (
        <p className="fg-3">{t(before === after ? 'file.same' : 'file.empty')}</p>
      ) : (
        <pre className="code file-diff" tabIndex={0} aria-label={t('file.diff', { path })}>
          {hunks.map((hunk) => (
            <span key={hunk.before} className="hunk">
              {hunks.length === 1 && (before === null || after === null) ? null : (
                <span className="at">{t('file.line', { line: hunk.before })}</span>
              )}
              {hunk.lines.map((line, index) => (
                <Line key={index} line={line} />
              ))}
            </span>
          ))}
        </pre>
      )}
    </figure>
  )
}

const sign = { same: ' ', added: '+', removed: '−' } as const

function Line({ line: { kind, text, open } }: { readonly line: DiffLine }) {
  const { t } = useTranslation('host-changes')
  return (
    <>
      <span className={cx('diff-line', kind)}>
        {kind === 'same' ? null : <VisuallyHidden>{t(`file.${kind === 'added' ? 'added' : 'taken'}`)} </VisuallyHidden>}
        <span className="sign">{sign[kind]}</span>
        {`${text}\n`}
      </span>
      {open && kind !== 'same' ? <span className="at">{t('file.open')}</span> : null}
    </>
  )
}
