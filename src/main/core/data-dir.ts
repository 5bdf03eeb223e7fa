import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Cove's own folder, the same for the window and `cove serve`: tools, jobs and settings are shared. `COVE_DATA_DIR` overrules. */
export function defaultDataDir(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>, homeDir: string): string {
  if (env['COVE_DATA_DIR']) return env['COVE_DATA_DIR']
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(homeDir, 'AppData', 'Local'), 'Cove', 'data')
  if (platform === 'darwin') return join(homeDir, 'Library', 'Application Support', 'Cove', 'data')
  return join(env['XDG_DATA_HOME'] || join(homeDir, '.local', 'share'), 'cove')
}

/** Makes it, for its owner only. */
export async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await chmod(dataDir, 0o700) // it may have been there, more open
}
