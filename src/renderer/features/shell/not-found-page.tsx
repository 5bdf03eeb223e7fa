import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { buttonClass, EmptyState } from '../../ui/index.ts'
import { Page } from './page.tsx'

export function NotFoundPage() {
  const { t } = useTranslation('shell')
  return (
    <Page title={t('notFound.title')}>
      <EmptyState
        title={t('notFound.title')}
        actions={
          <Link to="/clusters" className={buttonClass('primary')}>
            {t('notFound.go')}
          </Link>
        }
      />
    </Page>
  )
}
