import { useQuery } from '@tanstack/react-query'
import { Globe, Laptop } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { KubeconfigSnapshot, KubeContext } from '#shared/contract/kubeconfig.ts'
import { queryUtils } from '../../api/client.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { isOld } from './context-state.ts'

export const whereIcon = (context: KubeContext) => (context.local === true ? Laptop : Globe)

/** `local` or `remote`, by the address of the server. */
export function useWhere(): (context: KubeContext) => string {
  const { t } = useTranslation('contexts')
  return (context) => (context.local === null ? t('where.unknown') : context.local ? t('where.local') : t('where.remote'))
}

/** Why a context cannot be switched to; empty when it can. */
export function useBlocked(): (context: KubeContext, snapshot: KubeconfigSnapshot) => string {
  const { t } = useTranslation('contexts')
  const words = useErrorWords()
  const short = useShortPath()
  return (context, snapshot) => {
    if (isOld(context, snapshot)) return t('blocked.old')
    if (context.shadowed) {
      const seen = snapshot.contexts.find((other) => other.name === context.name && !other.shadowed)
      return t('blocked.shadowed', { file: short(seen?.file ?? '') })
    }
    if (context.problem === null) return ''
    const name = String(context.problem.facts['name'] ?? '')
    if (context.problem.facts['what'] === 'cluster') return name === '' ? t('blocked.noCluster') : t('blocked.cluster', { name })
    if (context.problem.facts['what'] === 'user') return name === '' ? t('blocked.noUser') : t('blocked.user', { name })
    return words(context.problem).title
  }
}

/** `~/.kube/config` */
export function useShortPath(): (path: string) => string {
  const home = useQuery(queryUtils.host.info.queryOptions()).data?.homeDir ?? ''
  return (path) => (home !== '' && (path.startsWith(`${home}/`) || path.startsWith(`${home}\\`)) ? `~${path.slice(home.length)}` : path)
}
