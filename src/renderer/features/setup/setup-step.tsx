import type { ReactNode } from 'react'
import { Circle, CircleDashed, CircleQuestionMark, ExternalLink, Hourglass, ShieldAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { SetupDownload, SetupStep } from '#shared/contract/setup.ts'
import { Badge, Bytes, Code, cx, Icon, KeyValue, type KeyValueItem, type LucideIcon, State, type Tone } from '../../ui/index.ts'
import { officialPage } from '../host-changes/host-words.ts'
import { useShownPath } from '../machine/tool-words.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { SetupAct, type SetupDialogs } from './setup-act.tsx'
import { onlyLooks, useSetupWords } from './setup-words.ts'
import type { Wish } from './use-setup.ts'

const looks: Record<SetupStep['state'], { readonly tone: Tone; readonly icon?: LucideIcon }> = {
  done: { tone: 'ok' },
  todo: { tone: 'info', icon: Circle },
  waiting: { tone: 'idle', icon: Hourglass },
  optional: { tone: 'idle', icon: CircleDashed },
  unknown: { tone: 'warn', icon: CircleQuestionMark },
  running: { tone: 'info' },
}

type SetupStepRowProps = {
  readonly step: SetupStep
  readonly number: number
  readonly wish: Wish
  /** The first that can be done now: what is pressed next. */
  readonly isNext: boolean
  readonly dialogs: SetupDialogs
}

/** One step: how it stands, why it is there, what is there, what would be fetched, the same by hand, and one button. */
export function SetupStepRow({ step, number, wish, isNext, dialogs }: SetupStepRowProps) {
  const { t, i18n } = useTranslation('setup')
  const says = useSetupWords()
  const { tone, icon } = looks[step.state]
  const page = officialPage(step.link, i18n.language)
  const said = says(step)
  return (
    <li className={cx('setup-step', step.state)}>
      <span className="setup-number num fg-3" aria-hidden>
        {number}
      </span>
      <State tone={tone} icon={icon} busy={step.state === 'running'}>
        {t(`state.${step.state}`)}
      </State>
      <div className="setup-what">
        <h3 className="line wrap">
          <span className="text-wrap">{t(`step.${step.id}.title`)}</span>
          {step.root && step.state !== 'done' ? <Badge icon={ShieldAlert}>{t('needsRoot')}</Badge> : null}
        </h3>
        {said === '' ? null : <p className="setup-says">{said}</p>}
        <p className="fg-2">
          {t(`step.${step.id}.why`)}{' '}
          <a href={page} target="_blank" rel="noreferrer" className="plan-page">
            {t('page', { host: new URL(page).hostname })}
            <Icon of={ExternalLink} small />
          </a>
        </p>
        {step.error ? <ErrorNotice error={step.error} tone="warn" /> : null}
        {step.download ? <Download download={step.download} /> : null}
        <SetupAct step={step} wish={wish} isNext={isNext} dialogs={dialogs} />
        {step.state === 'done' || step.commands.length === 0 ? null : (
          <div className="setup-commands">
            <span className="fg-3 sm">{t('byHand', { context: onlyLooks(step) ? 'look' : '' })}</span>
            {step.commands.map((line) => (
              <Code key={line} wrap text={line} label={t('command', { step: t(`step.${step.id}.title`) })} />
            ))}
          </div>
        )}
      </div>
    </li>
  )
}

function Download({ download }: { readonly download: SetupDownload }) {
  return <KeyValue className="setup-download" items={useDownloadItems(download)} />
}

/** From where, what, checked by what; of a file also how large, and to where. */
function useDownloadItems(download: SetupDownload): KeyValueItem[] {
  const { t } = useTranslation('setup')
  const shown = useShownPath()
  const item = (key: 'from' | 'check' | 'size' | 'to' | 'packages' | 'images', value: ReactNode, mono = false) => ({
    key,
    label: t(`download.${key}`),
    value,
    mono,
  })
  switch (download.kind) {
    case 'file': {
      const { url, digestFrom, bytes, to } = download
      return [
        item('from', url, true),
        digestFrom === 'pin' ? item('check', t('download.pin')) : item('check', digestFrom, true),
        item('size', bytes === null ? t('download.sizeLater') : <Bytes value={bytes} />),
        item('to', shown(to), true),
      ]
    }
    case 'packages': {
      const { from, names, key } = download
      return [
        from === null ? item('from', t('download.system')) : item('from', from, true),
        item('packages', names.join(' '), true),
        item('check', key === null ? t('download.trusted') : t('download.signed', { key })),
      ]
    }
    case 'images': {
      const { from, names, digest } = download
      return [
        item('from', from, true),
        names.length === 0 ? item('images', t('download.ofVersion')) : item('images', names.join(' '), true),
        item('check', t(digest ? 'download.digest' : 'download.tag')),
      ]
    }
  }
}
