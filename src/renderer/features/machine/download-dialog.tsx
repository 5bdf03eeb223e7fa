import { useId, useState } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import type { Tool } from '#shared/contract/toolchain.ts'
import { Button, composing, Dialog, FieldError, TextInput } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useShownPath } from './tool-words.ts'
import type { useDownload } from './use-toolchain.ts'
import { parseVersion, versionProblem } from './version-wish.ts'

type Wish = 'wanted' | 'stable' | 'typed'
type DownloadDialogProps = {
  readonly tool: Tool
  readonly binDir: string
  readonly download: ReturnType<typeof useDownload>
  readonly onClose: () => void
}

/** Which version, where it goes, how it is checked, and which copy is used afterwards. */
export function DownloadDialog({ tool, binDir, download, onClose }: DownloadDialogProps) {
  const { t } = useTranslation('machine')
  const { t: common } = useTranslation('common')
  const id = useId()
  const shown = useShownPath()
  const [wish, setWish] = useState<Wish>('wanted')
  const [typed, setTyped] = useState('')
  const [touched, setTouched] = useState(false)
  const problem = wish === 'typed' ? versionProblem(typed) : null
  // Nothing typed yet is no error, until it is asked for.
  const said = problem === null || (problem === 'empty' && !touched) ? null : t(`version.problem.${problem}`, { tool: tool.name })
  const own = tool.used && tool.used.origin !== 'cove' ? tool.used.path : null
  const start = () => {
    setTouched(true)
    if (problem !== null || download.isPending) return
    const version = wish === 'typed' ? parseVersion(typed) : wish === 'stable' ? 'stable' : null
    download.mutate({ tool: tool.name, version }, { onSuccess: onClose })
  }
  const choice = (value: Wish, label: string, hint: string) => (
    <label className="wish">
      <input type="radio" name={id} value={value} checked={wish === value} onChange={() => setWish(value)} />
      <span>{label}</span>
      <span className="hint">{hint}</span>
    </label>
  )
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('download.title', { tool: tool.name })}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" busy={download.isPending} onClick={start}>
            {t('download.start', { tool: tool.name })}
          </Button>
        </>
      }
    >
      <fieldset className="wishes">
        <legend className="fg-2">{common('version')}</legend>
        {choice('wanted', tool.wanted ?? '', t('version.wantedHint'))}
        {/* For kind the newest is the wanted one: a release is only sure to work with the node images of its notes. */}
        {tool.name === 'kubectl' ? choice('stable', t('version.stable'), t('version.stableHint')) : null}
        {choice('typed', t('version.typed'), '')}
        <div className="wish-typed">
          <TextInput
            mono
            aria-label={t('version.field')}
            placeholder={tool.wanted ?? 'v1.34.4'}
            value={typed}
            invalid={said !== null}
            aria-describedby={said ? `${id}-problem` : undefined}
            onFocus={() => setWish('typed')}
            onValueChange={setTyped}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !composing(event)) start()
            }}
          />
          {said ? <FieldError id={`${id}-problem`}>{said}</FieldError> : null}
        </div>
      </fieldset>
      <p className="fg-2 wish-note">
        <Trans t={t} i18nKey="download.where" values={{ folder: shown(binDir) }} components={{ m: <span className="mono" /> }} />
      </p>
      {own ? (
        <p className="fg-2 wish-note">
          <Trans t={t} i18nKey="download.staysInUse" values={{ path: shown(own) }} components={{ m: <span className="mono" /> }} />
        </p>
      ) : null}
      {download.error ? <ErrorNotice error={download.error} /> : null}
    </Dialog>
  )
}
