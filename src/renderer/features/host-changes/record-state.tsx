import { useTranslation } from 'react-i18next'
import type { HostRecord } from '#shared/contract/host-changes.ts'
import { Age, State } from '../../ui/index.ts'

/** Whether a change is still in place, and whether all of it can be taken back. */
export function RecordState({ record }: { readonly record: HostRecord }) {
  const { t } = useTranslation('host-changes')
  if (record.undoneAt !== null)
    return (
      <State tone="idle">
        {t('record.undone')} <Age at={record.undoneAt} ago />
      </State>
    )
  return <State tone={record.partly ? 'warn' : 'ok'}>{t(record.partly ? 'record.partly' : 'record.inPlace')}</State>
}
