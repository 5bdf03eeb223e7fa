import { randomUUID } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { commandSchema } from '#shared/contract/jobs.ts'
import { killGroup } from '../exec/kill.ts'
import type { Exec } from '../exec/types.ts'
import { orphanGroups } from '../jobs/orphans.ts'
import { processTable } from '../jobs/process-table.ts'
import { isAlive, ownIdentity } from '../process-identity.ts'
import { writeAtomic } from '../write-atomic.ts'
import { takeRouteBack } from './route-left.ts'

const folderPrefix = 'tunnel-'
/** Says whose it is, as a Cove may be killed before its mark is in it. */
export const newFolder = (temporary: string): string => join(temporary, `${folderPrefix}${process.pid}-${randomUUID()}`)
const graceMs = 10_000

const markSchema = z.object({
  owner: z.object({ pid: z.number(), start: z.string().nullable() }),
  name: z.string(),
  route: z.object({ subnet: z.string(), gateway: z.string() }).nullable(),
  undo: z.array(z.array(z.string())),
  /** Null: it was not started yet. */
  command: commandSchema.nullable(),
})
type Mark = Omit<z.input<typeof markSchema>, 'owner' | 'undo' | 'route'> & {
  readonly route: { readonly subnet: string; readonly gateway: string } | null
  readonly undo: readonly (readonly string[])[]
}

const fileOf = (folder: string) => join(folder, 'tunnel.json')

/** So that the Cove after a killed one finds the tunnel. Never rejects: a full disk must not keep a tunnel from working. */
export const writeMark = (folder: string, mark: Mark): Promise<void> =>
  writeAtomic(fileOf(folder), JSON.stringify({ ...mark, owner: ownIdentity() }), false).catch(() => undefined)

/** Ends the tunnels that a killed Cove left in `<folder>/tunnel-…`, as their own end would have: process group, route, folder. Those of a Cove that runs stay. */
export async function endOrphanTunnels(exec: Pick<Exec, 'run' | 'check'>, folder: string, os: string): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(folderPrefix))
  for (const name of names) {
    const path = join(folder, name)
    const mark = await readMark(path)
    const owner = mark?.owner ?? { pid: Number.parseInt(name.slice(folderPrefix.length), 10), start: null }
    if (isAlive(owner)) continue
    if (mark !== null) {
      const groups = mark.command === null ? [] : orphanGroups([mark.command], await processTable(exec))
      for (const group of groups) await killGroup(group, graceMs, 'SIGINT')
      await takeRouteBack(exec, os, mark.name, mark)
    }
    await rm(path, { recursive: true, force: true })
  }
}

async function readMark(folder: string) {
  try {
    return markSchema.safeParse(JSON.parse(await readFile(fileOf(folder), 'utf8'))).data ?? null
  } catch {
    return null
  }
}
