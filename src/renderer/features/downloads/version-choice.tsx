import { ExternalLink, RotateCw } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReleaseBuild, Releases } from '#shared/contract/downloads.ts'
import { Age, Button, FieldError, Icon, Select, State, TextInput, useFormat } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { architectures, dayAt, minorOf, releaseOf, systems } from './build-choice.ts'
import { useAskNewest } from './use-downloads.ts'

type VersionChoiceProps = { readonly releases: Releases; readonly build: ReleaseBuild; readonly onBuild: (build: ReleaseBuild) => void }

/** Which version, for which system and processor; how long the version is supported, and how old that knowledge is. */
export function VersionChoice({ releases, build, onBuild }: VersionChoiceProps) {
  const { t } = useTranslation('downloads')
  const id = useId()
  const ask = useAskNewest()
  const [typed, setTyped] = useState<string | null>(null)
  const minor = minorOf(build.version)
  const known = releases.minors.find((one) => one.minor === minor)
  const wrong = typed !== null && releaseOf(typed) === null
  const take = (version: string) => {
    setTyped(null)
    onBuild({ ...build, version })
  }
  const type = (text: string) => {
    setTyped(text)
    const version = releaseOf(text)
    if (version !== null) onBuild({ ...build, version })
  }
  const askNewest = () => ask.mutate(minor, { onSuccess: ({ newest }) => newest !== null && take(newest) })
  return (
    <section className="downloads-choice" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('choice.title')}</h2>
      <div className="downloads-fields">
        <Select
          label={t('choice.minor')}
          prefix={t('choice.minor')}
          mono
          value={minor}
          onValueChange={(next) => {
            const one = releases.minors.find((each) => each.minor === next)
            take(one?.newest ?? `v${next}.0`)
          }}
          options={[
            ...(known ? [] : [{ value: minor, label: minor }]),
            ...releases.minors.map((one) => ({ value: one.minor, label: one.minor, hint: t(`support.${one.state}`) })),
          ]}
        />
        <TextInput
          mono
          aria-label={t('choice.version')}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
          invalid={wrong}
          value={typed ?? build.version}
          onValueChange={type}
          onBlur={() => !wrong && setTyped(null)}
          frameClassName="downloads-version"
        />
        <Button icon={RotateCw} busy={ask.isPending} onClick={askNewest}>
          {t('choice.askNewest', { minor })}
        </Button>
        <Select
          label={t('choice.os')}
          value={build.os}
          onValueChange={(os) => onBuild({ ...build, os })}
          options={systems.map((os) => ({ value: os, label: t(`os.${os}`) }))}
        />
        <Select
          label={t('choice.arch')}
          mono
          value={build.arch}
          onValueChange={(arch) => onBuild({ ...build, arch })}
          options={architectures.map((arch) => ({ value: arch, label: arch }))}
        />
      </div>
      {wrong ? <FieldError id={`${id}-wrong`}>{t('choice.wrong')}</FieldError> : null}
      <div className="downloads-facts">
        <SupportLine releases={releases} minor={minor} />
        <span className="fg-2">
          {t(`machine.${releases.machine.because}`, { machine: `${releases.machine.os}/${releases.machine.arch}` })}
        </span>
      </div>
      {ask.error ? <ErrorNotice error={ask.error} tone="warn" onRetry={askNewest} /> : null}
    </section>
  )
}

function SupportLine({ releases, minor }: { readonly releases: Releases; readonly minor: string }) {
  const { t } = useTranslation('downloads')
  const format = useFormat()
  const known = releases.minors.find((one) => one.minor === minor)
  if (!known) return <State tone="idle">{t('support.unknown', { minor })}</State>
  const tone = { upcoming: 'info', supported: 'ok', maintenance: 'warn', ended: 'bad' } as const
  const words = t(`supportUntil.${known.state}`, {
    minor,
    released: format.date(dayAt(known.releasedOn)),
    ends: format.date(dayAt(known.endsOn)),
  })
  return (
    <>
      <State tone={tone[known.state]}>{words}</State>
      <span className="fg-3">
        {known.newest ? <span className="mono">{t('newest', { version: known.newest })} </span> : null}
        <Age at={known.newestAsOf} ago />
      </span>
      <a href={releases.source} target="_blank" rel="noreferrer" className="downloads-link">
        {known.datesFrom === 'rule' ? t('datesByRule') : t('datesAsOf', { day: format.date(dayAt(releases.asOf)) })}
        <Icon of={ExternalLink} small />
      </a>
    </>
  )
}
