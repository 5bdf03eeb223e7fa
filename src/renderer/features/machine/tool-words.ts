import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tool, ToolName } from '#shared/contract/toolchain.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { queryUtils } from '../../api/client.ts'
import type { Language } from '../../locales/language.ts'
import { useErrorWords } from '../shell/error-words.ts'

export type ToolCopy = Tool['copies'][number]

const pages: Record<ToolName, Partial<Record<Language, string>> & { readonly en: string }> = {
  kubectl: { en: 'https://kubernetes.io/docs/tasks/tools/', 'zh-CN': 'https://kubernetes.io/zh-cn/docs/tasks/tools/' },
  kind: { en: 'https://kind.sigs.k8s.io/docs/user/quick-start/#installation' },
  minikube: { en: 'https://minikube.sigs.k8s.io/docs/start/' },
  docker: { en: 'https://docs.docker.com/engine/install/' },
  kubeadm: {
    en: 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/',
    'zh-CN': 'https://kubernetes.io/zh-cn/docs/setup/production-environment/tools/kubeadm/install-kubeadm/',
  },
  helm: { en: 'https://helm.sh/docs/intro/install/', 'zh-CN': 'https://helm.sh/zh/docs/intro/install/' },
}

/** Where the makers of a tool say how to install it, in the person's language where they do. */
export const installPage = (tool: ToolName, language: string): string => pages[tool][language as Language] ?? pages[tool].en

/** Why a copy cannot be used, in a few words. */
export function useCopyProblem(): (problem: AppErrorShape) => string {
  const { t } = useTranslation('errors')
  const words = useErrorWords()
  return useCallback(
    (problem) =>
      problem.code === 'tool-unusable'
        ? t(`reason.${String(problem.facts['reason'] ?? 'failed')}`, { defaultValue: words(problem).title })
        : words(problem).title,
    [t, words],
  )
}

/** A path with the home folder as `~`, as people write it. */
export function useShownPath(): (path: string) => string {
  const home = useQuery(queryUtils.host.info.queryOptions()).data?.homeDir
  return useCallback((path) => shownPath(path, home), [home])
}

/** A path in what may be cut where there is little room, and its end, which may not: copies of Cove’s differ only there. */
export function pathParts(path: string): { readonly head: string; readonly tail: string } {
  const tail = /(?:[/\\][^/\\]+){1,2}$/.exec(path)?.[0] ?? ''
  return { head: path.slice(0, path.length - tail.length), tail }
}

export function shownPath(path: string, home: string | undefined): string {
  if (!home || home === '/' || !path.startsWith(home)) return path
  const rest = path.slice(home.length)
  return rest === '' || /^[/\\]/.test(rest) ? `~${rest}` : path
}
