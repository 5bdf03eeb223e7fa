import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Scroll } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { Page } from '../shell/page.tsx'
import { Designer } from './designer.tsx'
import { type DesignSearch, useStart } from './use-start.ts'

/** The designer, once it is known what it begins with. */
export function DesignerStart({ waiting }: { readonly waiting: ReactNode }) {
  const { t } = useTranslation('designer')
  const { t: clusters } = useTranslation('clusters')
  const search: DesignSearch = useSearch({ strict: false })
  const [round, setRound] = useState(0)
  const start = useStart(search, round)
  if (start.data !== undefined)
    return (
      <Designer key={`${JSON.stringify(search)}:${round}`} start={start.data} focus={search.focus} onAfresh={() => setRound(round + 1)} />
    )
  if (!start.error) return waiting
  return (
    <Page title={t('title')} before={<Link to="/clusters">{clusters('title')}</Link>}>
      <Scroll>
        <ErrorNotice className="page-notice" error={start.error} onRetry={() => void start.refetch()} />
      </Scroll>
    </Page>
  )
}
