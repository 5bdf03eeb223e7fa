import { FileText, LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import type { DragEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Age, Button, EmptyState, Icon, StatusItem, Toolbar } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { Page } from '../shell/page.tsx'
import { LogView } from './log-view.tsx'
import { PlacePickers } from './place-pickers.tsx'
import { PodChoice } from './pod-choice.tsx'
import { TargetPicker } from './target-picker.tsx'
import { hasUpload, keepUpload } from './uploads.ts'
import { needsContext, useLogChoice } from './use-log-choice.ts'
import type { LogChoice } from './use-log-choice.ts'
import { ViewsPanel } from './views-panel.tsx'
import './logs.css'

/** Logs of whatever the address names; without that, what there is to choose from. A file can be dropped anywhere. */
export function LogsPage() {
  const { t } = useTranslation('logs')
  const choice = useLogChoice()
  const [over, setOver] = useState(false)
  const { parts } = choice.wish
  const lost = parts.find((part) => part.kind === 'upload' && !hasUpload(part.name))
  const ready = parts.length > 0 && (choice.context !== null || !needsContext(parts))
  const holdsFile = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return (
    <div
      className="log-drop"
      onDragOver={(event) => {
        if (!holdsFile(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      }}
      onDrop={(event) => {
        if (!holdsFile(event)) return
        event.preventDefault()
        setOver(false)
        const files = [...event.dataTransfer.files].map((file) => ({ kind: 'upload' as const, name: keepUpload(file) }))
        if (files.length > 0) choice.look([...parts, ...files])
      }}
    >
      {lost?.kind === 'upload' ? (
        <Choosing choice={choice}>
          <EmptyState
            title={t('file.gone', { name: lost.name })}
            actions={<Button onClick={() => choice.remove(lost)}>{t('otherPod')}</Button>}
          >
            {t('file.goneText')}
          </EmptyState>
        </Choosing>
      ) : ready ? (
        <LogView choice={choice} />
      ) : (
        <Choosing choice={choice}>
          <PodChoice choice={choice} />
        </Choosing>
      )}
      {over ? (
        <div className="log-dropping">
          <Icon of={FileText} />
          {t('file.drop')}
        </div>
      ) : null}
    </div>
  )
}

function Choosing({ choice, children }: { readonly choice: LogChoice; readonly children: ReactNode }) {
  const { t } = useTranslation('logs')
  return (
    <Page title={t('title')} status={choice.context ? <PodsStatus choice={choice} /> : null}>
      <div className="logs">
        <Toolbar className="log-sources">
          <PlacePickers choice={choice} />
          <TargetPicker choice={choice} words />
          <span className="grow" />
          <ViewsPanel choice={choice} />
        </Toolbar>
        {children}
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
              {t('pods.lastAnswer')} <Age at={view.asOf} ago />
            </>
          )
        }
      >
        {t('pods.failed', { name: context?.name ?? '', title: words(view.error).title })}
      </StatusItem>
    )
  if (view.pods === null)
    return (
      <StatusItem tone="idle" icon={LoaderCircle} busy note={t('pods.asking')}>
        {context?.name}
      </StatusItem>
    )
  return (
    <StatusItem tone="ok" note={t('pods.live', { count: view.pods.length })}>
      {context?.name}
    </StatusItem>
  )
}
