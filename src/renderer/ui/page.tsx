import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import type { LucideIcon, Tone } from './icon.tsx'
import { toneIcon } from './state.tsx'

export function Toolbar({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return <div className={cx('toolbar', className)}>{children}</div>
}

/** Scrolls on its own, so it can be reached by keyboard; give it a label when nothing inside takes the focus. */
export function Scroll({
  children,
  label,
  className,
}: {
  readonly children: ReactNode
  readonly label?: string
  readonly className?: string
}) {
  return (
    <div className={cx('scroll', className)} {...(label ? { role: 'region', 'aria-label': label, tabIndex: 0 } : {})}>
      {children}
    </div>
  )
}

/** The line at the bottom of a page: where its facts come from and how old they are. */
export function StatusLine({ children, end }: { readonly children?: ReactNode; readonly end?: ReactNode }) {
  return (
    <footer className="status-line">
      {children}
      {end ? <span className="end fg-3">{end}</span> : null}
    </footer>
  )
}

type StatusItemProps = {
  readonly tone: Tone
  readonly icon?: LucideIcon
  readonly busy?: boolean
  readonly note?: ReactNode
  readonly title?: string
  readonly children: ReactNode
}

export function StatusItem({ tone, icon, busy, note, title, children }: StatusItemProps) {
  return (
    <span className={cx(tone === 'warn' && 'warn-text', tone === 'bad' && 'bad-text')} title={title}>
      <Icon of={icon ?? toneIcon(tone)} tone={tone} spin={busy} />
      {children}
      {note ? <span className={cx((tone === 'ok' || tone === 'idle' || tone === 'info') && 'fg-3')}>{note}</span> : null}
    </span>
  )
}

export function Crumbs({ before, title }: { readonly before?: ReactNode; readonly title: ReactNode }) {
  return (
    <div className="crumbs">
      {before ? (
        <>
          {before}
          <Icon of={ChevronRight} small />
        </>
      ) : null}
      <h1 tabIndex={-1} id="page-title">
        {title}
      </h1>
    </div>
  )
}

export function SectionHead({
  title,
  note,
  children,
}: {
  readonly title: ReactNode
  readonly note?: ReactNode
  readonly children?: ReactNode
}) {
  return (
    <div className="section-head">
      <h2>{title}</h2>
      {note ? <span className="fg-3">{note}</span> : null}
      <span className="grow" />
      {children}
    </div>
  )
}

/** One sentence and one action. */
export function EmptyState({
  title,
  children,
  actions,
}: {
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
}) {
  return (
    <section className="empty">
      <h2>{title}</h2>
      {children ? <div className="fg-2">{children}</div> : null}
      {actions ? <div className="acts">{actions}</div> : null}
    </section>
  )
}
