import { Check } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import { Button, cx, Icon } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { useNamespaces } from './use-contexts.ts'

type NamespaceListProps = { readonly context: KubeContext; readonly typed: string; readonly onPick: (namespace: string) => void }

/** What the cluster has, to pick from. One that is not on this machine is asked only on a press. */
export function NamespaceList({ context, typed, onPick }: NamespaceListProps) {
  const { t } = useTranslation('contexts')
  const { t: common } = useTranslation('common')
  const words = useErrorWords()
  const [wanted, setWanted] = useState(context.local === true)
  const list = useNamespaces(context, wanted && context.problem === null)
  if (context.problem !== null) return null
  if (!wanted) {
    return (
      <Button size="small" className="namespace-ask" onClick={() => setWanted(true)}>
        {t('namespace.ask')}
      </Button>
    )
  }
  if (list.error) {
    return (
      <p className="hint namespace-ask">
        {t('namespace.failed', { title: words(list.error).title })}{' '}
        <Button size="small" variant="quiet" onClick={() => void list.refetch()}>
          {common('retry')}
        </Button>
      </p>
    )
  }
  if (!list.data) return <p className="hint namespace-ask">{t('namespace.loading')}</p>
  const known = list.data.includes(typed)
  const shown = list.data.filter((name) => known || name.includes(typed.toLowerCase()))
  return (
    <ul className="namespace-list" aria-label={t('namespace.known')}>
      {shown.map((name) => (
        <li key={name}>
          <button
            type="button"
            className={cx('menu-item mono', name === typed && 'on')}
            aria-pressed={name === typed}
            onClick={() => onPick(name)}
          >
            <span className="tick">{name === typed ? <Icon of={Check} small /> : null}</span>
            {name}
          </button>
        </li>
      ))}
      {shown.length === 0 ? <li className="hint">{t('namespace.none', { name: typed })}</li> : null}
    </ul>
  )
}
