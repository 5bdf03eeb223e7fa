import { Link } from '@tanstack/react-router'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '#shared/contract/settings.ts'
import { Button, buttonClass, Cell, Row, State, Table } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { covered } from '../settings/address.ts'
import { mirrored, type MirrorKind } from '../settings/mirrors.ts'
import { useSaveSettings, useSettings } from '../settings/use-settings.ts'

type Kind = Exclude<MirrorKind, 'github'>

/** The usual ones in China. Offered, never taken unasked. */
const proposals: readonly {
  readonly kind: Kind
  readonly address: string
  readonly note: 'daocloud' | 'aliyun' | 'tuna'
}[] = [
  { kind: 'kubernetes', address: mirrored.kubernetes.example, note: 'daocloud' },
  { kind: 'registry', address: mirrored.registry.example, note: 'daocloud' },
  { kind: 'registry', address: 'registry.aliyuncs.com/google_containers', note: 'aliyun' },
  { kind: 'packages', address: mirrored.packages.example, note: 'aliyun' },
  // https://mirrors.tuna.tsinghua.edu.cn/help/kubernetes/
  { kind: 'packages', address: 'https://mirrors.tuna.tsinghua.edu.cn/kubernetes/core:/stable:', note: 'tuna' },
]

/** Where bytes come from instead; what they must be is always said by the publisher. */
export function MirrorsSection() {
  const { t } = useTranslation('downloads')
  const { t: common } = useTranslation('common')
  const id = useId()
  const settings = useSettings()
  const save = useSaveSettings()
  const mirrors = settings.data?.settings.mirrors
  const readOnly = settings.data?.health === 'from-the-future'
  const use = (kind: Kind, address: string) => save.mutate({ mirrors: { [kind]: address } })
  return (
    <section aria-labelledby={id} className="downloads-mirrors">
      <div className="machine-head downloads-head wrap">
        <h2 id={id}>{t('mirrors.title')}</h2>
        <span className="fg-3 cut">{t('mirrors.note')}</span>
        <span className="grow" />
        <Link to="/settings" className={buttonClass('plain', 'small')}>
          {t('mirrors.settings')}
        </Link>
      </div>
      {settings.error ? <ErrorNotice className="page-notice" error={settings.error} onRetry={() => void settings.refetch()} /> : null}
      {save.error ? <ErrorNotice className="page-notice" error={save.error} /> : null}
      {mirrors ? (
        <Table
          label={t('mirrors.title')}
          className="mirrors-table"
          columns={[
            { key: 'for', label: t('mirrors.for') },
            { key: 'address', label: t('mirrors.address') },
            { key: 'note', label: t('mirrors.about') },
            { key: 'actions', label: common('actions'), hideLabel: true },
          ]}
        >
          {(['kubernetes', 'registry', 'packages'] as const).map((kind) => (
            <CurrentRow key={kind} kind={kind} mirrors={mirrors} readOnly={readOnly} onClear={() => use(kind, '')} />
          ))}
          {proposals
            .filter(({ kind, address }) => mirrors[kind] !== address)
            .map(({ kind, address, note }) => (
              <Row key={address}>
                <Cell className="mono fg-2">{hostOf(kind)}</Cell>
                <Cell className="mono cut" title={address}>
                  {address}
                </Cell>
                <Cell className="fg-2 cut" title={t(`mirrors.${note}`, { context: kind })}>
                  {t(`mirrors.${note}`, { context: kind })}
                </Cell>
                <Cell className="line downloads-acts open">
                  <Button
                    size="small"
                    disabled={readOnly || save.isPending}
                    aria-label={t('mirrors.useOf', { address })}
                    onClick={() => use(kind, address)}
                  >
                    {t('mirrors.use')}
                  </Button>
                </Cell>
              </Row>
            ))}
        </Table>
      ) : null}
    </section>
  )
}

/** `pkgs.k8s.io` */
const hostOf = (kind: Kind) => mirrored[kind].publisher.replace(/^https:\/\/|\/.*$/g, '')

type CurrentRowProps = {
  readonly kind: Kind
  readonly mirrors: Settings['mirrors']
  readonly readOnly: boolean
  readonly onClear: () => void
}

function CurrentRow({ kind, mirrors, readOnly, onClear }: CurrentRowProps) {
  const { t } = useTranslation('downloads')
  const mirror = mirrors[kind]
  return (
    <Row>
      <Cell className="mono">{hostOf(kind)}</Cell>
      <Cell className="mono cut" title={covered(mirror)}>
        {mirror === '' ? mirrored[kind].publisher : covered(mirror)}
      </Cell>
      <Cell>
        <State tone="ok">{t(mirror === '' ? 'mirrors.publisher' : 'mirrors.inUse')}</State>
      </Cell>
      <Cell className="line downloads-acts open">
        {mirror === '' ? null : (
          <Button
            size="small"
            disabled={readOnly}
            aria-label={t('mirrors.backOf', { publisher: mirrored[kind].publisher })}
            onClick={onClear}
          >
            {t('mirrors.back')}
          </Button>
        )}
      </Cell>
    </Row>
  )
}
