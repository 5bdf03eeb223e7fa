import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { releaseSchema } from '#shared/contract/downloads.ts'
import { AppError } from '../error.ts'
import { writeAtomic } from '../write-atomic.ts'
import { shownUrl } from '../toolchain/fetch/address.ts'
import type { HttpClient } from '../toolchain/fetch/http.ts'
import { fetchText } from '../toolchain/fetch/text.ts'
import { publisherUrl } from '../toolchain/sources.ts'

const keptSchema = z.record(z.string(), z.object({ version: releaseSchema, at: z.number() }))
type Kept = z.infer<typeof keptSchema>

export type Newest = {
  /** What was answered before, by minor (`1.34`). */
  known(): Promise<Kept>
  /** Asks for `stable-1.34.txt` and keeps the answer with its time. Throws `download-*`. */
  ask(minor: string, signal: AbortSignal): Promise<{ readonly version: string; readonly at: number }>
}

type NewestDeps = {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  http(): HttpClient
}

/** The newest patch of a minor: asked from the publisher, never a mirror, which could hold an old one; and only where somebody wants to know. */
export function createNewest({ dataDir, env, http }: NewestDeps): Newest {
  const file = join(dataDir, 'cache', 'newest-patches.json')
  const known = async (): Promise<Kept> => {
    try {
      return keptSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    } catch {
      return {}
    }
  }
  return {
    known,
    ask: async (minor, signal) => {
      const url = publisherUrl('kubernetes', `release/stable-${minor}.txt`, env)
      const version = releaseSchema.safeParse((await fetchText(http(), url, signal)).trim())
      if (!version.success || !version.data.startsWith(`v${minor}.`))
        throw new AppError('download-not-a-program', { url: shownUrl(url), contentType: 'text/plain' })
      const answer = { version: version.data, at: Date.now() }
      await writeAtomic(file, JSON.stringify({ ...(await known()), [minor]: answer }), false)
      return answer
    },
  }
}
