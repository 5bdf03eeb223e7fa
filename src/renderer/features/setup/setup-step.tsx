import { Circle, CircleDashed, CircleQuestionMark, ExternalLink, Hourglass, ShieldAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { SetupStep } from '#shared/contract/setup.ts'
import { Badge, Bytes, Code, cx, Icon, KeyValue, type LucideIcon, State, type Tone } from '../../ui/index.ts'
import { officialPage } from '../host-changes/host-words.ts'
import { useShownPath } from '../machine/tool-words.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { SetupAct, type SetupDialogs } from './setup-act.tsx'
import { useSetupWords } from './setup-words.ts'
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
            <span className="fg-3 sm">{t('byHand', { context: step.id === 'checks' ? 'look' : '' })}</span>
            {step.commands.map((line) => (
              <Code key={line} wrap text={line} label={t('command', { step: t(`step.${step.id}.title`) })} />
            ))}
          </div>
        )}
      </div>
    </li>
  )
}

function Download({ download: { url, digestFrom, bytes, to } }: { readonly download: NonNullable<SetupStep['download']> }) {
  const { t } = useTranslation('setup')
  const shown = useShownPath()
  return (
    <KeyValue
      className="setup-download"
      items={[
        { key: 'from', label: t('download.from'), value: url, mono: true },
        digestFrom === 'pin'
          ? { key: 'check', label: t('download.check'), value: t('download.pin') }
          : { key: 'check', label: t('download.check'), value: digestFrom, mono: true },
        { key: 'size', label: t('download.size'), value: bytes === null ? t('download.sizeLater') : <Bytes value={bytes} /> },
        { key: 'to', label: t('download.to'), value: shown(to), mono: true },
      ]}
    />
  )
}
