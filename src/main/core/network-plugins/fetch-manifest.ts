import { createHash } from 'node:crypto'
import { fitsMessage, mostTextBytes } from '#shared/message-size.ts'
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

/** Text of an address that a person has confirmed; the largest that a publisher has (Calico's with its definitions) is half a MiB. Throws the `download-*` errors, `manifest-too-large`, `manifest-invalid`, `cancelled`. */
export async function fetchManifest(http: HttpClient, address: string, signal: AbortSignal): Promise<FetchedManifest> {
  const asked = new URL(address)
  const response = await http.get(asked, {}, signal)
  const tooLong = () => new AppError('manifest-too-large', { url: shownUrl(response.url), max: mostTextBytes })
  const all = await wholeAnswer(response, mostTextBytes, tooLong)
  const sha256 = createHash('sha256').update(all).digest('hex')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(all)
  } catch (cause) {
    throw new AppError('manifest-invalid', { line: 1, reason: 'not UTF-8' }, { cause })
  }
  // The page sends it back for its review.
  if (!fitsMessage(text)) throw tooLong()
  return { text, url: shownUrl(response.url), redirected: response.url.href !== asked.href, sha256, bytes: all.length }
}
