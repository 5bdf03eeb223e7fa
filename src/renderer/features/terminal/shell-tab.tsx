import { SquareTerminal } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { Button, EmptyState, Kbd, State } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import './terminal.css'

// Half a megabyte that few pages need.
const Terminal = lazy(() => import('./terminal.tsx').then((module) => ({ default: module.Terminal })))

type End = { readonly exitCode: number | null } | { readonly error: unknown }
type ShellTabProps = {
  readonly cluster: Cluster
  readonly node: string
  /** The node takes a shell now. Asked before the first shell only: one that is open outlives a pause of its node. */
  readonly able: boolean
}

/** A shell in a node: there from the first look at this tab until it is closed, the page is left, or it ends. */
export function ShellTab({ cluster, node, able }: ShellTabProps) {
  const { t } = useTranslation('nodes')
  const [attempt, setAttempt] = useState(0)
  const [opened, setOpened] = useState(false)
  const [end, setEnd] = useState<End | null>(null)
  const [wasAble, setWasAble] = useState(able)
  if (able && !wasAble) setWasAble(true)
  const open = useRef<HTMLDivElement>(null)
  const again = () => {
    setOpened(false)
    setEnd(null)
    setAttempt(attempt + 1)
  }
  const leave = () => open.current?.closest('.tabs-root')?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus()
  if (!wasAble) return <EmptyState title={t('shell.notRunning')}>{t('shell.notRunningText')}</EmptyState>
  const error = end !== null && 'error' in end ? end.error : null
  const exit = end !== null && 'exitCode' in end ? end : null
  return (
    <div className="shell-tab" ref={open}>
      {error === null ? null : (
        <ErrorNotice className="page-notice" error={error} actions={<Button onClick={again}>{t('shell.again')}</Button>} />
      )}
      <Suspense fallback={<div className="shell-screen" />}>
        <Terminal
          key={attempt}
          id={cluster.id}
          node={node}
          label={t('shell.label', { node })}
          onOpen={() => setOpened(true)}
          onEnd={setEnd}
          onLeave={leave}
        />
      </Suspense>
      <div className="shell-foot">
        {end !== null ? (
          <State tone="idle">{exit === null || exit.exitCode === null ? t('shell.over') : t('shell.ended', { code: exit.exitCode })}</State>
        ) : opened ? (
          <State tone="ok" icon={SquareTerminal}>
            {t('shell.open')}
          </State>
        ) : (
          <State tone="info" busy>
            {t('shell.opening')}
          </State>
        )}
        <span className="fg-3 cut shell-keys">
          <Kbd>Ctrl+Shift+L</Kbd> {t('shell.leave')}
        </span>
        <span className="grow" />
        {exit === null ? null : (
          <Button size="small" onClick={again}>
            {t('shell.again')}
          </Button>
        )}
      </div>
    </div>
  )
}
