import { LoaderCircle, RotateCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ClustersSnapshot } from '#shared/contract/clusters.ts'
import type { Engine } from '#shared/contract/toolchain.ts'
import { Age, IconButton, StatusItem } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'

type Source = ClustersSnapshot['sources'][number]

/** Where the list comes from: each source with what it knows and how old that is. */
export function SourceStatus({ sources, engine }: { readonly sources: readonly Source[]; readonly engine: Engine | undefined }) {
  const { t } = useTranslation('clusters')
  const words = useErrorWords()
  const nameOf = (source: Source) =>
    source.source === 'engine'
      ? [engine?.product ?? t('engine.name'), engine?.version].filter(Boolean).join(' ')
      : t(`source.${source.source}`, { defaultValue: source.source })
  return sources.map((source) => {
    const age = source.asOf === null ? null : <Age at={source.asOf} ago />
    switch (source.state) {
      case 'loading':
        return (
          <StatusItem key={source.source} tone="idle" icon={LoaderCircle} busy note={t('source.looking')}>
            {nameOf(source)}
          </StatusItem>
        )
      case 'absent':
        return (
          <StatusItem key={source.source} tone="idle" note={t('source.absent')}>
            {nameOf(source)}
          </StatusItem>
        )
      case 'failed':
        return (
          <StatusItem
            key={source.source}
            tone="warn"
            title={source.error ? words(source.error).cause : ''}
            note={
              age ? (
                <>
                  {t('source.lastAnswer')} {age}
                </>
              ) : (
                t('source.never')
              )
            }
          >
            {t('source.failedWith', { name: nameOf(source), title: source.error ? words(source.error).title : t('source.failed') })}
          </StatusItem>
        )
      case 'ok':
        return (
          <StatusItem
            key={source.source}
            tone="ok"
            note={
              <>
                {t('count', { count: source.value ?? 0 })}
                {age ? (
                  <>
                    {t('comma')}
                    {age}
                  </>
                ) : null}
              </>
            }
          >
            {nameOf(source)}
          </StatusItem>
        )
    }
  })
}

export function LookAgain({
  sources,
  busy,
  onLook,
}: {
  readonly sources: readonly Source[]
  readonly busy: boolean
  readonly onLook: () => void
}) {
  const { t: common } = useTranslation('common')
  const waiting = busy || sources.some((source) => source.state === 'loading')
  return <IconButton small icon={RotateCw} spin={waiting} label={common('lookAgain')} onClick={onLook} />
}
