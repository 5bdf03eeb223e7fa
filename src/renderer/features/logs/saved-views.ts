import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { SavedLogView, SettingsPatch } from '#shared/contract/settings.ts'
import { api, queryUtils } from '../../api/client.ts'
import type { LogsSearch } from '../../routes.tsx'
import { useSettings } from '../settings/use-settings.ts'
import { viewsOfBrowser } from './views-of-browser.ts'

/** As in the contract. */
export const mostViews = 100

/** Views under a name, in the settings of Cove: the same in every window and host. All throw as `settings.set` does. */
export function useSavedViews() {
  const queryClient = useQueryClient()
  const views = useSettings().data?.settings.logViews
  const change = async (logViews: NonNullable<SettingsPatch['logViews']>) => {
    const state = await api.settings.set({ logViews })
    queryClient.setQueryData(queryUtils.settings.get.queryKey(), state)
  }
  const known = views !== undefined
  useEffect(() => {
    if (!known) return
    const left = viewsOfBrowser.list()
    if (left.length === 0) return
    // What was saved under a name since then is newer.
    const missing = left.filter((one) => !views.some((view) => view.name === one.name)).slice(0, mostViews - views.length)
    // Where it cannot be kept it stays where it is; the next time tries again.
    void change(missing).then(viewsOfBrowser.clear, () => {})
    // oxlint-disable-next-line react/exhaustive-deps -- once, when it is known what is there
  }, [known])
  return {
    views: views ?? none,
    /** Without the line that the address leads to. */
    save: (name: string, search: LogsSearch) =>
      change([{ name, search: Object.fromEntries(Object.entries(search).filter(([field]) => field !== 'at')) }]),
    forget: (name: string) => change([{ name, search: null }]),
  }
}

const none: readonly SavedLogView[] = []
