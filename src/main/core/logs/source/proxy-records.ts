import { isAlive } from '#core/process-identity.ts'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Exec } from '#core/exec/types.ts'
import { parseJson } from '../../workloads/kubectl.ts'

/** A proxy that runs: nothing ends it where Cove is killed, so the next one does. */
const recordSchema = z.object({
  /** Process ids of Cove and of the proxy. */
  owner: z.number().int().positive(),
  pid: z.number().int().positive(),
  /** Stands in the proxy's command line and in no other: its socket, or its random prefix. */
  mark: z.string().min(10),
  folder: z.string().nullable(),
})
export type ProxyRecord = z.infer<typeof recordSchema>

export type ProxyRecords = {
  /** Answers how to take it back. */
  keep(record: ProxyRecord): Promise<() => Promise<void>>
  /** Ends the proxies whose owner is gone. */
  reap(): Promise<void>
}

export function createProxyRecords(dataDir: string, exec: Pick<Exec, 'run'>): ProxyRecords {
  const folder = path.join(dataDir, 'proxies')
  let count = 0

  const reapOne = async (file: string) => {
    const record = recordSchema.safeParse(parseJson(await readFile(file, 'utf8')))
    if (record.success && isAlive({ pid: record.data.owner, start: null })) return
    if (record.success) {
      const { pid, mark, folder: socketFolder } = record.data
      if ((await commandLine(pid, exec)).includes(mark)) process.kill(pid, 'SIGTERM')
      if (socketFolder !== null && mark.startsWith(socketFolder)) await rm(socketFolder, { recursive: true, force: true })
    }
    await rm(file, { force: true })
  }

  return {
    keep: async (record) => {
      count += 1
      const file = path.join(folder, `${process.pid}-${count}.json`)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(file, JSON.stringify(record), { mode: 0o600 })
      return () => rm(file, { force: true })
    },
    reap: async () => {
      const names = await readdir(folder).catch(() => [])
      await Promise.all(names.map((name) => reapOne(path.join(folder, name)).catch(() => undefined)))
    },
  }
}

/** Empty where it cannot be told, as on Windows. */
async function commandLine(pid: number, exec: Pick<Exec, 'run'>): Promise<string> {
  if (process.platform === 'win32') return ''
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const { stdout } = await exec.run({ file: 'ps', args: ['-o', 'command=', '-ww', '-p', String(pid)], quiet: true, timeoutMs: 5000 })
  return stdout
}
