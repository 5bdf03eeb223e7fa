import Conf from 'conf'

/** Where settings are kept. The default is conf; the Electron host hands in one over electron-store, which is conf with a folder of its own. */
export type SettingsFile = {
  /** The whole content, `{}` where there is no file. Throws where it is not readable. */
  read(): unknown
  /** Replaces the whole content in one step: the old or the new, never a part. Throws where that is not possible. */
  write(value: Record<string, unknown>): void
}

/** What conf and electron-store have in common. */
type Store = { store: Record<string, unknown> }

/** A `SettingsFile` over conf or electron-store. Opened at the first use: both throw in their constructor where the file is damaged. */
export function storeFile(open: () => Store): SettingsFile {
  let opened: Store | null = null
  const store = () => (opened ??= open())
  return {
    read: () => store().store,
    write: (value) => {
      store().store = value
    },
  }
}

/** `<folder>/settings.json`, for the owner only: a proxy address may hold a password. */
export function confFile(folder: string): SettingsFile {
  return storeFile(
    () =>
      new Conf<Record<string, unknown>>({
        cwd: folder,
        configName: 'settings',
        configFileMode: 0o600,
        accessPropertiesByDotNotation: false,
      }),
  )
}
