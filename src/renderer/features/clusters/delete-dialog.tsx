import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Trans, useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { api, queryUtils } from '../../api/client.ts'
import { useFormat } from '../../ui/index.ts'
import { useShortPath } from '../contexts/context-words.ts'
import { ConfirmByName } from '../shell/confirm-by-name.tsx'

/** Says what goes and what stays; the name typed out is the second step. */
export function DeleteDialog({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }) {
  const { t } = useTranslation('clusters')
  const navigate = useNavigate()
  const goes = useGoes(cluster)
  const remove = useMutation({
    mutationFn: () => api.clusters.delete({ id: cluster.id }),
    onSuccess: ({ jobId }) => {
      onClose()
      return navigate({ to: '/jobs/$id', params: { id: jobId } })
    },
  })
  const images = [...new Set(cluster.nodes.map((node) => node.image.replace(/@sha256:.*$/, '')))]
  const words = (key: string, values: Record<string, string>) => (
    <Trans t={t} i18nKey={key as 'delete.image'} values={values as { image: string }} components={{ m: <span className="mono" /> }} />
  )
  const command =
    cluster.provider === 'minikube' ? `minikube delete --profile=${cluster.name}` : `kind delete cluster --name=${cluster.name}`
  return (
    <ConfirmByName
      title={t('delete.title', { name: cluster.name })}
      description={t('delete.lead')}
      name={cluster.name}
      label={
        <Trans t={t} i18nKey="delete.type" values={{ name: cluster.name }} components={{ m: <span className="mono strong text" /> }} />
      }
      goesTitle={t('delete.goes')}
      goes={goes}
      staysTitle={t('delete.stays')}
      stays={[
        ...images.map((image) => words('delete.image', { image })),
        ...(cluster.provider === 'kind' ? [words('delete.network', { name: 'kind' })] : []),
        t('delete.history'),
      ]}
      keep={t('delete.keep')}
      act={t('delete.do', { name: cluster.name })}
      busy={remove.isPending}
      error={remove.error}
      hint={words('delete.then', { command })}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  )
}

/** What a delete removes, as the provider says it; until it has answered, what the list knows. */
export function useGoes(cluster: Cluster) {
  const { t } = useTranslation('clusters')
  const format = useFormat()
  const short = useShortPath()
  const { data } = useQuery(queryUtils.clusters.belongings.queryOptions({ input: { id: cluster.id } }))
  const known = data ?? cluster.nodes.map((node) => ({ kind: 'container' as const, name: node.name, sizeBytes: null }))
  const named = (kind: string) => known.filter((one) => one.kind === kind)
  const listed = (kind: 'container' | 'network' | 'file') => {
    const all = named(kind)
    if (all.length === 0) return []
    const size = all.reduce((sum, one) => sum + (one.sizeBytes ?? 0), 0)
    const names = format.list(all.map((one) => (kind === 'file' ? short(one.name) : one.name)))
    return [
      <span key={kind}>
        <Trans t={t} i18nKey={`delete.${kind}s`} count={all.length} values={{ names }} components={{ m: <span className="mono" /> }} />
        {size > 0 ? <span className="fg-2"> {format.bytes(size)}</span> : null}
      </span>,
    ]
  }
  const volumes = named('volume')
  return [
    ...listed('container'),
    volumes.length > 0 ? t('delete.volumeCount', { count: volumes.length }) : t('delete.volumes'),
    ...listed('network'),
    ...listed('file'),
    ...(cluster.context
      ? [
          <Trans
            key="context"
            t={t}
            i18nKey="delete.context"
            values={{ name: cluster.context.name, file: short(cluster.context.file) }}
            components={{ m: <span className="mono" /> }}
          />,
        ]
      : []),
  ]
}
