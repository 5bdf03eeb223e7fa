import { Link } from '@tanstack/react-router'
import { ExternalLink, Wrench } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { HostFinding } from '#shared/contract/host-checks.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { Button, buttonClass, Cell, Icon, KeyValue } from '../../ui/index.ts'
import { officialPage } from '../host-changes/host-words.ts'
import { useCheckWords, wayOutOf } from './check-words.ts'
import { detailId } from './check-row.tsx'

type CheckDetailProps = { readonly target: TargetId; readonly finding: HostFinding; readonly onFix: (id: string) => void }

/** Everything about a finding: cause, consequence and fix on the left, what was read on the right. */
export function CheckDetail({ target, finding, onFix }: CheckDetailProps) {
  const { t, i18n } = useTranslation('host-checks')
  const { title, cause, consequence, fix } = useCheckWords()(finding)
  const wayOut = wayOutOf(finding, target)
  return (
    <div role="row" className="check-detail" id={detailId(finding)} aria-label={t('ui.detail', { check: title })}>
      <Cell className="check-detail-body" colSpan={4}>
        <div className="check-facts">
          <h3>{title}</h3>
          <KeyValue
            items={[
              { key: 'cause', label: t('report.cause'), value: cause },
              consequence !== null && { key: 'consequence', label: t('report.consequence'), value: consequence },
              fix !== null && { key: 'fix', label: t('report.fix'), value: fix },
            ]}
          />
          <div className="line check-detail-acts">
            {finding.fixable ? (
              <Button size="small" icon={Wrench} onClick={() => onFix(finding.id)}>
                {t('ui.fix')}
              </Button>
            ) : null}
            {wayOut ? (
              <Link
                to="/machine"
                search={(before: Record<string, unknown>) => ({ ...before, ...wayOut })}
                className={buttonClass('plain', 'small')}
              >
                {t(`ui.goto.${wayOut.tab}`)}
              </Link>
            ) : null}
            <a href={officialPage(finding.link, i18n.language)} target="_blank" rel="noreferrer" className="line">
              {t('ui.page')}
              <Icon of={ExternalLink} small />
            </a>
          </div>
          {finding.preflight.length > 0 ? (
            <p className="fg-3 sm check-preflight">{t('ui.preflight', { names: finding.preflight.join(', ') })}</p>
          ) : null}
        </div>
        <Evidence finding={finding} />
      </Cell>
    </div>
  )
}

function Evidence({ finding }: { readonly finding: HostFinding }) {
  const { t } = useTranslation('host-checks')
  return (
    <div className="check-evidence">
      <h3>{t('ui.read')}</h3>
      {finding.evidence.length === 0 ? (
        <p className="fg-3">{t('ui.readNothing')}</p>
      ) : (
        <dl>
          {finding.evidence.map(({ source, text }, index) => (
            <div key={`${source}-${index}`}>
              <dt className="mono fg-3 sm">{source}</dt>
              <dd className="mono">{text === '' ? '–' : text}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
