import { useNavigate } from '@tanstack/react-router'
import { ArrowRightLeft, Copy, RefreshCw, ScrollText, SquarePen, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQueryClient } from '@tanstack/react-query'
import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import { queryUtils } from '../../api/client.ts'
import type { MenuItem } from '../../ui/index.ts'
import { commandLine } from '../jobs/command-line.ts'
import { useSwitch } from './use-contexts.ts'

export type ContextDialog = { readonly kind: 'namespace' | 'remove'; readonly context: KubeContext } | null
export type ContextActions = ReturnType<typeof useContextActions>

const saidForMs = 5000

/** What can be done with a context, for its row. */
export function useContextActions() {
  const { t } = useTranslation('contexts')
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [dialog, setDialog] = useState<ContextDialog>(null)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSaid(''), said === '' ? 0 : saidForMs)
    return () => clearTimeout(timer)
  }, [said])
  const change = useSwitch((context) => setSaid(t('said.switched', { name: context.name })))
  const copy = (context: KubeContext) => {
    const command = kubectlCommand(context)
    navigator.clipboard.writeText(command).then(
      () => setSaid(t('said.copied', { command })),
      () => setSaid(t('said.notCopied')),
    )
  }
  const items = (context: KubeContext, blocked: string): MenuItem[] => [
    {
      id: 'use',
      label: t('menu.use'),
      icon: ArrowRightLeft,
      onSelect: () => change.choose(context),
      disabled: context.current || blocked !== '',
    },
    {
      id: 'logs',
      label: t('menu.logs'),
      icon: ScrollText,
      onSelect: () => void navigate({ to: '/logs', search: { context: context.name, file: context.file } }),
      disabled: blocked !== '',
    },
    {
      id: 'ask',
      label: t('menu.ask'),
      icon: RefreshCw,
      onSelect: () =>
        void queryClient
          .fetchQuery(queryUtils.kubeconfig.reach.queryOptions({ input: { file: context.file, name: context.name }, staleTime: 0 }))
          .catch(() => undefined),
      disabled: blocked !== '',
    },
    { id: 'copy', label: t('menu.copy'), icon: Copy, onSelect: () => copy(context) },
    'line',
    { id: 'namespace', label: t('menu.namespace'), icon: SquarePen, onSelect: () => setDialog({ kind: 'namespace', context }) },
    { id: 'remove', label: t('menu.remove'), icon: Trash2, warns: true, onSelect: () => setDialog({ kind: 'remove', context }) },
  ]
  return { items, change, dialog, closeDialog: () => setDialog(null), /** What was just done. */ said }
}

/** A command to go on with. One that kubectl does not see by its name is reached through its file. */
export function kubectlCommand(context: KubeContext): string {
  const file = context.shadowed ? ['--kubeconfig', context.file] : []
  return commandLine(['kubectl', ...file, '--context', context.name, 'get', 'pods'])
}
