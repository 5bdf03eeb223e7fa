import { Bookmark, Columns3, Filter, FilterX, Link2 } from 'lucide-react'
import { Fragment, useMemo, useState } from 'react'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogRow } from '#shared/contract/logs.ts'
import { Button, composing, CopyButton, harmless, TextInput, useFormat, VisuallyHidden } from '../../ui/index.ts'
import { plainText } from './ansi.ts'
import { fieldRows } from './json-fields.ts'
import type { FieldRow } from './json-fields.ts'
import { LineText } from './line-text.tsx'
import { longestPath } from './use-cut-columns.ts'
import type { OpenLine } from './use-lines.ts'

/** Fields that are drawn at first, and with each press more. */
const firstFields = 200
const moreFields = 1000
/** Further in there is no room for names. */
const deepestShown = 8
/** A filter takes no longer value. */
const mostCompared = 10_000

/** What can be done with a line or a value of it. */
export type LineActs = {
  readonly only: (path: string, value: string) => void
  readonly without: (path: string, value: string) => void
  readonly column: (path: string) => void
  readonly link: (row: LogRow) => void
  readonly bookmark: (row: Pick<LogRow, 'id' | 'bookmark'>, note: string | null) => Promise<void>
}

type LineDetailProps = { readonly row: LogRow; readonly line: OpenLine; readonly matcher: RegExp | null; readonly acts: LineActs }

/** A line in full, below its row: its fields, or its whole text, and the stack trace that belongs to it. */
export function LineDetail({ row, line, matcher, acts }: LineDetailProps) {
  const { t } = useTranslation('logs')
  const { t: common } = useTranslation('common')
  const fields = useMemo(() => (line ? fieldRows(plainText(line.text)) : null), [line])
  return (
    <div role="row" className="log-detail">
      <div role="gridcell">
        {line === null ? (
          <div className="skeleton" aria-busy>
            <VisuallyHidden>{common('loading')}</VisuallyHidden>
          </div>
        ) : (
          <>
            {fields ? (
              <Fields rows={fields} matcher={matcher} acts={acts} />
            ) : (
              <p className="log-full">
                <LineText text={line.text} matcher={matcher} />
              </p>
            )}
            {row.stream ? <p className="fg-3">{t('line.stream', { stream: row.stream })}</p> : null}
            {line.cut ? <p className="fg-3">{t('line.cut')}</p> : null}
            {line.trace.length > 0 ? (
              <p className="log-full">
                {line.trace.map((each, at) => (
                  <Fragment key={at}>
                    {at === 0 ? null : '\n'}
                    <LineText text={each} matcher={matcher} />
                  </Fragment>
                ))}
              </p>
            ) : null}
            <div className="log-acts">
              <CopyButton text={plainText([line.text, ...line.trace].join('\n'))}>{t('line.copy')}</CopyButton>
              {row.time === null ? null : (
                <Button size="small" variant="quiet" icon={Link2} onClick={() => acts.link(row)}>
                  {t('line.link')}
                </Button>
              )}
              <BookmarkNote row={row} onNote={(note) => void acts.bookmark(row, note)} />
            </div>
          </>
        )}
      </div>
    </div>
  )
}

type FieldsProps = { readonly rows: readonly FieldRow[]; readonly matcher: RegExp | null; readonly acts: LineActs }

/** Each field in a row, those within others below them and further in. */
function Fields({ rows, matcher, acts }: FieldsProps) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  const [chosen, choose] = useState<FieldRow | null>(null)
  const [most, setMost] = useState(firstFields)
  const left = rows.length - most
  return (
    <>
      <dl className="log-fields">
        {rows.slice(0, most).map((row, at) => (
          <div key={at} style={{ '--depth': Math.min(row.depth, deepestShown) } as CSSProperties}>
            <dt className="cut" title={harmless(row.path)}>
              {row.depth > 0 ? <VisuallyHidden>{harmless(row.path.slice(0, -row.name.length))}</VisuallyHidden> : null}
              {harmless(row.name)}
            </dt>
            <dd className={row.type}>
              {row.path.length > longestPath ? (
                // Neither a filter nor a column takes it.
                <Value row={row} matcher={matcher} />
              ) : (
                <button
                  type="button"
                  className="log-value"
                  aria-expanded={chosen === row}
                  onClick={() => choose(chosen === row ? null : row)}
                >
                  <Value row={row} matcher={matcher} />
                </button>
              )}
              {chosen === row ? <ValueActs row={row} acts={acts} /> : null}
            </dd>
          </div>
        ))}
      </dl>
      {left > 0 ? (
        <p className="log-acts">
          <span className="fg-3">{t('line.moreFields', { count: left, fields: format.number(left) })}</span>
          <Button size="small" variant="quiet" onClick={() => setMost(most + moreFields)}>
            {t('line.showMore')}
          </Button>
        </p>
      ) : null}
    </>
  )
}

function Value({ row, matcher }: { readonly row: FieldRow; readonly matcher: RegExp | null }) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  if (row.type === 'object' || row.type === 'array')
    return <span className="fg-3">{t(`value.${row.type}`, { count: row.size, size: format.number(row.size) })}</span>
  return <LineText text={row.type === 'string' ? `"${harmless(row.value())}"` : harmless(row.value())} matcher={matcher} />
}

function ValueActs({ row, acts }: { readonly row: FieldRow; readonly acts: LineActs }) {
  const { t } = useTranslation('logs')
  const value = row.value()
  return (
    <span className="log-acts">
      {value.length > mostCompared ? null : (
        <>
          <Button size="small" variant="quiet" icon={Filter} onClick={() => acts.only(row.path, value)}>
            {t('value.only')}
          </Button>
          <Button size="small" variant="quiet" icon={FilterX} onClick={() => acts.without(row.path, value)}>
            {t('value.without')}
          </Button>
        </>
      )}
      <Button size="small" variant="quiet" icon={Columns3} onClick={() => acts.column(row.path)}>
        {t('value.column')}
      </Button>
    </span>
  )
}

function BookmarkNote({ row, onNote }: { readonly row: LogRow; readonly onNote: (note: string | null) => void }) {
  const { t } = useTranslation('logs')
  const [text, setText] = useState(row.bookmark ?? '')
  const keep = () => {
    const note = harmless(text)
    setText(note)
    onNote(note)
  }
  if (row.bookmark === null)
    return (
      <Button size="small" variant="quiet" icon={Bookmark} onClick={() => onNote('')}>
        {t('bookmark.add')}
      </Button>
    )
  return (
    <>
      <TextInput
        size="small"
        calm
        aria-label={t('bookmark.note')}
        placeholder={t('bookmark.note')}
        value={text}
        maxLength={2000}
        onValueChange={setText}
        onBlur={() => text !== row.bookmark && keep()}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !composing(event)) keep()
        }}
      />
      <Button size="small" variant="quiet" onClick={() => onNote(null)}>
        {t('bookmark.remove')}
      </Button>
    </>
  )
}
