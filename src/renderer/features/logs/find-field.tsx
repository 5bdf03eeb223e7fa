import { ArrowDown, ArrowUp, Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogPattern, LogViewState } from '#shared/contract/logs.ts'
import { composing, IconButton, TextInput, useFormat } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { findText } from './filter-text.ts'
import { matcherOf } from './hits.ts'
import { PatternSwitches } from './pattern-switches.tsx'

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
  // The address may change by other means, as a saved view.
  if (from !== findText(find)) {
    setFrom(findText(find))
    setPattern(find ?? { ...pattern, text: '' })
  }
  const wanted = pattern.text === '' ? null : pattern
  const bad = (wanted !== null && matcherOf(wanted) === null) || refused
  const pending = findText(wanted) !== findText(find) && !(wanted !== null && matcherOf(wanted) === null)
  const commit = () => {
    setFrom(findText(wanted))
    onFind(wanted)
  }
  useEffect(() => {
    if (!pending) return
    const timer = setTimeout(commit, restMs)
    return () => clearTimeout(timer)
  }) // with each key anew
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
      value={pattern.text}
      maxLength={10_000}
      onValueChange={(text) => setPattern({ ...pattern, text })}
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
            onFind(null)
          }
        } else if (event.key === 'ArrowDown') onLeave()
      }}
      end={
        <>
          <span role="status" className="fg-3 sm log-count">
            {count}
            {!bad && wanted !== null && state && state.done < 1 ? '…' : ''}
          </span>
          <IconButton small icon={ArrowUp} label={t('find.previous')} keys="N" onClick={onPrevious} />
          <IconButton small icon={ArrowDown} label={t('find.next')} keys="n" onClick={onNext} />
          <PatternSwitches pattern={pattern} onPattern={setPattern} />
        </>
      }
    />
  )
}
