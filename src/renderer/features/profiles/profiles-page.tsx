import { Link, useNavigate } from '@tanstack/react-router'
import { FileUp, PencilRuler } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Profile } from '#shared/contract/profiles.ts'
import { Button, cx, EmptyState, Scroll, SkeletonRows, StatusItem, Table, Toolbar } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { Page } from '../shell/page.tsx'
import { DamagedFiles } from './damaged-files.tsx'
import { ProfileRow } from './profile-row.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { RenameDialog } from './rename-dialog.tsx'
import { useProfileActions, useProfiles } from './use-profiles.ts'
import './profiles.css'

/** Saved specifications of clusters. */
export function ProfilesPage() {
  const { t } = useTranslation('profiles')
  const { t: clusters } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const navigate = useNavigate()
  const list = useProfiles()
  const actions = useProfileActions()
  const picker = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [renamed, setRenamed] = useState<Profile | null>(null)
  const [doomed, setDoomed] = useState<Profile | null>(null)
  const profiles = list.data?.profiles ?? []
  const pick = () => picker.current?.click()
  const columns = [
    ...(['name', 'provider', 'version', 'nodes', 'changed'] as const).map((key) => ({ key: key as string, label: t(`column.${key}`) })),
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]

  return (
    <Page
      title={t('title')}
      before={<Link to="/clusters">{clusters('title')}</Link>}
      status={
        list.data ? (
          <StatusItem tone={list.data.damaged.length > 0 ? 'warn' : 'ok'}>
            {t('count', { count: profiles.length })}
            <span className="fg-3 mono profiles-folder">{list.data.folder}</span>
          </StatusItem>
        ) : null
      }
    >
      <Toolbar>
        <span className="fg-3 profiles-lead">{t('lead')}</span>
        <span className="grow" />
        {profiles.length === 0 ? null : (
          <>
            <Button icon={FileUp} busy={actions.importing} onClick={pick}>
              {t('import')}
            </Button>
            <Button variant="primary" icon={PencilRuler} onClick={() => void navigate({ to: '/clusters/new' })}>
              {t('design')}
            </Button>
          </>
        )}
        <input
          ref={picker}
          type="file"
          hidden
          multiple
          accept=".yaml,.yml,.json"
          aria-label={t('import')}
          onChange={(event) => {
            actions.importFiles([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
      </Toolbar>
      <div
        className={cx('profiles-drop', over && 'over')}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes('Files')) return
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          actions.importFiles([...event.dataTransfer.files])
        }}
      >
        <Scroll>
          {list.error ? <ErrorNotice className="page-notice" error={list.error} onRetry={() => void list.refetch()} /> : null}
          {actions.failures.map(({ what, error }) => (
            <ErrorNotice key={what} className="page-notice" error={error} consequence={t('notDone', { what })} />
          ))}
          <DamagedFiles damaged={list.data?.damaged ?? []} />
          {list.isPending ? (
            <Table className="profiles-table" label={t('title')} columns={columns} busy>
              <SkeletonRows rows={3} columns={5} label={common('loading')} />
            </Table>
          ) : profiles.length === 0 && !list.error ? (
            <EmptyState
              title={t('empty.title')}
              actions={
                <>
                  <Button variant="primary" icon={PencilRuler} onClick={() => void navigate({ to: '/clusters/new' })}>
                    {t('design')}
                  </Button>
                  <Button icon={FileUp} busy={actions.importing} onClick={pick}>
                    {t('import')}
                  </Button>
                </>
              }
            >
              <p>{t('empty.text')}</p>
            </EmptyState>
          ) : profiles.length > 0 ? (
            <Table className="profiles-table" label={t('title')} columns={columns} interactive>
              {profiles.map((profile) => (
                <ProfileRow key={profile.id} profile={profile} actions={actions} onRename={setRenamed} onRemove={setDoomed} />
              ))}
            </Table>
          ) : null}
        </Scroll>
      </div>
      {renamed === null ? null : <RenameDialog profile={renamed} onClose={() => setRenamed(null)} />}
      {doomed === null ? null : <RemoveDialog profile={doomed} onClose={() => setDoomed(null)} />}
    </Page>
  )
}
