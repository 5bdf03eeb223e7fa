import { useTranslation } from 'react-i18next'
import type { NetworkLook } from '#shared/contract/network.ts'
import { Cell, Row, State, Table } from '../../ui/index.ts'

export function PluginsTable({ seen, old }: { readonly seen: NetworkLook; readonly old: boolean }) {
  const { t } = useTranslation('network')
  const { t: common } = useTranslation('common')
  return (
    <section aria-labelledby="network-plugins">
      <div className="part">
        <h3 id="network-plugins">{t('plugins')}</h3>
      </div>
      {seen.plugins.length === 0 ? (
        <p className="network-none fg-2">{t('none')}</p>
      ) : (
        <Table
          label={t('plugins')}
          className="network-plugins"
          columns={[
            { key: 'name', label: common('name') },
            { key: 'version', label: common('version') },
            { key: 'state', label: t('column.ready') },
            { key: 'workload', label: 'DaemonSet' },
            { key: 'image', label: t('column.image') },
            { key: 'file', label: t('column.file') },
          ]}
        >
          {seen.plugins.map(({ name, version, image, workload, files }) => (
            <Row key={name} old={old}>
              <Cell className="cut strong">{name}</Cell>
              <Cell className="mono">{version ?? '–'}</Cell>
              <Cell>
                {workload === null ? (
                  <State tone="idle">{t('fileOnly')}</State>
                ) : (
                  <State tone={workload.ready < workload.desired ? 'bad' : 'ok'}>
                    {t('readyOf', { ready: workload.ready, desired: workload.desired })}
                  </State>
                )}
              </Cell>
              <Cell className="mono cut" title={workload ? `${workload.namespace}/${workload.name}` : undefined}>
                {workload ? `${workload.namespace}/${workload.name}` : '–'}
              </Cell>
              <Cell className="mono cut" title={image ?? undefined}>
                {image ?? '–'}
              </Cell>
              <Cell className="mono cut" title={files.join(', ') || undefined}>
                {files.join(', ') || '–'}
              </Cell>
            </Row>
          ))}
        </Table>
      )}
    </section>
  )
}
