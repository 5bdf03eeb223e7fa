import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '../error.ts'
import { writeAtomic } from '../write-atomic.ts'

/**
 * Writes a manifest that a person chose to `<dataDir>/manifests/<digest of the text>/<name>`, which profiles may name from then on; the same one once.
 * Those that nothing names go after a while: `removeUnnamedManifests`. Returns its path. Throws `disk-full`, `file-unreadable`.
 */
export async function keepManifest(dataDir: string, { name, text }: { readonly name: string; readonly text: string }): Promise<string> {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const path = join(dataDir, 'manifests', digest, safeName(name))
  try {
    // What it holds may be secret: readable by nobody else, as the folder of the data is.
    await writeAtomic(path, text, true)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new AppError('disk-full', { path }, { cause: error })
    throw new AppError('file-unreadable', { file: path, reason: code }, { cause: error })
  }
  return path
}

/** The last part of a name, of any language, with an ending that kubectl reads: https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/cli-runtime/pkg/resource/builder.go (FileExtensions). Pure. */
export function safeName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? ''
  const plain = last
    .replace(/[^\p{L}\p{N}._ -]/gu, '-')
    .replace(/^[.\s-]+|[.\s]+$/g, '')
    .slice(-60)
  const stem = plain === '' ? 'manifest' : plain
  return /\.(?:ya?ml|json)$/i.test(stem) ? stem : `${stem}.yaml`
}
