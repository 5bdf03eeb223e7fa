import { useTranslation } from 'react-i18next'
import { Page } from '../shell/page.tsx'

/** How Cove behaves: language, look, where downloads come from. */
export function SettingsPage() {
  const { t } = useTranslation('settings')
  return <Page title={t('title')}>{null}</Page>
}
