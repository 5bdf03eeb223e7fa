import { Ellipsis, RotateCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Target, TargetId, TargetLook } from '#shared/contract/targets.ts'
import { Button, Callout, IconButton, Menu, Scroll, SkeletonRows, State, Table, Toolbar } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { AddSshDialog } from './add-ssh-dialog.tsx'
import { RemoveSshDialog } from './remove-ssh-dialog.tsx'
import { TargetGone } from './target-gone.tsx'
import { TargetJob } from './target-job.tsx'
import { TargetPicker } from './target-picker.tsx'
import { nameOfId, stateLook, stateWord } from './target-words.ts'
import { useLook, useTargets } from './use-targets.ts'
import './targets.css'

type TargetFrameProps = {
  /** As it stands in the address. */
  readonly id: string
  readonly onChoose: (id: TargetId) => void
  /** What is about the target; shown once it was reached. */
  readonly children: ReactNode
  /** What is known of it here, whether it can be reached or not. */
  readonly below?: ReactNode
}

/** Which machine a tab is about, what it is, and how to choose another; the tab itself stands inside. */
export function TargetFrame({ id, onChoose, children, below }: TargetFrameProps) {
  const { t } = useTranslation('targets')
  const { t: common } = useTranslation('common')
  const list = useTargets()
  const [asking, setAsking] = useState<'add' | 'remove' | null>(null)
  const found = list.data?.find((target) => target.id === id)
  const look = useLook(id, found !== undefined && found.state !== 'down')
  const gone = list.data !== undefined && !found
  const again = () => {
    void list.refetch()
    if (found) void look.refetch()
  }
  const local = () => onChoose('local')
  return (
    <>
      <Toolbar>
        <TargetPicker targets={list.data ?? []} chosen={found ?? standIn(id)} onChoose={onChoose} onAdd={() => setAsking('add')} />
        <span className="line target-now">
          {found ? <TargetFacts target={found} look={look.data} error={look.error} busy={look.isFetching} /> : null}
        </span>
        <IconButton icon={RotateCw} label={t('again')} spin={list.isFetching || look.isFetching} onClick={again} />
        {found?.kind === 'ssh' ? (
          <Menu
            trigger={<IconButton icon={Ellipsis} label={common('more')} />}
            items={[{ id: 'remove', icon: Trash2, label: t('remove.open'), warns: true, onSelect: () => setAsking('remove') }]}
          />
        ) : null}
      </Toolbar>
      <TargetJob id={id} />
      <Scroll>
        {list.error && !list.data ? (
          <ErrorNotice className="page-notice" error={list.error} onRetry={() => void list.refetch()} />
        ) : gone ? (
          <TargetGone id={id} onLocal={local} onAdd={() => setAsking('add')} />
        ) : found?.state === 'down' ? (
          <TargetDown target={found} onAgain={again} />
        ) : look.error && !look.data ? (
          <ErrorNotice className="page-notice" error={look.error} onRetry={again} />
        ) : look.data ? (
          children
        ) : (
          <Table label={t('reaching')} columns={[{ key: 'a', label: t('reaching') }]} className="target-loading" busy>
            <SkeletonRows rows={6} columns={1} label={common('loading')} />
          </Table>
        )}
        {found ? below : null}
      </Scroll>
      {asking === 'add' ? <AddSshDialog onAdded={(target) => onChoose(target.id)} onClose={() => setAsking(null)} /> : null}
      {asking === 'remove' && found ? <RemoveSshDialog target={found} onRemoved={local} onClose={() => setAsking(null)} /> : null}
    </>
  )
}

type TargetFactsProps = {
  readonly target: Target
  readonly look: TargetLook | undefined
  readonly error: unknown
  readonly busy: boolean
}

/** State, and what it is: system, build, user and how commands become root there. */
function TargetFacts({ target, look, error, busy }: TargetFactsProps) {
  const { t } = useTranslation('targets')
  if (target.state === 'down' || (error && !busy))
    return (
      <State tone={error ? 'bad' : stateLook[target.state].tone} icon={error ? undefined : stateLook[target.state].icon}>
        {t(`state.${error ? 'unreachable' : stateWord(target)}`)}
      </State>
    )
  if (!look)
    return (
      <State tone="idle" busy>
        {t('reaching')}
      </State>
    )
  return (
    <>
      <State tone="ok">{t('state.up')}</State>
      <span className="fg-3 cut target-facts">
        {[look.system, `${look.os}/${look.arch}`, t('as', { user: look.user }), look.root === 'direct' ? '' : t(`root.${look.root}`)]
          .filter(Boolean)
          .join(t('comma'))}
      </span>
    </>
  )
}

/** Why it cannot be worked on, and that what is known of it stays. */
function TargetDown({ target, onAgain }: { readonly target: Target; readonly onAgain: () => void }) {
  const { t } = useTranslation('targets')
  const { t: common } = useTranslation('common')
  if (target.error) return <ErrorNotice className="page-notice" tone="warn" error={target.error} onRetry={onAgain} />
  return (
    <Callout
      className="page-notice"
      tone="warn"
      title={t('down.title', { name: target.name })}
      actions={
        <Button icon={RotateCw} onClick={onAgain}>
          {common('lookAgain')}
        </Button>
      }
    >
      <p>{t(target.clusterId === null ? 'down.container' : 'down.node')}</p>
    </Callout>
  )
}

/** For the button, until the list says more. */
function standIn(id: string): Target {
  const kind = id === 'local' ? 'local' : id.startsWith('ssh:') ? 'ssh' : 'container'
  return { id, kind, name: nameOfId(id), clusterId: null, state: 'unknown', error: null }
}
