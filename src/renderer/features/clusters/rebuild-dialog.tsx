import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Select } from '../../ui/index.ts'
import { ConfirmByName } from '../shell/confirm-by-name.tsx'
import { useGoes } from './delete-dialog.tsx'
import { RebuildChange, RebuildFrom, useRebuildFrom } from './rebuild-from.tsx'

const same = 'same'

/** Deletes a cluster and makes it again from its own document or its profile as that is now, perhaps with another Kubernetes version. */
export function RebuildDialog({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }) {
  const { t } = useTranslation('clusters')
  const { t: profiles } = useTranslation('profiles')
  const navigate = useNavigate()
  const id = useId()
  const [image, setImage] = useState(same)
  const goes = useGoes(cluster)
  const provider = cluster.provider === 'minikube' ? 'minikube' : 'kind'
  const source = useRebuildFrom(cluster)
  const { own, profile, from } = source
  const plan = useQuery(queryUtils.clusters.plan.queryOptions({ input: { provider } }))
  const rebuild = useMutation({
    mutationFn: () => api.clusters.rebuild({ id: cluster.id, image: image === same ? null : image, document: source.document }),
    onSuccess: ({ jobId }) => {
      onClose()
      return navigate({ to: '/jobs/$id', params: { id: jobId } })
    },
  })
  const versions = (plan.data?.images ?? []).map((one) => ({
    value: one.ref,
    label: `${one.version || one.ref}${one.local ? '' : ` · ${t('rebuild.fetched')}`}`,
  }))
  return (
    <ConfirmByName
      title={t('rebuild.title', { name: cluster.name })}
      description={t('rebuild.lead')}
      name={cluster.name}
      label={
        <Trans t={t} i18nKey="delete.type" values={{ name: cluster.name }} components={{ m: <span className="mono strong text" /> }} />
      }
      goesTitle={t('delete.goes')}
      goes={goes}
      staysTitle={t('rebuild.comes')}
      stays={[
        ...(from === 'profile' && profile !== null
          ? [t('rebuild.fromProfile', { name: profile.name })]
          : own.data
            ? [t(own.data.seen === 'looked-at' ? 'rebuild.lookedAt' : 'rebuild.madeFrom')]
            : []),
        t('rebuild.images'),
        t('rebuild.otherAddress'),
      ]}
      keep={t('delete.keep')}
      act={t('rebuild.do', { name: cluster.name })}
      busy={rebuild.isPending || source.waiting}
      error={rebuild.error ?? own.error ?? plan.error}
      onConfirm={() => rebuild.mutate()}
      onClose={onClose}
    >
      <RebuildFrom source={source} />
      <div className="dialog-field">
        <label htmlFor={id}>{t('rebuild.version')}</label>
        <Select
          id={id}
          value={image}
          onValueChange={setImage}
          options={[
            {
              value: same,
              label:
                from === 'profile' && profile !== null
                  ? t('rebuild.profileVersion', { version: profile.version ?? profiles('best') })
                  : t('rebuild.same', { version: cluster.version ?? '' }),
            },
            ...versions,
          ]}
        />
      </div>
      <RebuildChange source={source} />
    </ConfirmByName>
  )
}
