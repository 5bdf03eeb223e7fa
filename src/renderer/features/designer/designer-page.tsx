import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Scroll } from '../../ui/index.ts'
import { Page } from '../shell/page.tsx'

/** The editor, the YAML library and the schemas are large, and only this page needs them. */
const DesignerStart = lazy(() => import('./designer-start.tsx').then((module) => ({ default: module.DesignerStart })))

/** Where clusters are designed. */
export function DesignerPage() {
  const { t } = useTranslation('designer')
  const { t: clusters } = useTranslation('clusters')
  const waiting = (
    <Page title={t('title')} before={<Link to="/clusters">{clusters('title')}</Link>}>
      <Scroll>
        <div aria-busy aria-label={t('loading')} role="status">
          <div className="skeleton design-skeleton" />
          <div className="skeleton design-skeleton" />
          <div className="skeleton design-skeleton" />
        </div>
      </Scroll>
    </Page>
  )
  return (
    <Suspense fallback={waiting}>
      <DesignerStart waiting={waiting} />
    </Suspense>
  )
}
