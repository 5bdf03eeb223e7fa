import { ShieldCheck, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Downloaded } from '#shared/contract/downloads.ts'
import { isForEveryPlatform } from '#shared/every-platform.ts'
import { Age, Cell, CopyButton, IconButton, Row, State } from '../../ui/index.ts'
import { useShownPath } from '../machine/tool-words.ts'

export const stateTone = { ok: 'ok', unknown: 'idle', changed: 'bad', gone: 'warn' } as const

type DownloadedRowProps = {
  readonly one: Downloaded
  readonly verifying: boolean
  readonly onVerify: () => void
  readonly onRemove: () => void
}

export function DownloadedRow({ one, verifying, onVerify, onRemove }: DownloadedRowProps) {
  const { t } = useTranslation('downloads')
  const shown = useShownPath()
  const name = t('downloaded.name', { name: t(`component.${one.component}`), version: one.version })
  const pair = isForEveryPlatform(one.component) ? '' : ` ${one.os}/${one.arch}`
  return (
    <Row>
      <Cell title={`${name}${pair}`}>
        <span className="mono medium">{name}</span>
        <span className="mono fg-2">{pair}</span>
      </Cell>
      <Cell className="machine-path open">
        <span className="mono cut" title={one.path}>
          {shown(one.path)}
        </span>
        <CopyButton text={one.path} label={t('copyPath', { path: one.path })} />
      </Cell>
      <Cell className="line" title={one.sha256}>
        <State tone={stateTone[one.state]} busy={verifying}>
          {verifying ? t('verifying') : t(`state.${one.state}`)}
        </State>
        <span className="fg-3 sm">
          <Age at={one.checkedAt} ago />
        </span>
      </Cell>
      <Cell className="fg-2" title={t(`signatureWhy.${one.signature}`)}>
        {t(`signatureState.${one.signature}`)}
      </Cell>
      <Cell className="line downloads-acts open">
        <IconButton
          small
          icon={ShieldCheck}
          label={t('verify', { name })}
          disabled={verifying || one.state === 'gone'}
          onClick={onVerify}
        />
        <IconButton small icon={Trash2} label={t('remove.of', { name })} onClick={onRemove} />
      </Cell>
    </Row>
  )
}
