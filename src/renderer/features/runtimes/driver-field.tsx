import { useTranslation } from 'react-i18next'
import type { CgroupDriver } from '#shared/contract/runtimes.ts'
import { Segmented } from '../../ui/index.ts'

/** Which cgroup driver a node is to have: label and choice of a form. */
export function DriverField({
  value,
  onValueChange,
}: {
  readonly value: CgroupDriver
  readonly onValueChange: (to: CgroupDriver) => void
}) {
  const { t } = useTranslation('runtimes')
  return (
    <>
      <span>{t('migrate.driver')}</span>
      <Segmented
        label={t('migrate.driver')}
        value={value}
        onValueChange={onValueChange}
        options={[
          { value: 'systemd', label: 'systemd' },
          { value: 'cgroupfs', label: 'cgroupfs' },
        ]}
      />
    </>
  )
}
