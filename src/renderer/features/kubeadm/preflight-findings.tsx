import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { KubeadmState } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { JobInRow } from '../clusters/job-in-row.tsx'
import { isRunning } from '../jobs/elapsed.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import type { useStartHere } from './use-kubeadm.ts'
import { Age, Cell, Row, State, Table } from '../../ui/index.ts'

/** What the last preflight found, in kubeadm's own words. */
export function PreflightFindings({
  target,
  preflight,
}: {
  readonly target: TargetId
  readonly preflight: NonNullable<KubeadmState['preflight']>
}) {
  const { t } = useTranslation('kubeadm')
  const { findings, at } = preflight
  if (findings.length === 0)
    return (
      <p className="line fg-2">
        <State tone="ok">{t('preflight.clean')}</State> <Age at={at} ago />
      </p>
    )
  const columns = [
    { key: 'level', label: t('preflight.level') },
    { key: 'check', label: t('preflight.check') },
    { key: 'text', label: t('preflight.text') },
  ]
  return (
    <>
      <p className="fg-3 sm">
        <Age at={at} ago />
      </p>
      <Table label={t('preflight.title')} columns={columns} className="kubeadm-findings">
        {findings.map((one) => (
          <Row key={`${one.check} ${one.text}`}>
            <Cell className="line">
              <State tone={one.level === 'problem' ? 'bad' : 'warn'}>{t(`preflight.${one.level}`)}</State>
            </Cell>
            <Cell className="mono cut" title={one.check}>
              {one.check}
            </Cell>
            <Cell className="text-wrap">{one.text}</Cell>
          </Row>
        ))}
      </Table>
      {findings.some((one) => one.checkIds.length > 0) ? (
        <Link to="/machine" search={{ tab: 'checks', ...(target === 'local' ? {} : { target }) }} className="sm">
          {t('preflight.toChecks')}
        </Link>
      ) : null}
    </>
  )
}

type CheckedHereProps = {
  readonly of: 'init' | 'join'
  readonly target: TargetId
  readonly check: Pick<ReturnType<typeof useStartHere>, 'job' | 'error'>
  readonly preflight: KubeadmState['preflight']
}

/** How the checks that were started here go on, and what they found. */
export function CheckedHere({ of, target, check: { job, error }, preflight }: CheckedHereProps) {
  if (error) return <ErrorNotice error={error} />
  if (job === null) return null
  if (isRunning(job))
    return (
      <div className="line wrap" role="status">
        <JobInRow job={job} />
      </div>
    )
  if (preflight?.of !== of || job.state !== 'succeeded') return null
  return (
    <div role="status">
      <PreflightFindings target={target} preflight={preflight} />
    </div>
  )
}
