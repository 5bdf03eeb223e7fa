import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Languages, LoaderCircle, SunMoon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Settings, SettingsPatch } from '#shared/contract/settings.ts'
import { api, queryUtils } from '../../api/client.ts'
import type { Entry } from './entry.ts'
import { useBothLanguages } from './use-both-languages.ts'

const languages: readonly Settings['language'][] = ['en', 'zh-CN', 'system']
const themes: readonly Settings['theme'][] = ['light', 'dark', 'system']

/** Language and theme. */
export function useAppearanceEntries(onDone: () => void) {
  const { t } = useTranslation('palette')
  const both = useBothLanguages()
  const queryClient = useQueryClient()
  const settings = useQuery(queryUtils.settings.get.queryOptions()).data?.settings
  const set = useMutation({
    mutationFn: (patch: SettingsPatch) => api.settings.set(patch),
    onSuccess: (state) => {
      queryClient.setQueryData(queryUtils.settings.get.queryKey(), state)
      onDone()
    },
  })
  const pending = set.isPending ? set.variables : null
  const entries: readonly Entry[] = [
    ...languages.map(
      (language): Entry => ({
        id: `language:${language}`,
        group: 'appearance',
        icon: pending?.language === language ? LoaderCircle : Languages,
        busy: pending?.language === language,
        name: t(`language.${language}`),
        keywords: both(`palette:language.${language}`),
        end: settings?.language === language ? t('current') : null,
        does: 'stay',
        run: () => set.mutate({ language }),
      }),
    ),
    ...themes.map(
      (theme): Entry => ({
        id: `theme:${theme}`,
        group: 'appearance',
        icon: pending?.theme === theme ? LoaderCircle : SunMoon,
        busy: pending?.theme === theme,
        name: t(`theme.${theme}`),
        keywords: both(`palette:theme.${theme}`),
        end: settings?.theme === theme ? t('current') : null,
        does: 'stay',
        run: () => set.mutate({ theme }),
      }),
    ),
  ]
  return { entries, error: set.error, again: () => set.variables && set.mutate(set.variables) }
}
