import { useRouter } from '@tanstack/react-router'
import { Link2, Unlink } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { harmless } from '../../ui/index.ts'
import type { Entry } from './entry.ts'
import { linkRoute } from './link-route.ts'

/** A link to a page of Cove that was pasted, such as one to a line of a log. Nothing outside Cove opens one: a window has no address bar. */
export function useLinkEntries(query: string): readonly Entry[] {
  const { t } = useTranslation('palette')
  const router = useRouter()
  const route = linkRoute(query, window.location.href)
  if (route === null) return []
  const known = route !== 'refused' && router.getMatchedRoutes(route.path)[2] !== undefined ? route : null
  const row = { id: 'link', group: 'link', fixed: true, does: 'go' } as const
  return known
    ? [
        {
          ...row,
          icon: Link2,
          name: t('link.open'),
          note: harmless(known.path),
          run: () => router.history.push(`${known.path}${known.search}`),
        },
      ]
    : [{ ...row, icon: Unlink, name: t('link.refused'), note: t('link.refusedNote'), disabled: true, run: () => {} }]
}
