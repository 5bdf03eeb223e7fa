import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ToolchainSnapshot } from '#shared/contract/toolchain.ts'
import { queryUtils } from '../../api/client.ts'
import { CopyButton, KeyValue } from '../../ui/index.ts'
import { useShownPath } from './tool-words.ts'

/** Name and kind of the machine, and the folder where Cove keeps what it downloads. */
export function MachineFacts({ snapshot }: { readonly snapshot: ToolchainSnapshot }) {
  const { t } = useTranslation('machine')
  const shown = useShownPath()
  const info = useQuery(queryUtils.host.info.queryOptions()).data
  return (
    <section className="machine-part" aria-labelledby="machine-facts">
      <h2 id="machine-facts">{t('facts.title')}</h2>
      <KeyValue
        items={[
          info && { key: 'host', label: t('facts.host'), value: info.hostname, mono: true },
          { key: 'os', label: t('facts.os'), value: t(`os.${snapshot.os}`, { defaultValue: snapshot.os }) },
          { key: 'build', label: t('facts.build'), value: `${snapshot.os}/${snapshot.arch}`, mono: true },
          {
            key: 'bin',
            label: t('facts.binDir'),
            value: (
              <span className="machine-path">
                <span className="mono" title={snapshot.binDir}>
                  {shown(snapshot.binDir)}
                </span>
                <CopyButton text={snapshot.binDir} label={t('copyPath')} />
              </span>
            ),
          },
        ]}
      />
      <p className="hint">{t('facts.binHint')}</p>
    </section>
  )
}
