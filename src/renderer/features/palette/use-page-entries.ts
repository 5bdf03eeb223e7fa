import { useNavigate } from '@tanstack/react-router'
import { BookMarked, Boxes, History, ListChecks, MonitorCog, PencilRuler, Plus, Route, ScrollText, Settings2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { machineTabs } from '../machine/tabs.ts'
import { intents } from '../setup/use-setup-search.ts'
import type { Entry } from './entry.ts'
import { useBothLanguages } from './use-both-languages.ts'

const pages = [
  { to: '/clusters', key: 'clusters', icon: Boxes },
  { to: '/logs', key: 'logs', icon: ScrollText },
  { to: '/contexts', key: 'contexts', icon: Route },
  { to: '/machine', key: 'machine', icon: MonitorCog },
  { to: '/activity', key: 'activity', icon: History },
  { to: '/settings', key: 'settings', icon: Settings2 },
] as const

/** Each page, and what is begun on one. */
export function usePageEntries(): readonly Entry[] {
  const { t: shell } = useTranslation('shell')
  const { t: profiles } = useTranslation('profiles')
  const { t: machine } = useTranslation('machine')
  const { t: setup } = useTranslation('setup')
  const { t } = useTranslation('palette')
  const both = useBothLanguages()
  const navigate = useNavigate()
  return [
    ...pages.map(
      ({ to, key, icon }): Entry => ({
        id: `page:${key}`,
        group: 'pages',
        icon,
        name: shell(`nav.${key}`),
        keywords: both(`shell:nav.${key}`),
        does: 'go',
        run: () => void navigate({ to }),
      }),
    ),
    {
      id: 'do:create',
      group: 'do',
      icon: Plus,
      name: t('create'),
      note: t('createNote'),
      keywords: both('palette:create'),
      does: 'go',
      run: () => void navigate({ to: '/clusters', search: { create: true } }),
    },
    {
      id: 'do:design',
      group: 'do',
      icon: PencilRuler,
      name: t('design'),
      note: t('designNote'),
      keywords: both('palette:design'),
      does: 'go',
      run: () => void navigate({ to: '/clusters/new' }),
    },
    ...intents.map(
      (intent): Entry => ({
        id: `do:setup:${intent}`,
        group: 'do',
        icon: ListChecks,
        name: setup(`intent.${intent}.title`),
        note: machine('tab.setup'),
        keywords: both(`setup:intent.${intent}.title`),
        does: 'go',
        run: () => void navigate({ to: '/machine', search: { tab: 'setup', intent } }),
      }),
    ),
    ...machineTabs.map(
      ({ id }): Entry => ({
        id: `page:machine:${id}`,
        group: 'pages',
        icon: MonitorCog,
        name: machine(`tab.${id}`),
        note: shell('nav.machine'),
        keywords: both(`machine:tab.${id}`),
        does: 'go',
        run: () => void navigate({ to: '/machine', search: { tab: id } }),
      }),
    ),
    {
      id: 'page:profiles',
      group: 'pages',
      icon: BookMarked,
      name: profiles('title'),
      keywords: both('profiles:title'),
      does: 'go',
      run: () => void navigate({ to: '/clusters/profiles' }),
    },
  ]
}
