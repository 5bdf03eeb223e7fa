import type { Component } from '#shared/contract/downloads.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { AppError, errorShape } from '../error.ts'
import { answerProblem } from '../toolchain/fetch/answer.ts'
import type { HttpClient } from '../toolchain/fetch/http.ts'
import { fetchDigest } from '../toolchain/sources.ts'
import type { Addresses } from './addresses.ts'
import type { ReleaseFile } from './components.ts'

export type AskedFile = {
  readonly component: Component
  readonly sha256: string | null
  readonly bytes: number | null
  readonly error: AppErrorShape | null
}

type Asking = { readonly file: ReleaseFile; readonly addresses: Addresses }

const atOnce = 4

/** Digest and size of each file; one that fails says why and stops no other. Throws `cancelled`. */
export async function askFiles(files: readonly Asking[], http: HttpClient, signal: AbortSignal): Promise<AskedFile[]> {
  const answers: AskedFile[] = []
  const waiting = [...files.entries()]
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) answers[next[0]] = await askOne(next[1], http, signal)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  if (signal.aborted) throw new AppError('cancelled', {})
  return answers
}

async function askOne({ file, addresses }: Asking, http: HttpClient, signal: AbortSignal): Promise<AskedFile> {
  const { component } = file
  try {
    const sha256 = await fetchDigest({ digestUrl: addresses.digestUrl, pin: null, fileName: file.fileName }, http, signal)
    return { component, sha256, bytes: await sizeOf(addresses.url, http, signal), error: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { component, sha256: null, bytes: null, error: errorShape(error) }
  }
}

/** By the first byte, where the server keeps to the range, else by what it says of the whole. Null: it does not say. */
async function sizeOf(url: URL, http: HttpClient, signal: AbortSignal): Promise<number | null> {
  const response = await http.get(url, { Range: 'bytes=0-0' }, signal)
  response.close()
  const problem = answerProblem(response, Date.now())
  if (problem) throw problem
  const size = response.status === 206 ? /\/(\d+)$/.exec(response.headers['content-range'] ?? '')?.[1] : response.headers['content-length']
  return size === undefined ? null : Number(size)
}
