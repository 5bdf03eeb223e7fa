import type { CSSProperties } from 'react'
import { cx } from './cx.ts'

export type Segment = {
  readonly id: string
  readonly state: 'todo' | 'now' | 'done' | 'failed' | 'skipped' /** Width against the others. */
  readonly weight: number /** 0…1, of the running one. */
  readonly progress?: number
}

type ProgressProps = {
  readonly label: string
  readonly segments: readonly Segment[]
  readonly className?: string /** False: an ended one, no longer a progress bar to assistive technology. */
  readonly live?: boolean
}

/** One segment per step, wide as its usual time. */
export function Progress({ label, segments, className, live = true }: ProgressProps) {
  const shown = segments.filter((segment) => segment.state !== 'skipped')
  const bar = (
    <>
      {shown.map((segment) => (
        <i
          key={segment.id}
          className={cx(segment.state !== 'todo' && segment.state)}
          style={{ '--w': segment.weight, '--v': `${Math.round((segment.progress ?? 0) * 100)}%` } as CSSProperties}
        />
      ))}
    </>
  )
  if (!live)
    return (
      <div className={cx('progress', className)} aria-hidden>
        {bar}
      </div>
    )
  return (
    <div
      className={cx('progress', className)}
      role="progressbar"
      aria-label={label}
      aria-valuenow={percentDone(segments)}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      {bar}
    </div>
  )
}

export function percentDone(segments: readonly Segment[]): number {
  const counted = segments.filter((segment) => segment.state !== 'skipped')
  const total = counted.reduce((sum, segment) => sum + segment.weight, 0)
  const done = counted.reduce(
    (sum, segment) => sum + segment.weight * (segment.state === 'done' ? 1 : segment.state === 'now' ? (segment.progress ?? 0) : 0),
    0,
  )
  return total === 0 ? 0 : Math.round((done / total) * 100)
}
