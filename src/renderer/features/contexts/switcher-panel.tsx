import { Link } from '@tanstack/react-router'
import type { UseQueryResult } from '@tanstack/react-query'
import { Check, CircleSlash, LoaderCircle, Route } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeconfigSnapshot, KubeContext } from '#shared/contract/kubeconfig.ts'
import { Badge, Callout, Finder, fits, Matched, wordsOf } from '../../ui/index.ts'
import type { FinderItem } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { byFile, contextId, contextText, isUnreadable } from './context-state.ts'
import type { CurrentContext } from './context-state.ts'
import { useBlocked, useShortPath, useWhere, whereIcon } from './context-words.ts'
import { RemoteStep } from './remote-step.tsx'
import { useSwitch } from './use-contexts.ts'

type SwitcherPanelProps = {
  readonly list: UseQueryResult<KubeconfigSnapshot>
  readonly current: CurrentContext
  readonly onDone: () => void
}

/** More than these are found by typing. */
const mostShown = 200

export function SwitcherPanel({ list, current, onDone }: SwitcherPanelProps) {
  const { t } = useTranslation('contexts')
  const { t: common } = useTranslation('common')
  const [query, setQuery] = useState('')
  const short = useShortPath()
  const toItem = useItem()
  const change = useSwitch(onDone)
  const snapshot = list.data
  const words = wordsOf(query)
  if (change.asking) {
    return <RemoteStep context={change.asking} change={change} />
  }
  const found = (snapshot?.contexts ?? []).filter((context) => fits(contextText(context), words))
  const shown = new Set(found.slice(0, mostShown))
  const groups = (snapshot ? byFile(snapshot) : []).map(({ file, contexts }) => ({
    id: file.path,
    heading: isUnreadable(file) ? t('switcher.oldFile', { file: short(file.path) }) : short(file.path),
    items: contexts.filter((context) => shown.has(context)).map((context) => toItem(context, snapshot, words, change.pending)),
  }))
  const broken = (snapshot?.files ?? []).filter((file) => file.error !== null)
  const choose = (id: string) => {
    const context = found.find((one) => contextId(one) === id)
    if (context) change.choose(context)
  }
  return (
    <>
      {change.error ? (
        <div className="switcher-notice">
          <ErrorNotice error={change.error} consequence={t('switcher.unchanged')} onRetry={change.again} />
        </div>
      ) : null}
      {list.error && !snapshot ? (
        <div className="switcher-notice">
          <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />
        </div>
      ) : null}
      {current.kind === 'dangling' ? (
        <div className="switcher-notice">
          <Callout tone="warn">{t('dangling.text', { name: current.name })}</Callout>
        </div>
      ) : null}
      <Finder
        label={t('switcher.label')}
        placeholder={t('switcher.find')}
        query={query}
        onQueryChange={setQuery}
        groups={groups}
        onSelect={choose}
        grab={change.returned}
        empty={
          query !== ''
            ? t('noMatch', { filter: query })
            : snapshot
              ? broken.some(isUnreadable)
                ? t('switcher.unknownList')
                : t('switcher.empty')
              : list.error
                ? t('switcher.unknownList')
                : common('loading')
        }
      />
      <div className="finder-foot">
        {found.length > mostShown ? <span>{t('switcher.more', { count: found.length - mostShown })}</span> : null}
        {broken.length > 0 ? <span className="warn-text">{t('switcher.broken', { count: broken.length })}</span> : null}
        <Link to="/contexts" className="end" onClick={onDone}>
          {t('switcher.all')}
        </Link>
      </div>
    </>
  )
}

function useItem() {
  const { t } = useTranslation('contexts')
  const blocked = useBlocked()
  const where = useWhere()
  return (
    context: KubeContext,
    snapshot: KubeconfigSnapshot | undefined,
    words: readonly string[],
    pending: KubeContext | null,
  ): FinderItem => {
    const reason = snapshot ? blocked(context, snapshot) : ''
    const busy = pending !== null && contextId(pending) === contextId(context)
    return {
      id: contextId(context),
      icon: busy ? LoaderCircle : context.current ? Check : reason ? CircleSlash : Route,
      busy,
      label: (
        <span className="mono">
          <Matched text={context.name} words={words} />
        </span>
      ),
      note: reason || context.server?.replace(/^https?:\/\//, ''),
      end: (
        <>
          {context.current ? <span>{t('current')}</span> : null}
          {context.server === null ? null : <Badge icon={whereIcon(context)}>{where(context)}</Badge>}
        </>
      ),
      disabled: reason !== '',
    }
  }
}
