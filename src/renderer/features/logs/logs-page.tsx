import { LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Age, Button, EmptyState, StatusItem } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { Page } from '../shell/page.tsx'
import { LogPickers } from './log-pickers.tsx'
import { offsetName } from './log-time.ts'
import type { LogLook } from './log-toolbar.tsx'
import { LogView } from './log-view.tsx'
import { PodChoice } from './pod-choice.tsx'
import { useLogChoice } from './use-log-choice.ts'
import type { LogChoice } from './use-log-choice.ts'
import './logs.css'

/** Live log of one container; which one stands in the address. */
export function LogsPage() {
  const { t } = useTranslation('logs')
  const choice = useLogChoice()
  const [look, setLook] = useState<LogLook>({ tail: '1000', times: 'local', wrap: false, filter: '' })
  const { target, podName, view } = choice
  // A pod that is not listed and no container in the address: there is nothing to ask for.
  const gone = podName !== undefined && !target && view.pods !== null
  return (
    <Page
      title={target ? t('titleOf', { pod: target.pod }) : t('title')}
      status={choice.context ? <PodsStatus choice={choice} /> : null}
      statusEnd={look.times === 'utc' ? t('times.inUtc') : t('times.inLocal', { offset: offsetName() })}
    >
      <div className="logs">
        <LogPickers choice={choice} />
        {target ? (
          <LogView
            key={[target.context.file, target.context.name, target.namespace, target.pod, target.container].join('\n')}
            target={target}
            container={choice.container}
            look={look}
            onLook={setLook}
            onLeave={choice.leavePod}
          />
        ) : gone ? (
          <EmptyState title={t('choose.gone', { pod: podName })} actions={<Button onClick={choice.leavePod}>{t('otherPod')}</Button>}>
            {t('choose.goneText')}
          </EmptyState>
        ) : (
          <PodChoice choice={choice} />
        )}
      </div>
    </Page>
  )
}

/** Where the list of pods comes from and whether it is live. */
function PodsStatus({ choice }: { readonly choice: LogChoice }) {
  const { t } = useTranslation('logs')
  const words = useErrorWords()
  const { view, context } = choice
  if (view.error)
    return (
      <StatusItem
        tone="warn"
        title={words(view.error).cause}
        note={
          view.asOf === null ? null : (
            <>
              {t('source.lastAnswer')} <Age at={view.asOf} ago />
            </>
          )
        }
      >
        {t('source.failed', { name: context?.name ?? '', title: words(view.error).title })}
      </StatusItem>
    )
  if (view.pods === null)
    return (
      <StatusItem tone="idle" icon={LoaderCircle} busy note={t('source.asking')}>
        {context?.name}
      </StatusItem>
    )
  return (
    <StatusItem tone="ok" note={t('source.pods', { count: view.pods.length })}>
      {context?.name}
    </StatusItem>
  )
}
