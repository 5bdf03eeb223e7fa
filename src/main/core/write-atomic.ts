import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

let count = 0

/** Old or new, never neither: a temp file beside it (mode 0600), then rename. `durable` also waits until both reached the disk. Rejects with the system's error. */
export async function writeAtomic(file: string, text: string, durable: boolean): Promise<void> {
  count += 1
  const temp = `${file}.${process.pid}.${count}.tmp`
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  try {
    const handle = await open(temp, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      if (durable) await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temp, file)
  } catch (error) {
    await rm(temp, { force: true }).catch(() => undefined)
    throw error
  }
  if (durable) await syncFolder(dirname(file))
}

/** Windows cannot open a folder for this, and needs no such thing. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch {
    // The rename itself happened.
  }
}
