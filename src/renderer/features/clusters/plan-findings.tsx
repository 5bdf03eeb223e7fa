import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Finding } from '#shared/contract/findings.ts'
import { Badge, State } from '../../ui/index.ts'
import { FindingAction } from '../jobs/finding-action.tsx'
import { useErrorWords } from '../shell/error-words.ts'

/** What of the machine may disturb the cluster, with what follows and what to do; what stops it is said as a problem instead. */
export function PlanFindings({ findings }: { readonly findings: readonly Finding[] }) {
  const { t, i18n } = useTranslation('clusters')
  const words = useErrorWords()
  const id = useId()
  const warnings = findings.filter((finding) => finding.level === 'warning')
  if (warnings.length === 0) return null
  return (
    <section className="plan-findings" aria-labelledby={id}>
      <h3 id={id} className="fg-2">
        {t('plan.findings')}
      </h3>
      <ul>
        {warnings.map((finding) => {
          const { title, cause, consequence, fix } = words({ code: finding.cause, facts: finding.facts, commandId: null })
          return (
            <li key={JSON.stringify([finding.cause, finding.facts])}>
              <span className="line wrap">
                <State tone="warn">{title}</State>
                {finding.sure === 'likely' ? <Badge tone="warn">{t('plan.likely')}</Badge> : null}
              </span>
              <p className="fg-2 sm">{[cause, consequence, fix].filter(Boolean).join(i18n.language.startsWith('zh') ? '' : ' ')}</p>
              <span className="plan-finding-act">
                <FindingAction finding={finding} />
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
