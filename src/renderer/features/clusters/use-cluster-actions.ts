import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import {
  ArrowRightLeft,
  Box,
  FileDown,
  Hammer,
  PackagePlus,
  Pause,
  PencilRuler,
  Play,
  Plus,
  RotateCcw,
  ScrollText,
  Square,
  Trash2,
} from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import { api, queryUtils } from '../../api/client.ts'
import type { LucideIcon, MenuItem } from '../../ui/index.ts'
import { useSwitch } from '../contexts/use-contexts.ts'
import { isElsewhere, isForeign } from './use-clusters.ts'

export type ClusterDialog = { readonly kind: 'delete' | 'load-image' | 'rebuild'; readonly cluster: Cluster } | null

/** What can be done with a cluster, for its row and for its page. Long work lands on its job. */
export function useClusterActions() {
  const { t } = useTranslation('clusters')
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [dialog, setDialog] = useState<ClusterDialog>(null)
  const change = useSwitch(() => {})
  /** As everywhere: what is on this machine at once, what is not after a question. */
  const use = ({ context }: Cluster) => {
    const isOf = (one: KubeContext) => one.file === context?.file && one.name === context.name
    queryClient.ensureQueryData(queryUtils.kubeconfig.list.queryOptions()).then(
      ({ contexts }) => {
        const found = contexts.find(isOf)
        if (found) change.choose(found)
      },
      () => {}, // The switcher in the header says that the contexts are not known, and why.
    )
  }
  const exportLogs = useMutation({
    mutationFn: (cluster: Cluster) => api.clusters.exportLogs({ id: cluster.id }),
    onSuccess: ({ jobId }) => navigate({ to: '/jobs/$id', params: { id: jobId } }),
  })
  /** Its job is shown in the row; who wants its steps opens it there. */
  const life = useMutation({ mutationFn: ({ cluster, what }: { cluster: Cluster; what: Life }) => changeLife(cluster.id, what) })
  /** What an earlier one ended with says nothing of the next. */
  const begin = (act: () => void) => {
    exportLogs.reset()
    life.reset()
    if (change.error) change.back()
    act()
  }
  const openLogs = (cluster: Cluster) =>
    void navigate({ to: '/logs', search: cluster.context ? { context: cluster.context.name, file: cluster.context.file } : {} })
  const open = (cluster: Cluster) => void navigate({ to: '/clusters/$id', params: { id: cluster.id } })
  /** minikube adds these only to a cluster that has several, so that what stands in the way is said where it is looked for. */
  const moreControlPlanes = (item: MenuItem | false, { nodes }: Cluster): MenuItem | false =>
    item === false || item === 'line' || nodes.filter((node) => node.role === 'control-plane').length > 1
      ? item
      : { ...item, disabled: true, end: t('menu.needsSeveral') }
  const items = (cluster: Cluster, where: 'row' | 'page'): MenuItem[] => {
    const own = !isForeign(cluster) && !isElsewhere(cluster)
    const working = cluster.jobId !== null
    const act = (what: Life, icon: LucideIcon, possible: boolean): MenuItem | false =>
      own &&
      possible && {
        id: what,
        label: t(`menu.${what}`),
        icon,
        onSelect: () => begin(() => life.mutate({ cluster, what })),
        disabled: working,
      }
    const { state } = cluster
    const up = state === 'running' || state === 'partly-running'
    const list: (MenuItem | false)[] = [
      where === 'row' && { id: 'open', label: t('menu.open'), icon: Box, onSelect: () => open(cluster) },
      { id: 'logs', label: t('menu.logs'), icon: ScrollText, onSelect: () => openLogs(cluster), disabled: cluster.context === null },
      {
        id: 'use',
        label: t('menu.use'),
        icon: ArrowRightLeft,
        onSelect: () => begin(() => use(cluster)),
        disabled: cluster.context === null || cluster.currentContext,
      },
      own && 'line',
      act('start', Play, state === 'stopped' || state === 'partly-running' || state === 'broken'),
      act('unpause', Play, state === 'paused'),
      act('stop', Square, up || state === 'paused'),
      act('restart', RotateCcw, up),
      act('pause', Pause, state === 'running'),
      cluster.provider === 'minikube' && act('addNode', Plus, state === 'running'),
      cluster.provider === 'minikube' && moreControlPlanes(act('addControlPlane', Plus, state === 'running'), cluster),
      own && {
        id: 'design',
        label: t('menu.design'),
        icon: PencilRuler,
        onSelect: () => void navigate({ to: '/clusters/new', search: { cluster: cluster.id } }),
        disabled: state === 'unknown',
      },
      own && {
        id: 'rebuild',
        label: t('menu.rebuild'),
        icon: Hammer,
        onSelect: () => setDialog({ kind: 'rebuild', cluster }),
        disabled: working || state === 'unknown',
      },
      own && 'line',
      (own || (isForeign(cluster) && cluster.context !== null)) && {
        id: 'load',
        label: t('menu.load'),
        icon: PackagePlus,
        onSelect: () => setDialog({ kind: 'load-image', cluster }),
        disabled: working || (own && cluster.state !== 'running'),
      },
      own && {
        id: 'export',
        label: t('menu.export'),
        icon: FileDown,
        onSelect: () => begin(() => exportLogs.mutate(cluster)),
        disabled: working,
      },
      own && 'line',
      own && {
        id: 'delete',
        label: t('menu.delete'),
        icon: Trash2,
        warns: true,
        onSelect: () => setDialog({ kind: 'delete', cluster }),
        disabled: working,
      },
    ]
    return list.filter((item): item is MenuItem => item !== false)
  }
  return {
    items,
    use,
    change,
    open,
    openLogs,
    dialog,
    closeDialog: () => setDialog(null),
    askDelete: (cluster: Cluster) => setDialog({ kind: 'delete', cluster }),
    askLoad: (cluster: Cluster) => setDialog({ kind: 'load-image', cluster }),
    error: (change.asking ? null : change.error) ?? exportLogs.error ?? life.error,
  }
}

type Life = 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'addNode' | 'addControlPlane'

function changeLife(id: string, what: Life): Promise<{ jobId: string }> {
  if (what === 'addNode') return api.clusters.addNode({ id, role: 'worker' })
  if (what === 'addControlPlane') return api.clusters.addNode({ id, role: 'control-plane' })
  return api.clusters[what]({ id })
}
