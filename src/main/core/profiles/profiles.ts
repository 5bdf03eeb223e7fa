import { join } from 'node:path'
import type { Profile, Profiles } from '#shared/contract/profiles.ts'
import type { Changes } from '../changes.ts'
import { createNamedDocuments, type NamedDocuments } from '../document/named-documents.ts'
import { keepManifest } from './keep-manifest.ts'
import { summaryOf } from './profile-file.ts'

export type ProfileStore = Omit<NamedDocuments<ReturnType<typeof summaryOf>>, 'list'> & {
  list(): Promise<Profiles>
  /** See `keepManifest`. */
  keepManifest(file: { readonly name: string; readonly text: string }): Promise<string>
}

/** Profiles are YAML files in `<dataDir>/profiles`, which people may also put there themselves. */
export function createProfiles({ dataDir, changes }: { readonly dataDir: string; readonly changes: Changes }): ProfileStore {
  const store = createNamedDocuments({
    folder: join(dataDir, 'profiles'),
    what: 'profile',
    heading: '# Cove profile: ',
    summaryOf,
    taken: 'profile-name-taken',
    changed: () => changes.emit('profiles'),
  })
  return {
    ...store,
    keepManifest: (file) => keepManifest(dataDir, file),
    list: async () => {
      const { entries, damaged, folder } = await store.list()
      return { profiles: entries as Profile[], damaged, folder }
    },
  }
}
