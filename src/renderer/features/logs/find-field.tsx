import { ArrowDown, ArrowUp, Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogPattern, LogViewState } from '#shared/contract/logs.ts'
import { composing, harmlessWords, IconButton, TextInput, useFormat } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { findText } from './filter-text.ts'
import { FindVoice } from './find-voice.tsx'
import { matcherOf } from './hits.ts'
import { PatternSwitches } from './pattern-switches.tsx'
import { useStable } from './use-stable.ts'

/** A search begins when nothing has been typed for that long, or with Enter. */
const restMs = 150
export const emptyPattern: LogPattern = { text: '', regex: false, matchCase: false, wholeWord: false }

type FindFieldProps = {
  readonly input: RefObject<HTMLInputElement | null>
  readonly find: LogPattern | null
  readonly state: LogViewState['find']
  /** Which hit was gone to, from 1. */
  readonly nth: number | null
  readonly refused: boolean
  readonly onFind: (find: LogPattern | null) => void
  readonly onNext: () => void
  readonly onPrevious: () => void
  readonly onLeave: () => void
}

/** Search with its switches, how many hits there are, and the way from one to the next. */
export function FindField({ input, find, state, nth, refused, onFind, onNext, onPrevious, onLeave }: FindFieldProps) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  const [pattern, setPattern] = useState(find ?? emptyPattern)
  const [from, setFrom] = useState(findText(find))
  /** Handed over from here and not in the address yet: when it is, more may have been typed. */
  const [sent, setSent] = useState<readonly string[]>([])
  const [composes, setComposes] = useState(false)
  if (from !== findText(find)) {
    setFrom(findText(find))
    const mine = sent.indexOf(findText(find))
    setSent(sent.slice(mine < 0 ? sent.length : mine + 1))
    // The address may change by other means, as a saved view. An input method would lose what it composes.
    if (mine < 0 && !composes) setPattern(find ?? { ...pattern, text: '' })
  }
  const wanted = pattern.text === '' ? null : pattern
  const bad = (wanted !== null && matcherOf(wanted) === null) || refused
  const pending = findText(wanted) !== findText(find) && !(wanted !== null && matcherOf(wanted) === null)
  const send = useStable((next: LogPattern | null) => {
    if ((sent.at(-1) ?? from) !== findText(next)) setSent([...sent, findText(next)])
    onFind(next)
  })
  const commit = useStable(() => send(wanted))
  const waiting = pending && !composes ? findText(wanted) : null
  useEffect(() => {
    if (waiting === null) return
    const timer = setTimeout(commit, restMs)
    return () => clearTimeout(timer)
  }, [waiting, commit])
  const number = format.number
  const errorWords = useErrorWords()
  const count = bad
    ? t('find.bad')
    : state?.error
      ? errorWords(state.error).title
      : wanted === null || !state
        ? ''
        : state.hits === 0 && state.done >= 1
          ? t('find.none')
          : nth === null
            ? t('find.hits', { count: state.hits, hits: number(state.hits) })
            : t('find.nth', { nth: number(nth), hits: number(state.hits) })
  const searching = !bad && wanted !== null && state !== null && state.done < 1
  return (
    <TextInput
      ref={input}
      type="text"
      mono
      icon={Search}
      invalid={bad}
      frameClassName="log-find"
      aria-label={t('find.label')}
      aria-keyshortcuts="/"
      placeholder={t('find.label')}
      value={harmlessWords(pattern.text)}
      maxLength={10_000}
      onValueChange={(text) => setPattern({ ...pattern, text })}
      onCompositionStart={() => setComposes(true)}
      onCompositionEnd={() => setComposes(false)}
      onKeyDown={(event) => {
        if (composing(event)) return
        if (event.key === 'Enter') {
          event.preventDefault()
          if (pending) commit()
          else if (event.shiftKey) onPrevious()
          else onNext()
        } else if (event.key === 'Escape') {
          event.stopPropagation()
          if (pattern.text === '') onLeave()
          else {
            setPattern({ ...pattern, text: '' })
            send(null)
          }
        } else if (event.key === 'ArrowDown') onLeave()
      }}
      end={
        <>
          <span className="fg-3 sm log-count">
            {count}
            {searching ? '…' : ''}
          </span>
          <FindVoice
            asked={wanted === null ? '' : `${findText(wanted)} ${bad} ${nth}`}
            answer={count === '' || searching ? null : t('find.said', { count })}
          />
          <IconButton small icon={ArrowUp} label={t('find.previous')} keys="N" onClick={onPrevious} />
          <IconButton small icon={ArrowDown} label={t('find.next')} keys="n" onClick={onNext} />
          <PatternSwitches pattern={pattern} onPattern={setPattern} />
        </>
      }
    />
  )
}
