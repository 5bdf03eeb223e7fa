import { CircleQuestionMark } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ToolAbout, ToolCheck } from '#shared/contract/toolchain.ts'
import { Age, State, type Tone, useFormat } from '../../ui/index.ts'
import type { ToolCopy } from './tool-words.ts'

type About = ToolAbout['copies'][number]
type CopyCheckProps = { readonly copy: ToolCopy; readonly about: About | undefined; readonly checking: boolean }

const tones: Record<ToolCheck['state'], Tone> = { same: 'ok', differs: 'info', changed: 'bad', first: 'idle' }

/** How the bytes of a copy were checked, against what, and when. */
export function CopyCheck({ copy, about, checking }: CopyCheckProps) {
  const { t } = useTranslation('machine')
  const check = about?.check ?? null
  if (checking)
    return (
      <State tone="info" busy>
        {t('check.running')}
      </State>
    )
  if (check)
    return (
      <State tone={tones[check.state]} reason={<Age at={check.at} ago />}>
        {t(`check.${check.state}`, { context: check.against })}
      </State>
    )
  if (copy.sha256)
    return (
      <State tone="ok" reason={about?.source ? <Age at={about.source.at} ago /> : undefined}>
        {t('verified')}
      </State>
    )
  return (
    <State tone="idle" icon={CircleQuestionMark}>
      {t('notVerified')}
    </State>
  )
}

/** The same in full, for where the pointer rests and for who reads on: both digests, since when, and why the publisher was not asked. */
export function useCheckWords() {
  const { t } = useTranslation('machine')
  const format = useFormat()
  return (copy: ToolCopy, about: About | undefined): string => {
    const check = about?.check
    const lines = check
      ? [
          t('check.digest', { digest: check.sha256 }),
          check.expected !== null && check.expected !== check.sha256 ? t('check.expected', { digest: check.expected }) : '',
          check.since === null ? '' : t('check.since', { time: format.dateTime(check.since) }),
        ]
      : [copy.sha256 ? t('check.digest', { digest: copy.sha256 }) : '']
    return [
      ...lines,
      about?.source ? t('check.from', { url: about.source.url }) : '',
      about?.source && about.source.digestFrom !== 'pin' ? t('check.digestFrom', { url: about.source.digestFrom }) : '',
    ]
      .filter(Boolean)
      .join('\n')
  }
}
