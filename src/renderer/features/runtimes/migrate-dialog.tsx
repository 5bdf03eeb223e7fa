import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CgroupDriver, MigrationKube, Runtimes } from '#shared/contract/runtimes.ts'
import type { Target, TargetId } from '#shared/contract/targets.ts'
import { queryUtils } from '../../api/client.ts'
import { Button, Callout, Checkbox, Dialog, Select } from '../../ui/index.ts'
import { HostJob } from '../host-changes/host-job.tsx'
import { officialPage } from '../host-changes/host-words.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useTargets } from '../targets/use-targets.ts'
import { useTargetPlace } from '../targets/use-target-place.ts'
import { useAskAgain } from '../host-changes/use-host-changes.ts'
import { carefulDrain, DrainOptions } from './drain-options.tsx'
import { DriverField } from './driver-field.tsx'
import { useMigrate } from './use-runtimes.ts'

const page = 'https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/configure-cgroup-driver/#migrating-to-the-systemd-driver'
const parts = ['drain', 'stop', 'change', 'start', 'uncordon'] as const

type MigrateDialogProps = { readonly seen: Runtimes; readonly onReplace: () => void; readonly onClose: () => void }

/** Another cgroup driver for a node: first the safer way, then what would be done and how, then the job that does it. */
export function MigrateDialog({ seen, onReplace, onClose }: MigrateDialogProps) {
  const { t, i18n } = useTranslation('runtimes')
  const { t: common } = useTranslation('common')
  const place = useTargetPlace()
  const { target, kubelet } = seen
  const name = place(target).name
  const targets = useTargets().data ?? []
  const others = othersOf(target, targets)
  const ways = useWays(seen, others)
  const [driver, setDriver] = useState<CgroupDriver>(wantedDriver(seen))
  const [way, setWay] = useState<string | null>(null)
  const [nodes, setNodes] = useState<readonly TargetId[]>([])
  const [drain, setDrain] = useState(carefulDrain)
  const migrate = useMigrate()
  const ask = useAskAgain()
  const chosen = ways.find((one) => one.key === way) ?? ways[0]
  const jobId = migrate.data?.jobId
  const begin = () => {
    if (chosen === undefined) return
    migrate.mutate({ nodes: [target, ...nodes], driver, kube: chosen.kube, drain })
  }
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('migrate.title', { name })}
      footer={
        <>
          {jobId === undefined ? null : <span className="fg-3 plan-note">{t('migrate.goesOn')}</span>}
          <Button onClick={onClose}>{jobId === undefined ? common('cancel') : common('close')}</Button>
          {jobId === undefined ? (
            <Button variant="danger" busy={migrate.isPending} disabled={chosen === undefined} onClick={begin}>
              {t('migrate.begin', { name })}
            </Button>
          ) : null}
        </>
      }
    >
      {jobId !== undefined ? (
        <HostJob id={jobId} succeeded={t('migrate.done')} parts={[]} onEnd={() => [target, ...nodes].forEach(ask)} />
      ) : (
        <div className="migrate">
          <Callout
            tone="warn"
            title={t('migrate.safer')}
            actions={
              <>
                <Button size="small" onClick={onReplace}>
                  {t('migrate.saferAct')}
                </Button>
                <a href={officialPage(page, i18n.language)} target="_blank" rel="noreferrer">
                  {t('migrate.page')}
                </a>
              </>
            }
          >
            <p>{t('migrate.saferText')}</p>
          </Callout>
          <div className="runtime-form">
            <DriverField value={driver} onValueChange={setDriver} />
            <label htmlFor="migrate-through">{t('migrate.through')}</label>
            {chosen === undefined ? (
              <p className="fg-2">{t('migrate.unreachable')}</p>
            ) : (
              <Select
                id="migrate-through"
                value={chosen.key}
                onValueChange={setWay}
                options={ways.map(({ key, label }) => ({ value: key, label }))}
              />
            )}
            {others.length > 0 ? (
              <>
                <span>{t('migrate.others')}</span>
                <div className="migrate-nodes" role="group" aria-label={t('migrate.others')}>
                  {others.map((one) => (
                    <Checkbox
                      key={one.id}
                      checked={nodes.includes(one.id)}
                      onCheckedChange={(on) => setNodes(on ? [...nodes, one.id] : nodes.filter((id) => id !== one.id))}
                    >
                      <span className="mono">{one.name}</span>
                    </Checkbox>
                  ))}
                </div>
              </>
            ) : null}
            <span />
            <DrainOptions value={drain} onValueChange={setDrain} />
          </div>
          <section>
            <h3>{t('migrate.what')}</h3>
            <ol className="migrate-steps">
              {parts.map((part) => (
                <li key={part}>{t(`migrate.steps.${part}`)}</li>
              ))}
            </ol>
            <p className="fg-2">{t('migrate.halts')}</p>
            {kubelet.controlPlane ? <p className="fg-2">{t('migrate.lone')}</p> : null}
          </section>
        </div>
      )}
      {migrate.error ? <ErrorNotice error={migrate.error} /> : null}
    </Dialog>
  )
}

/** Machines that may be of the same cluster: a node of one is none of another; of other machines it is not known. */
export function othersOf(target: TargetId, targets: readonly Target[]) {
  const clusterId = targets.find((one) => one.id === target)?.clusterId ?? null
  return targets.filter((one) => one.id !== target && one.kind !== 'local' && one.state !== 'down' && one.clusterId === clusterId)
}

/** The one of the host, unless all use that already. */
export function wantedDriver({ host, kubelet, findings }: Runtimes): CgroupDriver {
  const wanted = host.recommended ?? 'systemd'
  const agrees = findings.some(({ id }) => id === 'driver-agrees') && kubelet.effective === wanted
  return agrees ? (wanted === 'systemd' ? 'cgroupfs' : 'systemd') : wanted
}

/** Who may speak to the cluster: the node itself where it has the control plane, then contexts, then other machines. */
function useWays({ target, kubelet }: Runtimes, others: readonly { readonly id: TargetId; readonly name: string }[]) {
  const { t } = useTranslation('runtimes')
  const contexts = useQuery(queryUtils.kubeconfig.list.queryOptions()).data?.contexts ?? []
  const ways: { readonly key: string; readonly label: string; readonly kube: MigrationKube }[] = []
  if (kubelet.controlPlane) ways.push({ key: target, label: t('migrate.throughSelf'), kube: { through: 'target', target } })
  for (const { file, name } of contexts)
    ways.push({
      key: `${file} ${name}`,
      label: t('migrate.throughContext', { name }),
      kube: { through: 'context', context: { file, name } },
    })
  for (const { id, name } of others)
    ways.push({ key: id, label: t('migrate.throughTarget', { name }), kube: { through: 'target', target: id } })
  return ways
}
