import { useTranslation } from 'react-i18next'
import { useFormat } from '../../ui/index.ts'

/** Says at the end of a list how many are not in it. */
export function AndMore({ of }: { readonly of: number }) {
  const { t } = useTranslation('common')
  const format = useFormat()
  return <span className="fg-3">{t('andMore', { more: format.number(of) })}</span>
}
