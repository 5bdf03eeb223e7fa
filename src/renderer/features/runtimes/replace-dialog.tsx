import { useId, useState } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import type { ReplacementPlan } from '#shared/contract/replacements.ts'
import type { CgroupDriver, Runtimes } from '#shared/contract/runtimes.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { Button, Callout, Select, SkeletonRows, Table, useFormat } from '../../ui/index.ts'
import { FileChange } from '../host-changes/file-change.tsx'
import { IgnoreField, namesIn } from '../kubeadm/ignore-field.tsx'
import { LeftoverChoices } from '../kubeadm/leftover-choices.tsx'
import { useStart } from '../kubeadm/use-kubeadm.ts'
import { ConfirmByName } from '../shell/confirm-by-name.tsx'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useTargetName } from '../targets/target-words.ts'
import { useTargetPlace } from '../targets/use-target-place.ts'
import { useTargets } from '../targets/use-targets.ts'
import { carefulDrain, DrainOptions } from './drain-options.tsx'
import { DriverField } from './driver-field.tsx'
import { othersOf, wantedDriver } from './migrate-dialog.tsx'
import { useConfigMap, useReplacementPlan, useSetConfigMap } from './use-runtimes.ts'

/** The safer way to another cgroup driver: what goes, what comes back, what the cluster is told, and what would stand in the way, before anything is done. */
export function ReplaceDialog({ seen, onClose }: { readonly seen: Runtimes; readonly onClose: () => void }) {
  const { t } = useTranslation('runtimes')
  const { t: common } = useTranslation('common')
  const id = useId()
  const format = useFormat()
  const targetName = useTargetName()
  const { target } = seen
  const name = useTargetPlace()(target).name
  const ways = othersOf(target, useTargets().data ?? [])
  const [driver, setDriver] = useState<CgroupDriver>(wantedDriver(seen))
  const [chosen, setVia] = useState<TargetId | null>(null)
  const [drain, setDrain] = useState(carefulDrain)
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set())
  const [ignore, setIgnore] = useState('')
  // Which of several is a control plane is not known before it is asked.
  const via = chosen ?? (ways.length === 1 ? (ways[0]?.id ?? null) : null)
  const look = useReplacementPlan(via === null ? null : { target, via, driver, drain })
  const plan = look.data
  // A control plane that cannot be replaced can still say what nodes are to join with.
  const isAlone = plan === undefined && seen.kubelet.controlPlane && (look.error !== null || ways.length === 0)
  const alone = useConfigMap(isAlone ? { via: target, driver } : null)
  const choices = (plan?.leftovers ?? []).filter((one) => !one.byReset)
  const start = useStart(() =>
    api.replacements.start({
      target,
      via: via ?? '',
      driver,
      drain,
      leftovers: choices.filter((one) => !kept.has(one.id)).map((one) => one.id),
      ignore: namesIn(ignore),
    }),
  )
  return (
    <ConfirmByName
      wide
      title={t('replace.title', { name })}
      description={t('replace.lead')}
      name={name}
      label={<Trans t={t} i18nKey="replace.type" values={{ name }} components={{ m: <span className="mono strong text" /> }} />}
      goesTitle={t('replace.goes')}
      goes={[t('replace.pods'), t('replace.object'), t('replace.hostState'), ...(plan?.controlPlane ? [t('replace.etcd')] : [])]}
      staysTitle={t('replace.stays')}
      stays={[
        t('replace.cluster'),
        t('replace.programs'),
        ...(plan && plan.labels.length > 0 ? [t('replace.labels', { names: format.list(plan.labels) })] : []),
        ...(plan && plan.taints.length > 0 ? [t('replace.taints', { names: format.list(plan.taints) })] : []),
        ...(plan?.cordoned ? [t('replace.cordoned')] : []),
      ]}
      keep={t('replace.keep')}
      act={t('replace.do', { name })}
      busy={start.isPending || look.isFetching}
      blocked={plan === undefined || look.error !== null}
      error={start.error}
      hint={t('replace.back')}
      onConfirm={() => start.mutate(undefined)}
      onClose={onClose}
    >
      {look.error ? <ErrorNotice error={look.error} onRetry={() => void look.refetch()} /> : null}
      {plan === undefined || plan.refusal === null ? null : (
        <Callout tone="warn" title={t('replace.refusal')}>
          <p className="text-wrap mono">{plan.refusal}</p>
          <p>{t('replace.refusalWay')}</p>
        </Callout>
      )}
      <div className="runtime-form">
        <DriverField value={driver} onValueChange={setDriver} />
        <label htmlFor={`${id}-via`}>{t('replace.via')}</label>
        <div>
          {ways.length === 0 ? (
            <p className="fg-2">{t('replace.noVia')}</p>
          ) : (
            <>
              <Select<string>
                id={`${id}-via`}
                value={via ?? ''}
                onValueChange={setVia}
                options={[
                  ...(via === null ? [{ value: '', label: t('replace.choose'), disabled: true }] : []),
                  ...ways.map((one) => ({ value: one.id, label: targetName(one) })),
                ]}
              />
              <p className="hint">{t('replace.viaHint')}</p>
            </>
          )}
        </div>
        <span />
        <DrainOptions value={drain} onValueChange={setDrain} />
      </div>
      {isAlone && alone.data ? (
        <div className="migrate">
          <ConfigMapPart configMap={alone.data} others={null} via={target} driver={driver} />
        </div>
      ) : null}
      {isAlone && alone.error ? <ErrorNotice error={alone.error} /> : null}
      {via !== null && look.isPending ? (
        <Table label={t('replace.configMap')} columns={[{ key: 'a', label: t('replace.configMap'), hideLabel: true }]} busy>
          <SkeletonRows rows={3} columns={1} label={common('loading')} />
        </Table>
      ) : null}
      {plan && via !== null ? (
        <div className="migrate">
          <ConfigMapPart configMap={plan.configMap} others={plan.others} via={via} driver={driver} />
          {plan.files.length > 0 ? (
            <section className="migrate-nodes">
              <h3>{t('replace.files')}</h3>
              {plan.files.map((file) => (
                <FileChange key={file.path} {...file} mode={null} />
              ))}
            </section>
          ) : null}
          <section className="migrate-nodes">
            <h3>{t('replace.leftovers')}</h3>
            <LeftoverChoices items={choices} kept={kept} onKeptChange={setKept} />
          </section>
          <IgnoreField value={ignore} onValueChange={setIgnore} />
        </div>
      ) : null}
    </ConfirmByName>
  )
}

type ConfigMapPartProps = {
  readonly configMap: ReplacementPlan['configMap']
  /** Nodes that are there; null: not known. */
  readonly others: readonly string[] | null
  readonly via: TargetId
  readonly driver: CgroupDriver
}

/** What nodes that join are told, what that means for those that are there, and the same alone. */
function ConfigMapPart({ configMap, others, via, driver }: ConfigMapPartProps) {
  const { t } = useTranslation('runtimes')
  const format = useFormat()
  const set = useSetConfigMap()
  return (
    <section className="migrate-nodes">
      <div className="line wrap">
        <h3>{t('replace.configMap')}</h3>
        <span className="grow" />
        {configMap.before === configMap.after ? null : (
          <Button size="small" busy={set.isPending} onClick={() => set.mutate({ via, driver, before: configMap.before })}>
            {t('replace.onlyThis')}
          </Button>
        )}
      </div>
      <FileChange path="kube-system/kubelet-config" before={configMap.before} after={configMap.after} mode={null} />
      <p className="fg-2 text-wrap">
        {others === null
          ? t('replace.configMapThere')
          : others.length === 0
            ? t('replace.configMapNone')
            : t('replace.configMapOthers', { names: format.list(others) })}
      </p>
      {set.isSuccess ? <Callout tone="ok">{t('replace.onlyThisDone', { driver })}</Callout> : null}
      {set.error ? <ErrorNotice error={set.error} /> : null}
    </section>
  )
}
