import { Link } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Component, Downloaded, PublishedFile } from '#shared/contract/downloads.ts'
import type { Job } from '#shared/contract/jobs.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { Age, Bytes, Cell, CopyButton, IconButton, Row, State } from '../../ui/index.ts'
import { isRunning } from '../jobs/elapsed.ts'
import { DownloadInRow } from '../machine/download-in-row.tsx'
import { useErrorWords } from '../shell/error-words.ts'
import { stateTone } from './downloaded-row.tsx'

export type Asked = {
  readonly component: Component
  readonly sha256: string | null
  readonly bytes: number | null
  readonly error: AppErrorShape | null
}

type FileRowProps = {
  readonly file: PublishedFile
  readonly selected: boolean
  /** Null: nobody asked for size and digest yet. */
  readonly asked: Asked | null
  readonly downloaded: Downloaded | null
  /** The last job on it. */
  readonly job: Job | null
  readonly starting: boolean
  readonly onChoose: () => void
  readonly onDownload: () => void
}

/** One file of a release. */
export function FileRow({ file, selected, asked, downloaded, job, starting, onChoose, onDownload }: FileRowProps) {
  const { t } = useTranslation('downloads')
  const words = useErrorWords()
  const name = t(`component.${file.component}`)
  const sha256 = asked?.sha256 ?? downloaded?.sha256 ?? null
  const running = job !== null && isRunning(job)
  return (
    <Row onOpen={onChoose} selected={selected}>
      <Cell className="mono medium" title={t(`purpose.${file.component}`)}>
        {name}
      </Cell>
      <Cell className="num-cell fg-2">
        <Bytes value={asked?.bytes ?? downloaded?.bytes ?? null} />
      </Cell>
      <Cell className="line open" title={asked?.error ? words(asked.error).cause : (sha256 ?? undefined)}>
        {asked?.error ? (
          <State tone="warn">{words(asked.error).title}</State>
        ) : sha256 === null ? (
          <span className="fg-3">{t('notAsked')}</span>
        ) : (
          <>
            <span className="mono fg-2">{sha256.slice(0, 12)}…</span>
            <CopyButton text={sha256} label={t('copyDigest', { name })} />
          </>
        )}
      </Cell>
      <Cell className="line">
        <FileState name={name} downloaded={downloaded} job={job} />
      </Cell>
      <Cell className="line downloads-acts open">
        {running ? null : (
          <IconButton
            small
            icon={Download}
            label={t('download', { name })}
            disabled={starting}
            onClick={(event) => {
              // The button gives way to the job; the focus stays with the row.
              event.currentTarget.closest<HTMLElement>('[role="row"]')?.focus()
              onDownload()
            }}
          />
        )}
      </Cell>
    </Row>
  )
}

function FileState({ name, downloaded, job }: { readonly name: string; readonly downloaded: Downloaded | null; readonly job: Job | null }) {
  const { t } = useTranslation('downloads')
  if (job && isRunning(job)) return <DownloadInRow key={job.id} id={job.id} tool={name} />
  if (job && (job.state === 'failed' || job.state === 'interrupted') && (downloaded === null || downloaded.at < job.startedAt))
    return (
      <Link to="/jobs/$id" params={{ id: job.id }} className="tool-failed sm">
        <State tone="bad">{t('failed')}</State> <Age at={job.finishedAt} ago />
      </Link>
    )
  if (downloaded) return <State tone={stateTone[downloaded.state]}>{t(`state.${downloaded.state}`)}</State>
  return <span className="fg-3">{t('notHere')}</span>
}
