import { useTranslation } from 'react-i18next'
import { Page } from '../shell/page.tsx'

/** Live log of one container. */
export function LogsPage() {
  const { t } = useTranslation('shell')
  return <Page title={t('nav.logs')}>{null}</Page>
}
