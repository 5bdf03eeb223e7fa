import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Checkbox, Popover, useFormat } from '../../ui/index.ts'
import { fewestLanes, mostLanes, toggledLanes } from './lanes.ts'
import type { Lanes } from './lanes.ts'

type LanesPanelProps = { readonly lanes: Lanes; readonly onLanes: (keys: readonly string[]) => void }

/** Which of many sources stand side by side; says how many do not. */
export function LanesPanel({ lanes, onLanes }: LanesPanelProps) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const { shown, offered } = lanes
  const keys = shown.map((lane) => lane.key)
  const all = new Set(offered.flatMap((lane) => lane.sources.map((source) => source.index)))
  const seen = new Set(shown.flatMap((lane) => lane.sources.map((source) => source.index)))
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('side.choose')}
      className="log-panel"
      trigger={
        <Button size="small" title={t('side.choose')}>
          {t('side.of', { count: all.size, seen: format.number(seen.size), all: format.number(all.size) })}
        </Button>
      }
    >
      <p className="fg-2">{t('side.most', { most: format.number(mostLanes) })}</p>
      <div className="log-panel-list" role="group" aria-label={t('side.choose')}>
        {offered.map((lane) => {
          const on = keys.includes(lane.key)
          return (
            <Checkbox
              key={lane.key}
              checked={on}
              disabled={on ? keys.length <= fewestLanes : keys.length >= mostLanes}
              onCheckedChange={() => onLanes(toggledLanes(lanes, lane.key))}
            >
              <span className="mono">{lane.label}</span>
              {lane.sources.length > 1 ? <span className="fg-2"> ×{format.number(lane.sources.length)}</span> : null}
            </Checkbox>
          )
        })}
      </div>
    </Popover>
  )
}
