import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isRecord } from './read-settings.ts'
import type { RawSettings } from './migrations.ts'

export type Content =
  | { readonly state: 'absent' }
  | { readonly state: 'damaged' }
  | { readonly state: 'readable'; readonly raw: RawSettings }

/** What a settings file holds, without trusting it: conf reads `[]` and `7` as empty settings and throws at a cut file. */
export function inspect(file: string): Content {
  let text
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return { state: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'damaged' }
  }
  try {
    const raw: unknown = JSON.parse(text)
    return isRecord(raw) ? { state: 'readable', raw } : { state: 'damaged' }
  } catch {
    return { state: 'damaged' }
  }
}

/** Copies the file to `<file>.damaged-<time>` and returns that path, null where that is not possible (disk full). */
export function putAside(file: string): string | null {
  const aside = `${file}.damaged-${new Date().toISOString().replaceAll(':', '-')}`
  try {
    copyFileSync(file, aside)
    return aside
  } catch {
    rmSync(aside, { force: true })
    return null
  }
}

/** Keeps a good content beside the file. Losing the backup is no reason to refuse a change. */
export function writeBackup(backup: string, value: RawSettings): void {
  try {
    writeWhole(backup, value)
  } catch {
    // Disk full or read-only folder.
  }
}

/** The old content or the new, never a part: temporary file, fsync, rename. */
export function writeWhole(file: string, value: RawSettings): void {
  const temporary = `${file}.tmp`
  try {
    writeFileSync(temporary, `${JSON.stringify(value, null, '\t')}\n`, { mode: 0o600, flush: true })
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
