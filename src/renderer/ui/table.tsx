import { createContext, use, useCallback, useEffect, useMemo, useRef } from 'react'
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react'
import { cx } from './cx.ts'
import { VisuallyHidden } from './visually-hidden.tsx'

export type Column = { readonly key: string; readonly label: string; readonly hideLabel?: boolean; readonly align?: 'end' }

/** Rows that can be opened make a grid with one tab stop (arrow keys walk them), others a plain table. */
const Grid = createContext({ interactive: false, settle: () => {} })

type TableProps = {
  readonly label: string
  readonly columns: readonly Column[]
  /** Carries `--cols`, the grid template of every row. */
  readonly className?: string
  readonly interactive?: boolean
  readonly busy?: boolean
  readonly rowCount?: number
  readonly children: ReactNode
}

export function Table({ label, columns, className, interactive = false, busy = false, rowCount, children }: TableProps) {
  const root = useRef<HTMLDivElement>(null)
  const openable = useCallback(() => [...(root.current?.querySelectorAll<HTMLElement>('[role="row"][tabindex]') ?? [])], [])
  const settle = useCallback(() => {
    const rows = openable()
    if (rows[0] && rows.every((row) => row.tabIndex !== 0)) rows[0].tabIndex = 0
  }, [openable])
  const grid = useMemo(() => ({ interactive, settle }), [interactive, settle])
  const walk = (event: KeyboardEvent) => {
    if (!interactive || event.altKey || event.ctrlKey || event.metaKey) return
    const rows = openable()
    const at = rows.indexOf(event.target as HTMLElement)
    const next = at < 0 ? undefined : target(event.key, at, rows.length)
    if (next === undefined) return
    event.preventDefault()
    for (const [index, row] of rows.entries()) row.tabIndex = index === next ? 0 : -1
    rows[next]?.focus()
  }
  return (
    <Grid value={grid}>
      <div
        ref={root}
        role={interactive ? 'grid' : 'table'}
        aria-label={label}
        aria-busy={busy || undefined}
        aria-rowcount={rowCount}
        className={cx('table', className)}
        onKeyDown={walk}
      >
        <div role="row" className="tr head">
          {columns.map((column) => (
            <span key={column.key} role="columnheader" className={cx(column.align === 'end' && 'num-cell')}>
              {column.hideLabel ? <VisuallyHidden>{column.label}</VisuallyHidden> : column.label}
            </span>
          ))}
        </div>
        {children}
      </div>
    </Grid>
  )
}

type RowProps = {
  readonly onOpen?: () => void
  readonly selected?: boolean
  readonly old?: boolean
  readonly className?: string
  readonly id?: string
  readonly label?: string
  readonly children: ReactNode
}

/** `onOpen`: Enter or a press anywhere that is not a control of its own. */
export function Row({ onOpen, selected, old, className, id, label, children }: RowProps) {
  const { interactive, settle } = use(Grid)
  useEffect(() => {
    settle()
    return () => queueMicrotask(settle)
  }, [settle])
  const own = (event: MouseEvent | KeyboardEvent) => (event.target as HTMLElement).closest('a, button, input, [role="menuitem"]') === null
  return (
    <div
      role="row"
      id={id}
      aria-label={label}
      aria-selected={interactive && selected !== undefined ? selected : undefined}
      data-open={onOpen ? '' : undefined}
      tabIndex={interactive && onOpen ? -1 : undefined}
      className={cx('tr', selected && 'selected', old && 'old', className)}
      onClick={(event) => {
        if (onOpen && own(event) && !window.getSelection()?.toString()) onOpen()
      }}
      onKeyDown={(event) => {
        if (onOpen && event.key === 'Enter' && event.target === event.currentTarget) onOpen()
      }}
    >
      {children}
    </div>
  )
}

type CellProps = {
  readonly className?: string
  readonly title?: string | undefined
  readonly colSpan?: number
  readonly children?: ReactNode
}

export function Cell({ className, title, colSpan, children }: CellProps) {
  const { interactive } = use(Grid)
  return (
    <div role={interactive ? 'gridcell' : 'cell'} className={className} title={title} aria-colspan={colSpan}>
      {children}
    </div>
  )
}

/** A heading among the rows. */
export function GroupRow({
  title,
  note,
  end,
  colSpan,
}: {
  readonly title: ReactNode
  readonly note?: ReactNode
  readonly end?: ReactNode
  readonly colSpan: number
}) {
  const { interactive } = use(Grid)
  return (
    <div role="row" className="tr group">
      <div role={interactive ? 'gridcell' : 'cell'} aria-colspan={colSpan} className="line grow">
        <span className="strong">{title}</span>
        {note ? <span className="fg-3 cut">{note}</span> : null}
        {end ? <span className="grow" /> : null}
        {end}
      </div>
    </div>
  )
}

/** Rows of the right height while a list loads. `label` is read out once. */
export function SkeletonRows({ rows = 4, columns, label }: { readonly rows?: number; readonly columns: number; readonly label: string }) {
  const { interactive } = use(Grid)
  return Array.from({ length: rows }, (_, row) => (
    <div key={row} role="row" className="tr skeleton-row">
      {Array.from({ length: columns }, (_unused, column) => (
        <div key={column} role={interactive ? 'gridcell' : 'cell'}>
          {row === 0 && column === 0 ? <VisuallyHidden>{label}</VisuallyHidden> : null}
          <div className="skeleton" style={{ width: `${[72, 48, 60, 40][(row + column) % 4]}%` }} />
        </div>
      ))}
    </div>
  ))
}

function target(key: string, at: number, count: number) {
  if (key === 'ArrowDown') return Math.min(at + 1, count - 1)
  if (key === 'ArrowUp') return Math.max(at - 1, 0)
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return undefined
}
