import { readdir, rm } from 'node:fs/promises'
import module from 'node:module'
import { join } from 'node:path'

/**
 * Keeps compiled code in `<dataDir>/cache/<version>`, which halves the next start. Node leaves it where the folder cannot be written to, and this
 * where Node has no such thing. https://nodejs.org/api/module.html#module-compile-cache
 */
export function useCodeCache(dataDir: string, version: string): void {
  // A person's own NODE_COMPILE_CACHE or NODE_DISABLE_COMPILE_CACHE comes first, in Node itself.
  module.enableCompileCache?.(join(dataDir, 'cache', version))
}

/** Removes what earlier versions left there: nobody reads it again. */
export async function pruneCodeCache(dataDir: string, version: string): Promise<void> {
  const folder = join(dataDir, 'cache')
  const old = (await readdir(folder).catch(() => [])).filter((name) => name !== version)
  await Promise.all(old.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}
