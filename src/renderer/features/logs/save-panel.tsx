import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Checkbox, IconButton, Popover, Segmented, useFormat } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { fileName, saveLog } from './save-log.ts'
import type { SaveWish } from './save-log.ts'

type SavePanelProps = { readonly viewId: string | null; readonly title: string; readonly counts: () => readonly [number, number] }

/** Lines into a file: what is shown or all, as text or JSON lines, packed or not. */
export function SavePanel({ viewId, title, counts }: SavePanelProps) {
  const { t } = useTranslation('logs')
  const { t: common } = useTranslation('common')
  const format = useFormat()
  const errorWords = useErrorWords()
  const [open, setOpen] = useState(false)
  const [[shown, total], count] = useState<readonly [number, number]>([0, 0])
  const [wish, setWish] = useState<SaveWish>({ what: 'shown', format: 'text', prefix: true, gzip: false })
  const [progress, setProgress] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [viewId])
  const failed = error ? errorWords(error) : null
  const save = async () => {
    if (viewId === null) return
    const mine = new AbortController()
    stop.current = mine
    setError(null)
    setProgress(0)
    try {
      await saveLog(viewId, fileName(title, wish), wish, mine.signal, setProgress)
      setOpen(false)
    } catch (failure) {
      if (!mine.signal.aborted) setError(failure)
    } finally {
      setProgress(null)
    }
  }
  return (
    <Popover
      open={open}
      onOpenChange={(next) => {
        count(counts())
        setOpen(next)
      }}
      label={t('save.label')}
      className="log-panel"
      trigger={<IconButton small icon={Download} label={t('save.label')} />}
    >
      <Segmented
        label={t('save.what')}
        value={wish.what}
        onValueChange={(what) => setWish({ ...wish, what })}
        options={[
          { value: 'shown', label: t('save.shown', { count: shown, lines: format.number(shown) }) },
          { value: 'all', label: t('save.all', { count: total, lines: format.number(total) }) },
        ]}
      />
      <Segmented
        label={t('save.format')}
        value={wish.format}
        onValueChange={(next) => setWish({ ...wish, format: next })}
        options={[
          { value: 'text', label: t('save.text') },
          { value: 'jsonl', label: t('save.jsonl') },
        ]}
      />
      {wish.format === 'text' ? (
        <Checkbox checked={wish.prefix} onCheckedChange={(prefix) => setWish({ ...wish, prefix })}>
          {t('save.prefix')}
        </Checkbox>
      ) : null}
      <Checkbox checked={wish.gzip} onCheckedChange={(gzip) => setWish({ ...wish, gzip })}>
        {t('save.gzip')}
      </Checkbox>
      <div className="line wrap">
        {progress === null ? (
          <Button variant="primary" size="small" icon={Download} onClick={() => void save()}>
            {t('save.now')}
          </Button>
        ) : (
          <>
            <Button size="small" onClick={() => stop.current?.abort()}>
              {common('cancel')}
            </Button>
            <span
              role="progressbar"
              aria-label={t('save.label')}
              aria-valuetext={t('save.progress', { size: format.bytes(progress) })}
              className="fg-2"
            >
              {t('save.progress', { size: format.bytes(progress) })}
            </span>
          </>
        )}
      </div>
      {failed ? (
        <div role="alert">
          <p className="bad-text">{t('save.failed', { why: failed.title })}</p>
          <p className="fg-2">{failed.fix}</p>
        </div>
      ) : null}
    </Popover>
  )
}
