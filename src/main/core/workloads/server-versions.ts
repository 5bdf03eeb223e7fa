import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { ContextRef } from '#shared/contract/base.ts'
import type { ClustersSnapshot } from '#shared/contract/clusters.ts'
import type { Changes } from '#core/changes.ts'
import { writeAtomic } from '#core/write-atomic.ts'

/** `v1.34.4`, and when that was seen (ms since 1970). */
export type SeenVersion = { readonly version: string; readonly asOf: number }

/** Which Kubernetes the API servers of contexts run, as far as somebody has seen it. Asks nobody, so that a kubectl can be picked without a further process. */
export type ServerVersions = {
  of(ref: ContextRef): Promise<SeenVersion | null>
  /** What an API server said of itself, or is just being made with. `keep`: also for the next start of Cove. */
  note(ref: ContextRef, version: string | null, options?: { readonly keep?: boolean }): void
  /** Resolves when all that is kept is on disk. */
  settled(): Promise<void>
}

export type ServerVersionsDeps = {
  readonly changes: Changes
  readonly dataDir: string
  /** Called at each look, not before: clusters are made with what uses this. */
  clusters(): { snapshot(): Promise<ClustersSnapshot> } | undefined
}

const keptSchema = z.record(z.string(), z.object({ version: z.string().max(100), asOf: z.number() }))
/** Written anew for the same version where the last sight is older, ms. */
const refreshMs = 3_600_000
const mostKept = 500

export function createServerVersions({ changes, dataDir, clusters }: ServerVersionsDeps): ServerVersions {
  const file = join(dataDir, 'cache', 'server-versions.json')
  const said = new Map<string, SeenVersion & { readonly keep: boolean }>()
  let listed = new Map<string, SeenVersion>()
  let stale = true
  let loaded: Promise<void> | null = null
  let writing: Promise<void> = Promise.resolve()
  changes.on((topic) => {
    if (topic === 'clusters' || topic === 'kubeconfig') stale = true
  })

  async function load(): Promise<void> {
    const text = await readFile(file, 'utf8').catch(() => '{}')
    let kept: z.infer<typeof keptSchema> = {}
    try {
      kept = keptSchema.parse(JSON.parse(text))
    } catch {
      // Only a memory: what is damaged is seen again.
    }
    for (const [key, one] of Object.entries(kept)) if (!said.has(key)) said.set(key, { ...one, keep: true })
  }

  async function write(): Promise<void> {
    await (loaded ??= load())
    const kept = [...said].filter(([, one]) => one.keep).sort(([, a], [, b]) => b.asOf - a.asOf)
    const text = JSON.stringify(Object.fromEntries(kept.slice(0, mostKept).map(([key, { version, asOf }]) => [key, { version, asOf }])))
    await writeAtomic(file, text, false)
  }

  return {
    of: async (ref) => {
      await (loaded ??= load())
      if (stale) {
        stale = false
        const snapshot = await clusters()?.snapshot()
        const asOf = Date.now()
        listed = new Map(
          (snapshot?.clusters ?? []).flatMap(({ context, version }) => (context && version ? [[keyOf(context), { version, asOf }]] : [])),
        )
      }
      // A cluster of this machine may have been made anew under its old name since its server was asked.
      const found = listed.get(keyOf(ref)) ?? said.get(keyOf(ref))
      return found ? { version: found.version, asOf: found.asOf } : null
    },
    note: (ref, version, { keep = false } = {}) => {
      if (version === null || version === '') return
      const key = keyOf(ref)
      const before = said.get(key)
      const asOf = Date.now()
      said.set(key, { version, asOf, keep })
      if (!keep || (before?.keep && before.version === version && asOf - before.asOf < refreshMs)) return
      // Nothing depends on it; a full disk is told of where something does.
      writing = writing.then(write).catch(() => {})
      if (before?.version !== version) changes.emit('toolchain')
    },
    settled: () => writing,
  }
}

const keyOf = ({ file, name }: ContextRef) => JSON.stringify([file, name])
