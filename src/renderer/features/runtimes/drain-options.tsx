import { useTranslation } from 'react-i18next'
import { Checkbox } from '../../ui/index.ts'

export type Drain = { readonly deleteEmptyDirData: boolean; readonly force: boolean; readonly timeoutSeconds: number }

export const carefulDrain: Drain = { deleteEmptyDirData: false, force: false, timeoutSeconds: 120 }

/** What a drain may do beyond moving pods. */
export function DrainOptions({ value, onValueChange }: { readonly value: Drain; readonly onValueChange: (to: Drain) => void }) {
  const { t } = useTranslation('runtimes')
  return (
    <div className="migrate-nodes">
      <Checkbox checked={value.deleteEmptyDirData} onCheckedChange={(on) => onValueChange({ ...value, deleteEmptyDirData: on })}>
        {t('migrate.emptyDir')} <span className="fg-3">{t('migrate.emptyDirNote')}</span>
      </Checkbox>
      <Checkbox checked={value.force} onCheckedChange={(on) => onValueChange({ ...value, force: on })}>
        {t('migrate.force')} <span className="fg-3">{t('migrate.forceNote')}</span>
      </Checkbox>
    </div>
  )
}
