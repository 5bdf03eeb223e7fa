import { ChevronsUpDown, CircleQuestionMark, LoaderCircle, Route, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge, cx, Icon, Popover, VisuallyHidden } from '../../ui/index.ts'
import { currentContext } from './context-state.ts'
import type { CurrentContext } from './context-state.ts'
import { useWhere, whereIcon } from './context-words.ts'
import { SwitcherPanel } from './switcher-panel.tsx'
import { useContexts } from './use-contexts.ts'
import './contexts.css'

/** The context that kubectl uses, in the header of every page; opens the list of all. */
export function ContextSwitcher() {
  const { t } = useTranslation('contexts')
  const list = useContexts()
  const [open, setOpen] = useState(false)
  const current = currentContext(list.data, list.error)
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('switcher.label')}
      className="switcher"
      trigger={
        <button type="button" className="btn ctx">
          <VisuallyHidden>{t('switcher.current')}</VisuallyHidden>
          <Current current={current} />
          <Icon of={ChevronsUpDown} />
        </button>
      }
    >
      <SwitcherPanel list={list} current={current} onDone={() => setOpen(false)} />
    </Popover>
  )
}

function Current({ current }: { readonly current: CurrentContext }) {
  const { t } = useTranslation('contexts')
  const where = useWhere()
  switch (current.kind) {
    case 'loading':
      return (
        <>
          <Icon of={LoaderCircle} spin />
          <span className="fg-3 cut">{t('switcher.loading')}</span>
        </>
      )
    case 'unknown':
      return (
        <>
          <Icon of={CircleQuestionMark} />
          <span className="fg-2 cut">{t('switcher.unknown')}</span>
        </>
      )
    case 'none':
      return (
        <>
          <Icon of={Route} />
          <span className="fg-2 cut">{t('switcher.none')}</span>
        </>
      )
    case 'dangling':
      return (
        <>
          <Icon of={TriangleAlert} tone="warn" />
          <span className="warn-text cut">{t('switcher.dangling', { name: current.name })}</span>
        </>
      )
    case 'chosen':
      return (
        <>
          <Icon of={current.old ? CircleQuestionMark : Route} />
          <span className={cx('mono cut', current.old && 'fg-3')} title={current.context.name}>
            {current.context.name}
            <span className="fg-3 ctx-namespace"> / {current.context.namespace ?? 'default'}</span>
          </span>
          <Badge icon={whereIcon(current.context)}>{where(current.context)}</Badge>
          {current.old ? <VisuallyHidden>{t('blocked.old')}</VisuallyHidden> : null}
        </>
      )
  }
}
