import { useTranslation } from 'react-i18next'
import type { NetworkFinding, NetworkLook } from '#shared/contract/network.ts'
import { Button, Callout } from '../../ui/index.ts'

/** What does not fit: what it is, what follows, and the way out. Where all fits, that is said too. */
export function NetworkFindings({ seen, onInstall }: { readonly seen: NetworkLook; readonly onInstall: () => void }) {
  const { t } = useTranslation('network')
  if (seen.findings.length === 0) {
    // Only what was asked can be said to fit.
    if (seen.gaps.length > 0 || seen.plugins.length === 0) return null
    return (
      <div className="network-findings">
        <Callout tone="ok">{t('fits')}</Callout>
      </div>
    )
  }
  return (
    <ul className="network-findings">
      {seen.findings.map((finding) => (
        <li key={`${finding.id} ${JSON.stringify(finding.facts)}`}>
          <Finding finding={finding} onInstall={onInstall} />
        </li>
      ))}
    </ul>
  )
}

function Finding({ finding: { id, level, facts }, onInstall }: { readonly finding: NetworkFinding; readonly onInstall: () => void }) {
  const { t } = useTranslation('network')
  const word = (part: string) => t(`finding.${id}.${part}`, { ...facts, count: Number(facts['count'] ?? 0), defaultValue: '' })
  const page = facts['page']
  return (
    <Callout
      tone={level === 'problem' ? 'bad' : 'warn'}
      title={word('title')}
      actions={
        id === 'no-plugin' ? (
          <Button size="small" onClick={onInstall}>
            {t('install.open')}
          </Button>
        ) : typeof page === 'string' ? (
          <a href={page} target="_blank" rel="noreferrer">
            {t('source')}
          </a>
        ) : null
      }
    >
      <p className="text-wrap">{word('text')}</p>
      <p className="text-wrap">{word('fix')}</p>
    </Callout>
  )
}
