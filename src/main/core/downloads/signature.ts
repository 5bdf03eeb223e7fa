import { constants } from 'node:fs'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import { shownUrl } from '../toolchain/fetch/address.ts'
import type { HttpClient } from '../toolchain/fetch/http.ts'
import { fetchText } from '../toolchain/fetch/text.ts'
import type { Addresses } from './addresses.ts'
import { verifyArgs } from './command-lines.ts'

/** Path of the first cosign on the tools' PATH; null where there is none. */
export async function findCosign(exec: Pick<Exec, 'environment'>): Promise<string | null> {
  const { PATH = '' } = await exec.environment()
  const name = process.platform === 'win32' ? 'cosign.exe' : 'cosign'
  for (const folder of PATH.split(delimiter)) {
    if (folder === '') continue
    const path = join(folder, name)
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return path
  }
  return null
}

export type SignatureDeps = {
  readonly exec: Pick<Exec, 'run'>
  readonly http: HttpClient
  readonly dataDir: string
  readonly jobId: string
  readonly signal: AbortSignal
}

/**
 * Has cosign check a file against its published signature and certificate, which come from the publisher. cosign also asks the public log that it was entered there.
 * Throws `download-signature-invalid` where it says no or cannot say, `download-*` where signature or certificate cannot be had, `cancelled`.
 */
export async function checkSignature(
  cosign: string,
  file: string,
  { signatureUrl, certificateUrl }: { readonly [K in 'signatureUrl' | 'certificateUrl']: NonNullable<Addresses[K]> },
  { exec, http, dataDir, jobId, signal }: SignatureDeps,
): Promise<void> {
  const folder = await mkdtemp(join(dataDir, 'tmp', 'signature-'))
  try {
    const [signature, certificate] = [join(folder, 'file.sig'), join(folder, 'file.cert')]
    await writeFile(signature, await fetchText(http, signatureUrl, signal), { mode: 0o600 })
    await writeFile(certificate, await fetchText(http, certificateUrl, signal), { mode: 0o600 })
    const args = verifyArgs({ file, signature, certificate })
    const result = await exec.run({ file: cosign, args, jobId, signal, timeoutMs: 120_000 })
    if (result.cancelled) throw new AppError('cancelled', {}, { commandId: result.id })
    if (result.exitCode === 0) return
    const reason = result.stderr.trim().split('\n').at(-1)?.slice(0, 500) || `exit code ${result.exitCode}`
    throw new AppError('download-signature-invalid', { url: shownUrl(signatureUrl), reason }, { commandId: result.id })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
