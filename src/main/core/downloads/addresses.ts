import type { Settings } from '#shared/contract/settings.ts'
import { shownUrl } from '../toolchain/fetch/address.ts'
import { fetchUrl, publisherUrl } from '../toolchain/sources.ts'
import type { ReleaseFile } from './components.ts'
import type { ShownFile } from './command-lines.ts'

type AddressOptions = { readonly mirrors: Settings['mirrors']; readonly env: Readonly<Record<string, string | undefined>> }

export type Addresses = {
  /** The mirror's where one is set. */
  readonly url: URL
  /** The publisher's own: who serves the bytes must not be the one who says which they are. */
  readonly digestUrl: URL
  readonly sha512Url: URL
  readonly signatureUrl: URL | null
  readonly certificateUrl: URL | null
}

/** Where a file, its digest and its signature are. Asks nobody. Throws `settings-invalid` for a mirror that is neither https nor on loopback. */
export function addressesOf(file: ReleaseFile, { mirrors, env }: AddressOptions): Addresses {
  const own = (path: string) => publisherUrl('kubernetes', path, env)
  return {
    url: fetchUrl('kubernetes', file.path, { mirrors, env }),
    digestUrl: own(file.digestPath),
    sha512Url: own(file.sha512Path),
    signatureUrl: file.signature && own(file.signature.signaturePath),
    certificateUrl: file.signature && own(file.signature.certificatePath),
  }
}

/** The same as people may see it. */
export function shownFile(file: ReleaseFile, { url, digestUrl, sha512Url, signatureUrl, certificateUrl }: Addresses): ShownFile {
  const signature =
    signatureUrl && certificateUrl ? { signatureUrl: shownUrl(signatureUrl), certificateUrl: shownUrl(certificateUrl) } : null
  const shown = { url: shownUrl(url), digestUrl: shownUrl(digestUrl), sha512Url: shownUrl(sha512Url) }
  return { fileName: file.fileName, kind: file.kind, ...shown, signature }
}
