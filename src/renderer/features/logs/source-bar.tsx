import { Columns2, History, Pin, WrapText } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogRow, LogSource, LogViewState } from '#shared/contract/logs.ts'
import { Button, IconButton, Select, Toolbar, useFormat } from '../../ui/index.ts'
import { BookmarksPanel } from './bookmarks-panel.tsx'
import { KeyHelp } from './key-help.tsx'
import { LanesPanel } from './lanes-panel.tsx'
import type { Lanes } from './lanes.ts'
import { lineLook } from './line-look.ts'
import { logApi } from './log-api.ts'
import { begins, isBeginTime } from './log-search.ts'
import { LookPanel } from './look-panel.tsx'
import { PlacePickers } from './place-pickers.tsx'
import type { RowWindowControl } from './row-window.ts'
import { SavePanel } from './save-panel.tsx'
import { SourceChips } from './source-chips.tsx'
import { TargetPicker } from './target-picker.tsx'
import type { Begin } from './log-search.ts'
import type { LogChoice } from './use-log-choice.ts'
import { ViewsPanel } from './views-panel.tsx'

type SourceBarProps = {
  readonly choice: LogChoice
  readonly viewId: string | null
  readonly sources: readonly LogSource[]
  readonly lanes: Lanes
  readonly pinned: boolean
  readonly onPin: (pinned: boolean) => void
  readonly history: LogViewState['history']['state']
  /** Shown, and in all. */
  readonly counts: () => readonly [number, number]
  readonly title: string
  readonly control: RowWindowControl
  readonly help: boolean
  readonly onHelp: (open: boolean) => void
  readonly onGo: (place: { readonly at: number; readonly id: number }) => void
  readonly onBookmark: (row: Pick<LogRow, 'id' | 'bookmark'>, note: string | null) => Promise<void>
}

/** What is looked at, from when, and how it is shown. */
export const SourceBar = memo(function SourceBar(props: SourceBarProps) {
  const { choice, viewId, sources, lanes, pinned, onPin, history, counts, title, control, help, onHelp, onGo, onBookmark } = props
  const { t } = useTranslation('logs')
  const { wish, change } = choice
  const format = useFormat()
  const beginName = (begin: Begin) =>
    isBeginTime(begin) ? t('begin.since', { time: format.dateTime(Date.parse(begin)) }) : t(`begin.${begin}`)
  return (
    <Toolbar className="log-sources">
      <PlacePickers choice={choice} />
      <SourceChips
        parts={wish.parts}
        sources={sources}
        sight={wish.filter}
        onSight={({ hidden, only }) => change({ filter: { ...wish.filter, hidden, only } })}
        onRemove={choice.remove}
      />
      <TargetPicker choice={choice} words={false} />
      <span className="log-right">
        {wish.previous ? (
          <Button size="small" icon={History} onClick={() => choice.look(wish.parts)}>
            {t('previous.back')}
          </Button>
        ) : null}
        {history === 'available' ? (
          <Button
            size="small"
            icon={History}
            title={t('history.hint')}
            onClick={() => viewId !== null && void logApi.loadHistory({ viewId }).catch(() => {})}
          >
            {t('history.load')}
          </Button>
        ) : null}
        <Select
          calm
          size="small"
          label={t('begin.is', { name: beginName(wish.begin) })}
          value={wish.begin}
          onValueChange={(begin) => change({ begin })}
          options={(isBeginTime(wish.begin) ? [...begins, wish.begin] : begins).map((begin) => ({ value: begin, label: beginName(begin) }))}
        />
        {lanes.offered.length > lanes.shown.length && lanes.shown.length > 0 ? (
          <LanesPanel lanes={lanes} onLanes={(keys) => change({ lanes: keys })} />
        ) : null}
        <span className="log-tools">
          {sources.length > 1 || wish.side ? (
            <IconButton
              small
              icon={Columns2}
              label={t('side.label')}
              keys="s"
              aria-pressed={wish.side}
              onClick={() => change({ side: !wish.side })}
            />
          ) : null}
          <IconButton
            small
            icon={WrapText}
            label={t('wrap')}
            keys="w"
            aria-pressed={wish.wrap}
            onClick={() => change({ wrap: !wish.wrap })}
          />
          <LookPanel
            times={wish.times}
            onTimes={(times) => change({ times })}
            columns={wish.columns}
            known={() =>
              control
                .view()
                .rows.flatMap((row) => (row ? (lineLook(row).fields ?? []) : []))
                .map((field) => field.path)
            }
            onColumns={(columns) => change({ columns })}
          />
          <BookmarksPanel viewId={viewId} onGo={onGo} onRemove={(bookmark) => onBookmark(bookmark, null)} />
          <ViewsPanel choice={choice} />
          <SavePanel viewId={viewId} title={title} counts={counts} />
          <IconButton small icon={Pin} label={pinned ? t('pin.off') : t('pin.on')} aria-pressed={pinned} onClick={() => onPin(!pinned)} />
          <KeyHelp open={help} onOpenChange={onHelp} />
        </span>
      </span>
    </Toolbar>
  )
})
