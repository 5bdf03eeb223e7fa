import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { SettingsState } from '#shared/contract/settings.ts'
import { queryUtils } from '../../api/client.ts'
import { CopyButton, KeyValue } from '../../ui/index.ts'

/** Where Cove keeps what it knows, what it sends (nothing), and which Cove this is. */
export function AboutSection({ state }: { readonly state: SettingsState }) {
  const { t } = useTranslation('settings')
  const info = useQuery(queryUtils.host.info.queryOptions()).data
  const path = (value: string) => (
    <span className="setting-path">
      <span className="mono text-wrap">{value}</span>
      <CopyButton text={value} label={t('copyPathOf', { path: value })} />
    </span>
  )
  return (
    <section className="settings-part" aria-labelledby="settings-about">
      <h2 id="settings-about">{t('about.title')}</h2>
      <KeyValue
        items={[
          { key: 'data', label: t('about.dataDir'), value: path(state.dataDir) },
          { key: 'file', label: t('about.file'), value: path(state.file) },
          { key: 'telemetry', label: t('about.telemetry'), value: t('about.noTelemetry') },
          info && {
            key: 'version',
            label: t('about.version'),
            value: t('about.versionIs', { version: info.version, host: t(`about.host.${info.kind}`) }),
          },
        ]}
      />
    </section>
  )
}
