import { useTranslation } from 'react-i18next'
import { Page } from '../shell/page.tsx'

/** Every job and every command. */
export function ActivityPage() {
  const { t } = useTranslation('shell')
  return <Page title={t('nav.activity')}>{null}</Page>
}
