import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { networkTestImage } from '#shared/messages/network-plugins.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Button, Callout, Checkbox, Dialog, TextInput } from '../../ui/index.ts'
import { HostJob } from '../host-changes/host-job.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { TestTable } from './test-table.tsx'
import { useAskNetwork, useLastTest } from './use-network.ts'

/** With what it is tested, said before; then the job, and what it finds while it finds it. */
export function TestDialog({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }) {
  const { t } = useTranslation('network')
  const { t: common } = useTranslation('common')
  const id = useId()
  const [image, setImage] = useState(networkTestImage)
  const [outside, setOutside] = useState('')
  const [hostPort, setHostPort] = useState(false)
  const plan = useQuery(queryUtils.network.testPlan.queryOptions({ input: { id: cluster.id, image: networkTestImage }, retry: false }))
  const ask = useAskNetwork()
  const begin = useMutation({
    mutationFn: () => api.network.test({ id: cluster.id, image: image.trim(), outside: outside.trim() || null, hostPort }),
  })
  const jobId = begin.data?.jobId
  const [ended, setEnded] = useState(false)
  const test = useLastTest(cluster.id, jobId !== undefined && !ended).data
  const own = test?.jobId === jobId ? test : null
  const table = own && own.checks.length > 0 ? <TestTable test={own} /> : null
  const all = own?.checks.length ?? 0
  const works = own?.checks.filter(({ state }) => state === 'ok').length ?? 0
  const used = plan.data?.nodes.filter((node) => node.used) ?? []
  const lacking = image.trim() === networkTestImage ? used.filter((node) => !node.holds) : []
  const made = cluster.provider === 'kind' || cluster.provider === 'minikube'
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('test.title', { name: cluster.name })}
      {...(jobId === undefined ? { description: t('test.lead') } : {})}
      footer={
        <>
          <Button onClick={onClose}>{jobId === undefined ? common('cancel') : common('close')}</Button>
          {jobId === undefined ? (
            <Button variant="primary" busy={begin.isPending} disabled={image.trim() === ''} onClick={() => begin.mutate()}>
              {t('test.do')}
            </Button>
          ) : null}
        </>
      }
    >
      {jobId !== undefined ? (
        <>
          {ended && table ? (
            <>
              <Callout tone={works < all ? 'warn' : 'ok'} className="network-sum">
                {t('test.done', { ok: works, all })}
              </Callout>
              {table}
            </>
          ) : null}
          <HostJob
            id={jobId}
            succeeded={t('test.gone')}
            parts={[]}
            onEnd={() => {
              setEnded(true)
              ask()
            }}
          />
          {ended ? null : table}
        </>
      ) : (
        <>
          <div className="network-form">
            <label htmlFor={`${id}-image`}>{t('test.image')}</label>
            <div>
              <TextInput id={`${id}-image`} wide mono value={image} onValueChange={setImage} />
              <p className="fg-2">{t('test.imageNote')}</p>
            </div>
            <label htmlFor={`${id}-outside`}>{t('test.outside')}</label>
            <div>
              <TextInput id={`${id}-outside`} wide mono value={outside} placeholder="example.com:443" onValueChange={setOutside} />
              <p className="fg-2">{t('test.outsideNote')}</p>
            </div>
            <span />
            <Checkbox checked={hostPort} onCheckedChange={setHostPort}>
              {t('test.hostPort')}
            </Checkbox>
          </div>
          {lacking.length > 0 ? (
            <Callout
              tone="info"
              title={t('test.pulls', { count: lacking.length })}
              actions={
                made ? (
                  <Link to="/clusters/$id" params={{ id: cluster.id }} search={{ tab: 'images' }} onClick={onClose}>
                    {t('test.load')}
                  </Link>
                ) : null
              }
            >
              <p className="text-wrap">{t('test.pullsText', { nodes: lacking.map(({ name }) => name).join(', ') })}</p>
            </Callout>
          ) : null}
        </>
      )}
      {begin.error ? <ErrorNotice error={begin.error} /> : null}
    </Dialog>
  )
}
