import Store from 'electron-store'
import { ipcMain } from 'electron'
import { type SettingsFile, storeFile } from '#core/settings/settings-file.ts'

/** `<folder>/settings.json` through electron-store, for the owner only: a proxy address may hold a password. */
export function openSettingsFile(folder: string): SettingsFile {
  return storeFile(() => {
    const store = new Store<Record<string, unknown>>({
      cwd: folder,
      name: 'settings',
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
    })
    // electron-store answers renderers on a channel of its own. Here the page has one port and nothing else.
    ipcMain.removeAllListeners('electron-store-get-data')
    return store
  })
}
