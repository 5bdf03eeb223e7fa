import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import PQueue from 'p-queue'
import { z } from 'zod'
import { writeAtomic } from '../write-atomic.ts'
import { checkDestination } from './ssh-destination.ts'

const fileSchema = z.object({ version: z.literal(1), destinations: z.array(z.string()) })

export type SshHosts = {
  /** In the order they were added. */
  list(): Promise<string[]>
  /** Throws `ssh-destination-invalid`. One that is there already stays as it is. */
  add(destination: string): Promise<string>
  remove(destination: string): Promise<void>
}

/** Destinations that somebody named, in `<dataDir>/ssh-hosts.json`. Each look reads the file, as another Cove may have written it. */
export function createSshHosts(dataDir: string): SshHosts {
  const file = join(dataDir, 'ssh-hosts.json')
  const writes = new PQueue({ concurrency: 1 })

  async function list(): Promise<string[]> {
    try {
      const { destinations } = fileSchema.parse(JSON.parse(await readFile(file, 'utf8')))
      return destinations.filter(isGood)
    } catch {
      return [] // None yet, or damaged: it is named anew.
    }
  }
  const save = (destinations: readonly string[]) => writeAtomic(file, JSON.stringify({ version: 1, destinations }), true)

  return {
    list,
    add: (text) =>
      writes.add(async () => {
        const destination = checkDestination(text)
        const known = await list()
        if (!known.includes(destination)) await save([...known, destination])
        return destination
      }),
    remove: (destination) =>
      writes.add(async () => {
        const known = await list()
        if (known.includes(destination)) await save(known.filter((one) => one !== destination))
      }),
  }
}

/** Whoever writes the file by hand does not get past the check. */
function isGood(destination: string): boolean {
  try {
    return checkDestination(destination) === destination
  } catch {
    return false
  }
}
