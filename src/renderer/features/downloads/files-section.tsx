import { FileQuestionMark } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Component, ReleaseBuild, Releases } from '#shared/contract/downloads.ts'
import { isForEveryPlatform } from '#shared/every-platform.ts'
import { Button, Checkbox, FieldError, SkeletonRows, State, Table, TextInput, useFormat } from '../../ui/index.ts'
import { useShownPath } from '../machine/tool-words.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { FileRow } from './file-row.tsx'
import { InTerminal } from './in-terminal.tsx'
import { useAskedFiles, useDownloaded, useFiles, useLastJobs, useStart } from './use-downloads.ts'

/** Programs and archives of a version: where from, how checked, and the lines that do the same in a terminal. */
export function FilesSection({ releases, build }: { readonly releases: Releases; readonly build: ReleaseBuild }) {
  const { t } = useTranslation('downloads')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const shown = useShownPath()
  const id = useId()
  const files = useFiles(build)
  const asked = useAskedFiles(build)
  const downloaded = useDownloaded()
  const lastJob = useLastJobs(build)
  const start = useStart()
  const [chosen, setChosen] = useState<Component>('kubectl')
  const [folder, setFolder] = useState('')
  const [signature, setSignature] = useState(true)
  const list = files.data?.files ?? []
  const current = list.find(({ component }) => component === chosen) ?? list[0]
  const columns = [
    { key: 'name', label: common('name') },
    { key: 'size', label: t('column.size'), align: 'end' as const },
    { key: 'digest', label: 'SHA-256' },
    { key: 'state', label: common('state') },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  const relative = folder.trim() !== '' && !/^(?:\/|[A-Za-z]:[\\/])/.test(folder.trim())
  const download = (component: Component) => {
    if (!relative) start.mutate({ ...build, component, folder: folder.trim() === '' ? null : folder.trim(), signature })
  }
  return (
    <section aria-labelledby={`${id}-title`}>
      <div className="machine-head downloads-head wrap">
        <h2 id={`${id}-title`}>{t('files.title')}</h2>
        <span className="fg-3 cut">{t('files.note')}</span>
        <span className="grow" />
        <Button
          size="small"
          icon={FileQuestionMark}
          busy={asked.isFetching}
          disabled={list.length === 0}
          onClick={() => void asked.refetch()}
        >
          {t('files.ask')}
        </Button>
      </div>
      {files.error ? <ErrorNotice className="page-notice" error={files.error} onRetry={() => void files.refetch()} /> : null}
      {asked.error ? <ErrorNotice className="page-notice" tone="warn" error={asked.error} onRetry={() => void asked.refetch()} /> : null}
      {start.error ? <ErrorNotice className="page-notice" error={start.error} /> : null}
      {files.error ? null : (
        <Table label={t('files.title')} columns={columns} className="downloads-table" interactive busy={files.isPending}>
          {files.isPending ? <SkeletonRows rows={17} columns={columns.length} label={common('loading')} /> : null}
          {list.map((file) => (
            <FileRow
              key={file.component}
              file={file}
              selected={file.component === current?.component}
              asked={asked.data?.find(({ component }) => component === file.component) ?? null}
              downloaded={
                downloaded.data?.find(
                  (one) =>
                    one.component === file.component &&
                    one.version === build.version &&
                    (isForEveryPlatform(file.component) || (one.os === build.os && one.arch === build.arch)),
                ) ?? null
              }
              job={lastJob(file.component)}
              starting={start.isPending && start.variables.component === file.component}
              onChoose={() => setChosen(file.component)}
              onDownload={() => download(file.component)}
            />
          ))}
        </Table>
      )}
      {files.data && files.data.missing.length > 0 ? (
        <p className="fg-2 downloads-note">
          {t('files.missing', {
            pair: `${build.os}/${build.arch}`,
            names: format.list(files.data.missing.map((one) => t(`component.${one}`))),
          })}
        </p>
      ) : null}
      <div className="downloads-where">
        <label htmlFor={`${id}-folder`}>{t('folder.label')}</label>
        <TextInput
          id={`${id}-folder`}
          mono
          wide
          placeholder={shown(releases.folder)}
          value={folder}
          invalid={relative}
          aria-describedby={relative ? `${id}-relative` : undefined}
          onValueChange={setFolder}
        />
        <Checkbox checked={signature && files.data?.cosign != null} disabled={files.data?.cosign == null} onCheckedChange={setSignature}>
          {t('signature.check')}
        </Checkbox>
        {relative ? <FieldError id={`${id}-relative`}>{t('folder.relative')}</FieldError> : null}
        {files.data && files.data.cosign === null ? <State tone="idle">{t('signature.noCosign')}</State> : null}
      </div>
      {current ? <InTerminal file={current} /> : null}
    </section>
  )
}
