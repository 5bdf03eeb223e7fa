import { Bookmark, Columns3, Filter, FilterX, Link2 } from 'lucide-react'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogRow } from '#shared/contract/logs.ts'
import { Button, composing, CopyButton, harmless, TextInput, VisuallyHidden } from '../../ui/index.ts'
import { plainText } from './ansi.ts'
import { fieldsOf } from './json-fields.ts'
import type { LogFieldValue } from './json-fields.ts'
import { LineText } from './line-text.tsx'
import type { OpenLine } from './use-lines.ts'

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
  const fields = line ? fieldsOf(plainText(line.text)) : null
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
              <Fields fields={fields} matcher={matcher} acts={acts} />
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

function Fields({
  fields,
  matcher,
  acts,
}: {
  readonly fields: readonly LogFieldValue[]
  readonly matcher: RegExp | null
  readonly acts: LineActs
}) {
  const { t } = useTranslation('logs')
  const [chosen, choose] = useState<string | null>(null)
  return (
    <dl className="log-fields">
      {fields.map(({ path, value, type }) => (
        <div key={path}>
          <dt className="cut" title={harmless(path)}>
            {harmless(path)}
          </dt>
          <dd className={type}>
            <button
              type="button"
              className="log-value"
              aria-expanded={chosen === path}
              onClick={() => choose(chosen === path ? null : path)}
            >
              <LineText text={type === 'string' ? `"${harmless(value)}"` : harmless(value)} matcher={matcher} />
            </button>
            {chosen === path ? (
              <span className="log-acts">
                <Button size="small" variant="quiet" icon={Filter} onClick={() => acts.only(path, value)}>
                  {t('value.only')}
                </Button>
                <Button size="small" variant="quiet" icon={FilterX} onClick={() => acts.without(path, value)}>
                  {t('value.without')}
                </Button>
                <Button size="small" variant="quiet" icon={Columns3} onClick={() => acts.column(path)}>
                  {t('value.column')}
                </Button>
              </span>
            ) : null}
          </dd>
        </div>
      ))}
    </dl>
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
