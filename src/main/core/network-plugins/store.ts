import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { chartSchema, type NetworkInstall, networkTestSchema, type NetworkTest } from '#shared/contract/network.ts'
import { AppError } from '../error.ts'
import { writeAtomic } from '../write-atomic.ts'
import { isSameObject, type ManifestObject, objectsOf } from './manifest.ts'

const installSchema = z.object({
  id: z.string(),
  kind: z.enum(['manifest', 'chart']),
  name: z.string(),
  appliedAt: z.number(),
  objects: z.number(),
  /** What was applied, so that the same can be deleted. */
  text: z.string(),
  chart: chartSchema.nullable(),
  /** Objects of the text that were there before, and are not Cove's to delete. */
  before: z.array(z.object({ kind: z.string(), namespace: z.string().nullable(), name: z.string() })).default([]),
})
export type KeptInstall = z.infer<typeof installSchema>
const keptSchema = z.object({ installs: z.array(installSchema), test: networkTestSchema.nullable() })
type Kept = z.infer<typeof keptSchema>

/** What a removal of an install leaves: what was there before it, and what another install of the cluster has too, which goes with the last of them. Pure. */
export function notToDelete(install: KeptInstall, all: readonly KeptInstall[]): ManifestObject[] {
  const others = all.filter(({ id }) => id !== install.id)
  return [...install.before, ...others.flatMap(({ text }) => objectsOf(text))]
}

/** helm knows by itself what is a chart's. */
function staysOf(install: KeptInstall, all: readonly KeptInstall[]): number {
  if (install.chart !== null) return 0
  const kept = notToDelete(install, all)
  return objectsOf(install.text).filter((one) => kept.some((other) => isSameObject(one, other))).length
}

/** What Cove applied to clusters and found of them, one file for each: networks/<hash of its id>.json. */
export function createStore(dataDir: string) {
  const file = (id: string) => join(dataDir, 'networks', `${createHash('sha256').update(id).digest('hex').slice(0, 32)}.json`)
  /** A test that runs is newer than what is on disk. */
  const tests = new Map<string, NetworkTest>()
  const turns = new Map<string, Promise<unknown>>()

  async function read(id: string): Promise<Kept> {
    const text = await readFile(file(id), 'utf8').catch(() => null)
    try {
      return keptSchema.parse(JSON.parse(text ?? ''))
    } catch {
      return { installs: [], test: null }
    }
  }

  /** One change of a file after another. */
  function change(id: string, edit: (kept: Kept) => Kept): Promise<void> {
    const turn = (turns.get(id) ?? Promise.resolve()).then(async () => writeAtomic(file(id), JSON.stringify(edit(await read(id))), true))
    turns.set(
      id,
      turn.catch(() => undefined),
    )
    return turn
  }

  return {
    installs: async (id: string): Promise<NetworkInstall[]> =>
      (await read(id)).installs.map((one, _, all) => {
        const { id: own, kind, name, appliedAt, objects } = one
        return { id: own, kind, name, appliedAt, objects, stays: staysOf(one, all) }
      }),
    all: async (id: string): Promise<KeptInstall[]> => (await read(id)).installs,
    /** Throws `not-found`. */
    install: async (id: string, installId: string): Promise<KeptInstall> => {
      const found = (await read(id)).installs.find((one) => one.id === installId)
      if (found === undefined) throw new AppError('not-found', { what: 'install', name: installId })
      return found
    },
    keep: (id: string, install: KeptInstall) => change(id, (kept) => ({ ...kept, installs: [install, ...kept.installs].slice(0, 50) })),
    forget: (id: string, installId: string) =>
      change(id, (kept) => ({ ...kept, installs: kept.installs.filter((one) => one.id !== installId) })),
    noteTest: (id: string, test: NetworkTest) => void tests.set(id, test),
    keepTest: (id: string, test: NetworkTest) => {
      tests.set(id, test)
      return change(id, (kept) => ({ ...kept, test }))
    },
    test: async (id: string): Promise<NetworkTest | null> => tests.get(id) ?? (await read(id)).test,
  }
}
export type NetworkStore = ReturnType<typeof createStore>
