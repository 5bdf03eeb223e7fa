import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { Callout, Code } from '../../ui/index.ts'

/** Why a cluster of another engine is only looked at, and how that engine becomes the one in use. */
export function ElsewhereNotice({ cluster }: { readonly cluster: Cluster }) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const { code, facts } = cluster.reason
  const { engine, way, variable } = facts
  return (
    <Callout
      tone="info"
      className="page-notice"
      title={t(code === 'other-engine' ? 'elsewhere.title' : 'elsewhere.silentTitle', { name: cluster.name, engine })}
    >
      <p>{t('elsewhere.text')}</p>
      {code === 'other-engine' ? (
        <div className="advice">
          {variable === undefined ? null : <p>{t('elsewhere.variable', { variable })}</p>}
          {way === 'context' ? (
            <>
              <p>{t('elsewhere.context')}</p>
              <Code text={`docker context use ${engine}`} label={common('error.command')} wrap />
            </>
          ) : null}
          {way === 'none' ? <p>{t('elsewhere.tool', { engine })}</p> : null}
        </div>
      ) : (
        <p>{t('elsewhere.silent')}</p>
      )}
    </Callout>
  )
}
