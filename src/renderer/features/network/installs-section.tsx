import { Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { NetworkInstall } from '#shared/contract/network.ts'
import { Age, Button, Cell, Row, Table } from '../../ui/index.ts'

/** What Cove applied here, and can therefore remove. */
export function InstallsSection({
  installs,
  onRemove,
}: {
  readonly installs: readonly NetworkInstall[]
  readonly onRemove: (one: NetworkInstall) => void
}) {
  const { t } = useTranslation('network')
  const { t: common } = useTranslation('common')
  if (installs.length === 0) return null
  return (
    <section aria-labelledby="network-installs">
      <div className="part">
        <h3 id="network-installs">{t('installs')}</h3>
      </div>
      <Table
        label={t('installs')}
        className="network-installs"
        columns={[
          { key: 'name', label: common('name') },
          { key: 'objects', label: t('column.objects'), align: 'end' },
          { key: 'age', label: t('column.applied') },
          { key: 'act', label: t('remove.open'), hideLabel: true },
        ]}
      >
        {installs.map((one) => (
          <Row key={one.id}>
            <Cell className="mono cut" title={one.name}>
              {one.name}
            </Cell>
            <Cell className="num-cell">{one.objects}</Cell>
            <Cell className="fg-2">
              <Age at={one.appliedAt} ago />
            </Cell>
            <Cell className="network-act">
              <Button size="small" variant="quiet" icon={Trash2} onClick={() => onRemove(one)}>
                {t('remove.open')}
              </Button>
            </Cell>
          </Row>
        ))}
      </Table>
    </section>
  )
}
