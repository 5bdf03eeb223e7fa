import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { KeyValue } from '../../ui/index.ts'
import type { KeyValueItem } from '../../ui/key-value.tsx'
import { seenSpec, useSpec } from './use-spec.ts'

/** What was asked for. */
export function JobSpecification({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const { spec: known } = useSpec(job)
  const items: KeyValueItem[] = [{ key: 'subject', label: t('spec.name'), value: job.subject, mono: true }]
  if (job.kind === 'cluster.create') {
    const spec = known ?? seenSpec(job)
    items.push(
      { key: 'image', label: t('spec.image'), value: spec.image ?? t('spec.chosen'), mono: spec.image !== null },
      { key: 'planes', label: t('spec.controlPlanes'), value: spec.controlPlanes ?? 1 },
      { key: 'workers', label: t('spec.workers'), value: spec.workers ?? 0 },
      {
        key: 'ports',
        label: t('spec.ports'),
        value:
          (spec.ports ?? []).map((port) => `${port.listenAddress ?? '127.0.0.1'}:${port.hostPort} → ${port.containerPort}`).join(', ') ||
          t('spec.noPorts'),
        mono: (spec.ports ?? []).length > 0,
      },
    )
  }
  for (const [key, value] of Object.entries({ ...job.facts, ...job.result })) {
    if (value === null || (job.kind === 'cluster.create' && (key === 'image' || key === 'nodes'))) continue
    items.push({ key: `fact-${key}`, label: t(`fact.${key}`, { defaultValue: key }), value: String(value), mono: true })
  }
  return (
    <div className="section">
      <KeyValue items={items} />
    </div>
  )
}
