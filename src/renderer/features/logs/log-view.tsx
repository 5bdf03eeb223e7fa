import { useMemo, useRef, useState } from 'react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { LogPattern, LogSource } from '#shared/contract/logs.ts'
import { useFormat } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { Page } from '../shell/page.tsx'
import { noFilter } from './filter-text.ts'
import type { FilterWish } from './filter-text.ts'
import { logApi } from './log-api.ts'
import { HistogramPane } from './histogram-pane.tsx'
import { LogEmpty } from './log-empty.tsx'
import type { LogAction } from './log-keys.ts'
import type { LineStyle } from './log-line.tsx'
import { LogList } from './log-list.tsx'
import { timeModes } from './log-search.ts'
import { isOver, LogStatus } from './log-status.tsx'
import { LogStrips } from './log-strips.tsx'
import { offsetName } from './log-time.ts'
import { QueryBar } from './query-bar.tsx'
import { usePartWords } from './part-words.ts'
import { SelectionBar } from './selection-bar.tsx'
import { SourceBar } from './source-bar.tsx'
import { TailVoice } from './tail-voice.tsx'
import { useArrival } from './use-arrival.ts'
import { useFind } from './use-find.ts'
import { useLineActs } from './use-line-acts.ts'
import { useLines } from './use-lines.ts'
import { needsContext } from './use-log-choice.ts'
import { partKey } from './log-place.ts'
import type { LogChoice } from './use-log-choice.ts'
import { useLogKeys } from './use-log-keys.ts'
import { useLogView } from './use-log-view.ts'
import { useRowWindow } from './use-row-window.ts'
import { useStable } from './use-stable.ts'
import { useStartTime } from './use-start-time.ts'

/** More are counted. */
const mostInTitle = 3

/** The log of what the address names, live. */
export function LogView({ choice }: { readonly choice: LogChoice }) {
  const { t } = useTranslation('logs')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const partWords = usePartWords()
  const { wish, change } = choice
  const [attempt, setAttempt] = useState(0)
  const view = useLogView(wish, needsContext(wish.parts) ? choice.context : null, attempt)
  const { state, viewId, lanes } = view
  const scroller = useRef<HTMLDivElement>(null)
  const findInput = useRef<HTMLInputElement>(null)
  const control = useRowWindow(view, { at: wish.at, parts: wish.parts.map(partKey) }, scroller)
  const lines = useLines(view, control)
  const goTo = useStable((place: { readonly at: number; readonly id: number }) => {
    control.show(place.at)
    lines.setCursor({ at: place.at, id: place.id })
  })
  const find = useFind(wish, view, control, goTo)
  const { acts, said, nameOf, copy, link, bookmark } = useLineActs(choice, view, control, lines)
  const [adding, setAdding] = useState(false)
  const [help, setHelp] = useState(false)
  const start = useStartTime(view, wish.times)
  const sources = state?.sources ?? noSources
  const many = sources.length > 1
  // Core sends the whole state 20 times a second; what looks the same stays the same, so that little is drawn anew.
  const named = useSame(sources, sources.map((source) => `${source.index} ${source.name} ${source.short}`).join('\n'))
  const chips = useSame(sources, sources.map((source) => `${source.name} ${source.state} ${Math.round(source.linesPerSecond)}`).join('\n'))
  const hits = useSame(state?.find ?? null, state?.find ? `${state.find.hits} ${state.find.done} ${state.find.error?.code}` : '')
  const heat = useSame(state?.find?.heat ?? noCounts, state?.find?.heat.join(' ') ?? '')
  const counts = useSame(state?.levels ?? noCounts, state?.levels.join(' ') ?? '')
  const levels = Boolean(state && state.levels.slice(1).some((count) => count > 0))
  const columns = useSame(wish.columns, wish.columns.join('\n'))
  const look = useMemo<Omit<LineStyle, 'dated'>>(
    () => ({ who: many, levels, times: wish.times, start, columns, matcher: find.matcher }),
    [many, levels, wish.times, start, columns, find.matcher],
  )
  const filter = useStable((next: FilterWish) => change({ filter: next }))
  const toPrevious = useStable(({ namespace, pod, container }: LogSource) => {
    if (namespace && pod) choice.previous({ kind: 'pod', namespace, pod, container })
  })
  const onPrevious = wish.previous ? null : toPrevious
  const search = useStable((pattern: LogPattern | null) => {
    find.expect(pattern)
    change({ find: pattern })
  })
  const next = useStable(find.next)
  const previous = useStable(find.previous)
  const toList = useStable(() => scroller.current?.focus())
  const inAll = useStable((): readonly [number, number] => [state?.shown ?? 0, state?.total ?? 0])
  const range = useStable((from: number, to: number) =>
    filter({ ...wish.filter, from: new Date(from).toISOString(), to: new Date(to).toISOString() }),
  )
  const title = [
    wish.parts.slice(0, mostInTitle).map(partWords).join(t('comma')),
    wish.parts.length > mostInTitle ? common('andMore', { more: format.number(wish.parts.length - mostInTitle) }) : '',
  ]
    .filter(Boolean)
    .join(' ')
  const leave = () => choice.look([])

  const astray = useArrival(wish.at, viewId, control, lines, nameOf)
  const moveCursor = (by: number, extend: boolean) => {
    const rows = control.view()
    const from = lines.cursor?.at ?? (rows.place === 'end' ? rows.shown - (by < 0 ? 0 : 1) : rows.place.at - (by > 0 ? 1 : 0))
    const at = Math.min(rows.shown - 1, Math.max(0, from + by))
    lines.choose(at, extend)
    if (at === rows.shown - 1 && by > 0 && !extend) control.toEnd()
    else control.show(at)
  }
  const act = (action: LogAction, extend: boolean) => {
    switch (action) {
      case 'find':
        findInput.current?.focus()
        return findInput.current?.select()
      case 'findNext':
        return find.next()
      case 'findPrevious':
        return find.previous()
      case 'follow':
        return control.following() ? control.hold() : control.toEnd()
      case 'down':
        return moveCursor(1, extend)
      case 'up':
        return moveCursor(-1, extend)
      case 'pageDown':
        return control.page(1)
      case 'pageUp':
        return control.page(-1)
      case 'halfDown':
        return control.page(1, 0.5)
      case 'halfUp':
        return control.page(-1, 0.5)
      case 'start':
        return control.toStart()
      case 'end':
        return control.toEnd()
      case 'open': {
        const row = lines.cursor ? control.rowAt(lines.cursor.at) : undefined
        return row && !row.note ? lines.toggle(row) : undefined
      }
      case 'mark':
        return lines.setMark()
      case 'bookmark':
        return bookmark()
      case 'copy':
        return copy(false)
      case 'copyPrefix':
        return copy(true)
      case 'link':
        return link()
      case 'filter':
        return setAdding(true)
      case 'wrap':
        return change({ wrap: !wish.wrap })
      case 'side':
        return change({ side: !wish.side })
      case 'times':
        return change({ times: timeModes[(timeModes.indexOf(wish.times) + 1) % timeModes.length] ?? 'local' })
      case 'escape':
        return lines.clear()
      case 'help':
        return setHelp(true)
    }
  }
  useLogKeys(act)
  const retry = () => setAttempt(attempt + 1)
  const quiet = !state || state.shown === 0

  return (
    <Page
      title={title}
      before={
        <Link
          to="/logs"
          search={choice.context ? { context: choice.context.name, file: choice.context.file, namespace: choice.namespace } : {}}
        >
          {t('title')}
        </Link>
      }
      status={<LogStatus phase={view.phase} state={state} control={control} />}
      statusEnd={wish.times === 'utc' ? t('times.inUtc') : t('times.inLocal', { offset: offsetName() })}
    >
      <div className="logs">
        <SourceBar
          choice={choice}
          viewId={viewId}
          sources={chips}
          lanes={lanes}
          pinned={state?.pinned ?? false}
          onPin={view.pin}
          history={state?.history.state ?? 'unavailable'}
          counts={inAll}
          title={title}
          control={control}
          help={help}
          onHelp={setHelp}
          onGo={goTo}
          onBookmark={acts.bookmark}
        />
        <QueryBar
          input={findInput}
          wish={wish}
          find={hits}
          levels={counts}
          found={find.place}
          refused={view.refused}
          adding={adding}
          onAdding={setAdding}
          onFind={search}
          onFilter={filter}
          onNext={next}
          onPrevious={previous}
          onLeave={toList}
        />
        {view.phase === 'failed' ? (
          <ErrorNotice className="page-notice" error={view.error} onRetry={retry} />
        ) : (
          <>
            {state && state.total > 0 ? <HistogramPane view={view} control={control} times={wish.times} onRange={range} /> : null}
            {state ? (
              <LogStrips
                state={state}
                refused={view.refused.filter}
                astray={astray}
                onAstray={() => change({ at: null })}
                onHistory={() => viewId !== null && void logApi.loadHistory({ viewId }).catch(() => {})}
                onPrevious={onPrevious}
              />
            ) : null}
            <LogList
              label={t('titleOf', { what: title })}
              viewId={viewId}
              scroller={scroller}
              control={control}
              sources={named}
              look={look}
              wrap={wish.wrap}
              lanes={lanes.shown}
              lines={lines}
              acts={acts}
              found={find.place}
              heat={state?.find && state.find.hits > 0 ? heat : null}
              live={state !== null && !isOver(state)}
              onPrevious={onPrevious}
              onColumn={acts.column}
            >
              {quiet ? (
                <LogEmpty
                  state={state}
                  previous={wish.previous}
                  onClear={() => filter({ ...noFilter, fold: wish.filter.fold })}
                  onPrevious={onPrevious}
                  onAgain={retry}
                  onLeave={leave}
                />
              ) : null}
            </LogList>
            <SelectionBar lines={lines} said={said} onCopy={copy} onLink={link} onBookmark={bookmark} />
          </>
        )}
        <TailVoice state={state} control={control} />
      </div>
    </Page>
  )
}

const noSources: readonly LogSource[] = []
const noCounts: readonly number[] = []

/** The one before, as long as the key is the same. */
function useSame<T>(value: T, key: string): T {
  return useMemo(() => value, [key]) // oxlint-disable-line react/exhaustive-deps -- the key says whether it is another
}
