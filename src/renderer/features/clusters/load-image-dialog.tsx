import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { LoadFrame } from '../images/load-frame.tsx'
import { NodeChoice, useNodeMachines } from '../images/node-choice.tsx'
import { isForeign } from './use-clusters.ts'

/** Copies an image that the engine holds, or what a tar file holds, onto every node; of a cluster that no provider made onto those that are chosen. */
export function LoadImageDialog({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }) {
  const { t } = useTranslation('images')
  if (isForeign(cluster)) return <OntoMachines cluster={cluster} onClose={onClose} />
  return (
    <LoadFrame
      title={t('loading.title', { name: cluster.name })}
      lead={t('loading.lead', { count: cluster.nodes.filter((node) => node.role !== 'load-balancer').length })}
      load={(wish) => api.clusters.loadImage({ id: cluster.id, ...wish })}
      onClose={onClose}
    />
  )
}

function OntoMachines({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }) {
  const { t } = useTranslation('images')
  const nodes = useNodeMachines(cluster.id)
  /** Null: nobody has chosen, so that it is all of them. */
  const [chosen, setChosen] = useState<readonly TargetId[] | null>(null)
  const targets = chosen ?? (nodes.data ?? []).flatMap(({ target }) => (target === null ? [] : [target]))
  const load = (wish: { readonly image: string } | { readonly archive: string }) =>
    api.hostImages.load({
      cluster: cluster.id,
      targets: [...targets],
      ...('image' in wish ? { images: [wish.image] } : wish),
    })
  return (
    <LoadFrame
      title={t('loading.title', { name: cluster.name })}
      lead={t('loading.leadMachines')}
      load={targets.length === 0 ? null : load}
      onClose={onClose}
    >
      <NodeChoice nodes={nodes} chosen={targets} onChoose={setChosen} />
    </LoadFrame>
  )
}
