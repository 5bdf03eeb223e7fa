import { LoaderCircle, Route } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import { Badge } from '../../ui/index.ts'
import { contextId, contextText } from '../contexts/context-state.ts'
import { useBlocked, useShortPath, useWhere, whereIcon } from '../contexts/context-words.ts'
import { useContexts } from '../contexts/use-contexts.ts'
import type { useSwitch } from '../contexts/use-contexts.ts'
import type { Entry } from './entry.ts'

/** Each context, to switch to. */
export function useContextEntries(change: ReturnType<typeof useSwitch>): readonly Entry[] {
  const { t } = useTranslation('contexts')
  const snapshot = useContexts().data
  const blocked = useBlocked()
  const where = useWhere()
  const short = useShortPath()
  const toEntry = (context: KubeContext): Entry => {
    const reason = snapshot ? blocked(context, snapshot) : ''
    const busy = change.pending !== null && contextId(change.pending) === contextId(context)
    return {
      id: `context:${contextId(context)}`,
      group: 'contexts',
      icon: busy ? LoaderCircle : Route,
      busy,
      name: context.name,
      mono: true,
      note: reason || short(context.file),
      end: (
        <>
          {context.current ? t('current') : null}
          {context.server === null ? null : <Badge icon={whereIcon(context)}>{where(context)}</Badge>}
        </>
      ),
      keywords: contextText(context),
      disabled: reason !== '',
      does: 'stay',
      run: () => change.choose(context),
    }
  }
  return (snapshot?.contexts ?? []).map(toEntry)
}
