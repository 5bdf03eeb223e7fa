import { useTranslation } from 'react-i18next'
import type { Finding } from '#shared/contract/findings.ts'

/** What shows it, line by line, with where each was read. */
export function EvidenceList({ evidence }: { readonly evidence: Finding['evidence'] }) {
  const { t } = useTranslation('jobs')
  return (
    <ul className="evidence">
      {evidence.map((line, index) => (
        <li key={index}>
          <span className="fg-3 sm">
            {t(`finding.source.${line.source}`)} <span className="mono text-wrap">{line.name}</span>
          </span>
          <span className="mono text text-wrap">{line.text}</span>
        </li>
      ))}
    </ul>
  )
}
