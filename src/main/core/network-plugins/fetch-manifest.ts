import { createHash } from 'node:crypto'
import { AppError } from '../error.ts'
import { shownUrl } from '../toolchain/fetch/address.ts'
import type { HttpClient } from '../toolchain/fetch/http.ts'
import { wholeAnswer } from '../toolchain/fetch/whole-answer.ts'

export type FetchedManifest = {
  readonly text: string
  /** Address that answered. */
  readonly url: string
  readonly redirected: boolean
  readonly sha256: string
  readonly bytes: number
}

/** The largest that a publisher has (Calico's with its definitions) is half a MiB. */
const maxBytes = 8_000_000

/** Text of an address that a person has confirmed. Throws the `download-*` errors, `manifest-too-large`, `manifest-invalid`, `cancelled`. */
export async function fetchManifest(http: HttpClient, address: string, signal: AbortSignal): Promise<FetchedManifest> {
  const asked = new URL(address)
  const response = await http.get(asked, {}, signal)
  const tooLong = () => new AppError('manifest-too-large', { url: shownUrl(response.url), max: maxBytes })
  const all = await wholeAnswer(response, maxBytes, tooLong)
  const sha256 = createHash('sha256').update(all).digest('hex')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(all)
  } catch (cause) {
    throw new AppError('manifest-invalid', { line: 1, reason: 'not UTF-8' }, { cause })
  }
  return { text, url: shownUrl(response.url), redirected: response.url.href !== asked.href, sha256, bytes: all.length }
}
