import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat, VisuallyHidden } from '../../ui/index.ts'
import type { Lane } from './lanes.ts'
import { SourceBars } from './source-chips.tsx'

/** The list names it as its own, for it does not scroll with the rows. */
export const laneHeadsId = 'log-lane-heads'

type LaneHeadsProps = {
  readonly shown: readonly Lane[]
  /** A column for the time stands before them. */
  readonly timed: boolean
  /** Of the rows, px; 0: not known yet. */
  readonly width: number
}

/** Whose lines stand in which column. */
export function LaneHeads({ shown, timed, width }: LaneHeadsProps) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  return (
    <div id={laneHeadsId} role="row" className="log-lane-heads" style={width > 0 ? { width } : undefined}>
      {timed ? (
        <span role="columnheader" aria-colindex={1} className="log-time">
          <VisuallyHidden>{t('times.label')}</VisuallyHidden>
        </span>
      ) : null}
      {shown.map((lane, at) => (
        <span
          key={lane.key}
          role="columnheader"
          aria-colindex={at + (timed ? 2 : 1)}
          className="log-cell"
          style={{ '--lane': 0 } as CSSProperties}
          title={lane.sources.map((source) => source.name).join('\n')}
        >
          <SourceBars sources={lane.sources} />
          <span className="cut">{lane.label}</span>
          {lane.sources.length > 1 ? <span className="fg-2">×{format.number(lane.sources.length)}</span> : null}
        </span>
      ))}
    </div>
  )
}
