import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Profile } from '#shared/contract/profiles.ts'
import { api, queryUtils } from '../../api/client.ts'
import { saveBlob } from '../logs/save-log.ts'

/** Bytes; a document that is larger is refused by core, so it is not even read. */
const maxBytes = 200_000

export const useProfiles = () => useQuery(queryUtils.profiles.list.queryOptions())

export type Failure = { readonly what: string; readonly error: unknown }
export type ProfileActions = ReturnType<typeof useProfileActions>

/** What can be done with profiles without a dialog. What fails is said per profile or file, and the rest goes on. */
export function useProfileActions() {
  const queryClient = useQueryClient()
  const [importing, setImporting] = useState(false)
  const [failures, setFailures] = useState<readonly Failure[]>([])
  const again = () => queryClient.invalidateQueries({ queryKey: queryUtils.profiles.key() })
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work()
    } catch (error) {
      setFailures((before) => [...before.filter((one) => one.what !== what), { what, error }])
    }
  }
  return {
    importing,
    failures,
    importFiles: (files: readonly File[]) => {
      if (files.length === 0) return
      setFailures([])
      setImporting(true)
      void (async () => {
        for (const file of files) await attempt(file.name, () => importFile(file))
        setImporting(false)
        await again()
      })()
    },
    duplicate: (profile: Profile, taken: readonly string[]) => {
      setFailures([])
      void attempt(profile.name, async () => {
        const { document } = await api.profiles.get({ id: profile.id })
        await api.profiles.save({ id: null, name: freeName(profile.name, taken), document })
        await again()
      })
    },
    export: (profile: Profile) => {
      setFailures([])
      void attempt(profile.name, async () => {
        const { document, name } = await api.profiles.get({ id: profile.id })
        // Its name goes with it, as a comment: the file stays one that kind takes.
        const text = `# Cove profile: ${name}\n${document}`
        saveBlob(`${fileName(name)}.yaml`, new Blob([text], { type: 'application/yaml;charset=utf-8' }))
      })
    },
  }
}

async function importFile(file: File) {
  if (file.size > maxBytes)
    throw {
      code: 'document-invalid',
      facts: { line: null, column: null, field: '', reason: 'too-large', expected: String(maxBytes) },
      commandId: null,
    }
  await api.profiles.import({ name: file.name.replace(/\.(?:ya?ml|json)$/i, '').slice(0, 80) || 'profile', document: await file.text() })
}

/** `lab 2` */
export function freeName(name: string, taken: readonly string[]): string {
  const base = name.replace(/ \d+$/, '')
  for (let number = 2; ; number++) if (!taken.includes(`${base} ${number}`)) return `${base} ${number}`
}

/** What no file system minds. */
const fileName = (name: string) =>
  name
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[.-]+|-+$/g, '')
    .slice(0, 80) || 'profile'
