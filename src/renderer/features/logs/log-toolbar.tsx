import { ArrowDownToLine, History, Pause, WrapText } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, FilterField, Icon, IconButton, Select, Toolbar, Tooltip, useFormat } from '../../ui/index.ts'
import type { TimeMode } from './log-time.ts'
import { tails } from './log-target.ts'
import type { Tail } from './log-target.ts'

/** How a log is shown; the same for each that is opened after. */
export type LogLook = { readonly tail: Tail; readonly times: TimeMode; readonly wrap: boolean; readonly filter: string }

type LogToolbarProps = {
  readonly look: LogLook
  readonly onLook: (look: LogLook) => void
  /** Lines that fit, of how many; null: there is no filter. */
  readonly found: { readonly lines: number; readonly of: number } | null
  readonly previous: boolean
  /** Null: there is a run before this one. */
  readonly whyNoPrevious: string | null
  readonly onPrevious: (previous: boolean) => void
  /** Null: nothing comes any more. */
  readonly following: boolean | null
  readonly onFollow: (following: boolean) => void
  readonly children: ReactNode
}

export function LogToolbar(props: LogToolbarProps) {
  const { look, onLook, found, previous, whyNoPrevious, onPrevious, following, onFollow, children } = props
  const { t } = useTranslation('logs')
  const format = useFormat()
  const barred = whyNoPrevious !== null && !previous
  return (
    <Toolbar className="log-toolbar">
      <FilterField label={t('filter')} value={look.filter} onValueChange={(filter) => onLook({ ...look, filter })} />
      <span role="status" className="fg-2 sm log-found">
        {found ? t('found', { count: found.lines, lines: format.number(found.lines), of: format.number(found.of) }) : ''}
      </span>
      <span className="grow" />
      <Tooltip text={barred ? whyNoPrevious : t('previous.hint')}>
        <button
          type="button"
          className="btn small"
          aria-pressed={previous}
          aria-disabled={barred || undefined}
          aria-label={barred ? `${t('previous.label')}${t('comma')}${whyNoPrevious}` : undefined}
          onClick={() => !barred && onPrevious(!previous)}
        >
          <Icon of={History} />
          {t('previous.label')}
        </button>
      </Tooltip>
      <Select
        calm
        size="small"
        label={t('tail.is', { name: t(`tail.${look.tail}`) })}
        value={look.tail}
        onValueChange={(tail) => onLook({ ...look, tail })}
        options={tails.map((tail) => ({ value: tail, label: t(`tail.${tail}`) }))}
      />
      <Select
        calm
        size="small"
        label={t('times.is', { name: t(`times.${look.times}`) })}
        value={look.times}
        onValueChange={(times) => onLook({ ...look, times })}
        options={(['off', 'local', 'utc'] as const).map((value) => ({ value, label: t(`times.${value}`) }))}
      />
      <IconButton small icon={WrapText} label={t('wrap')} aria-pressed={look.wrap} onClick={() => onLook({ ...look, wrap: !look.wrap })} />
      {children}
      {following === null ? null : (
        <Button size="small" icon={following ? Pause : ArrowDownToLine} onClick={() => onFollow(!following)}>
          {following ? t('follow.pause') : t('follow.on')}
        </Button>
      )}
    </Toolbar>
  )
}
