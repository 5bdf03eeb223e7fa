import { Layers, Pin, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogOpen } from '#shared/contract/logs.ts'
import { Button, composing, harmless, IconButton, Popover, TextInput, useFormat } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { logApi } from './log-api.ts'
import { beginOf, searchOf, wishOf } from './log-search.ts'
import { usePartWords } from './part-words.ts'
import { mostViews, useSavedViews } from './saved-views.ts'
import type { LogChoice } from './use-log-choice.ts'

/** Views under a name, and those that go on in core while nobody looks. */
export function ViewsPanel({ choice }: { readonly choice: LogChoice }) {
  const { t } = useTranslation('logs')
  const partWords = usePartWords()
  const [open, setOpen] = useState(false)
  const { views, save: keep, forget } = useSavedViews()
  const format = useFormat()
  const errorWords = useErrorWords()
  const [pinned, setPinned] = useState<readonly LogOpen[]>([])
  const [name, setName] = useState('')
  /** Why the last change was not made; empty: it was. */
  const [unkept, setUnkept] = useState('')
  useEffect(() => {
    if (!open) return
    let over = false
    logApi.views().then(
      (all) => !over && setPinned(all.filter((one) => one.pinned).map((one) => one.open)),
      () => {},
    )
    return () => {
      over = true
    }
  }, [open])
  const told = (change: Promise<void>) =>
    change.then(
      () => {
        setUnkept('')
        return true
      },
      (error: unknown) => {
        setUnkept(t('views.unkept', { why: errorWords(error).title }))
        return false
      },
    )
  const save = async () => {
    const wanted = name.trim()
    if (wanted === '') return
    if (views.length >= mostViews && !views.some((one) => one.name === wanted))
      return setUnkept(t('views.full', { most: format.number(mostViews) }))
    if (await told(keep(wanted, searchOf(choice.wish)))) setName('')
  }
  const go = (search: Parameters<LogChoice['search']>[0]) => {
    setOpen(false)
    choice.search(search)
  }
  return (
    <Popover
      open={open}
      onOpenChange={(next) => {
        setUnkept('')
        setOpen(next)
      }}
      label={t('views.label')}
      className="log-panel"
      trigger={<IconButton small icon={Layers} label={t('views.label')} />}
    >
      {views.length === 0 && pinned.length === 0 ? <p className="fg-2">{t('views.none')}</p> : null}
      <ul className="log-panel-list">
        {pinned.map((one) => (
          <li key={JSON.stringify(one)} className="line">
            <Button
              size="small"
              variant="quiet"
              icon={Pin}
              className="log-entry"
              onClick={() =>
                go(searchOf({ ...wishOf({}), ...placeOf(one), parts: one.parts, begin: beginOf(one), previous: one.previous }))
              }
            >
              <span className="cut">{one.parts.map(partWords).join(t('comma'))}</span>
            </Button>
          </li>
        ))}
        {views.map((one) => (
          <li key={one.name} className="line">
            <Button size="small" variant="quiet" className="log-entry" onClick={() => go(one.search)}>
              <span className="cut">{harmless(one.name)}</span>
            </Button>
            <IconButton small icon={X} label={t('views.forget', { name: one.name })} onClick={() => void told(forget(one.name))} />
          </li>
        ))}
      </ul>
      {choice.wish.parts.length > 0 ? (
        <div className="line">
          <TextInput
            size="small"
            aria-label={t('views.name')}
            placeholder={t('views.name')}
            value={name}
            maxLength={100}
            onValueChange={setName}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !composing(event)) void save()
            }}
          />
          <Button size="small" onClick={() => void save()} disabled={name.trim() === ''}>
            {t('views.save')}
          </Button>
        </div>
      ) : null}
      {unkept !== '' ? (
        <p role="alert" className="bad-text">
          {unkept}
        </p>
      ) : null}
    </Popover>
  )
}

const placeOf = ({ context }: LogOpen) => (context ? { context: context.name, file: context.file } : {})
