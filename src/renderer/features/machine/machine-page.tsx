import { useTranslation } from 'react-i18next'
import { Page } from '../shell/page.tsx'

/** Which tools and which container engine this machine has, and which of them Cove uses. */
export function MachinePage() {
  const { t } = useTranslation('machine')
  return <Page title={t('title')}>{null}</Page>
}
