import { memo } from 'react'
import type { RefObject } from 'react'
import type { LogPattern, LogViewState } from '#shared/contract/logs.ts'
import { Toolbar } from '../../ui/index.ts'
import { FilterChips } from './filter-chips.tsx'
import { FilterForm } from './filter-form.tsx'
import type { FilterWish } from './filter-text.ts'
import { FindField } from './find-field.tsx'
import { LevelSwitches } from './level-switches.tsx'
import type { LogWish } from './log-search.ts'
import type { FindPlace } from './use-find.ts'
import type { LogView } from './use-log-view.ts'

type QueryBarProps = {
  readonly input: RefObject<HTMLInputElement | null>
  readonly wish: LogWish
  readonly find: LogViewState['find']
  /** Lines by level. */
  readonly levels: readonly number[]
  readonly found: FindPlace | null
  readonly refused: LogView['refused']
  readonly adding: boolean
  readonly onAdding: (adding: boolean) => void
  readonly onFind: (find: LogPattern | null) => void
  readonly onFilter: (filter: FilterWish) => void
  readonly onNext: () => void
  readonly onPrevious: () => void
  readonly onLeave: () => void
}

/** What is searched for, and what is filtered away. */
export const QueryBar = memo(function QueryBar(props: QueryBarProps) {
  const { input, wish, find, levels: counts, found, refused, adding, onAdding, onFind, onFilter, onNext, onPrevious, onLeave } = props
  return (
    <Toolbar className="log-query">
      <FindField
        input={input}
        find={wish.find}
        state={find}
        nth={found?.nth ?? null}
        refused={refused.find !== null}
        onFind={onFind}
        onNext={onNext}
        onPrevious={onPrevious}
        onLeave={onLeave}
      />
      <FilterChips filter={wish.filter} times={wish.times} onFilter={onFilter} />
      <FilterForm open={adding} onOpenChange={onAdding} filter={wish.filter} onFilter={onFilter} />
      <LevelSwitches counts={counts} levels={wish.filter.levels} onLevels={(levels) => onFilter({ ...wish.filter, levels })} />
    </Toolbar>
  )
})
