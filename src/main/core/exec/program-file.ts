import { accessSync, constants } from 'node:fs'
import path from 'node:path'

export type ProgramFile = { readonly file: string } | { readonly refused: 'batch-file' | 'ENOENT' }

/**
 * The file that is handed to spawn. On Windows only a real `.exe` or `.com` is: anything else would go through cmd.exe, whose
 * argument rules let data become commands (CVE-2024-27980), and execa falls back to cmd.exe also for what it does not find.
 */
export function programFile(file: string, searchPath: string, platform: NodeJS.Platform = process.platform): ProgramFile {
  if (platform !== 'win32') return { file }
  const extension = path.win32.extname(file).toLowerCase()
  if (extension === '.bat' || extension === '.cmd') return { refused: 'batch-file' }
  const name = extension === '.exe' || extension === '.com' ? file : `${file}.exe`
  if (path.win32.isAbsolute(name)) return exists(name) ? { file: name } : { refused: 'ENOENT' }
  for (const folder of searchPath.split(';')) {
    const candidate = path.win32.join(folder.replace(/^"(.*)"$/, '$1'), name)
    if (folder !== '' && path.win32.isAbsolute(candidate) && exists(candidate)) return { file: candidate }
  }
  return { refused: 'ENOENT' }
}

function exists(file: string): boolean {
  try {
    accessSync(file, constants.F_OK)
    return true
  } catch {
    return false
  }
}
