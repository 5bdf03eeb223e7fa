import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { AppError } from '../error.ts'
import type { CommandSession, Exec } from '../exec/types.ts'
import { dockerFailure } from './run-docker.ts'
import type { Engines } from './types.ts'

/** Bytes of images as one tar, their number, and why they ended early (null: they did not). */
export type ImageSource = { readonly bytes: AsyncIterable<Uint8Array>; readonly total: number; failure(): Promise<AppError | null> }

export type SaveDeps = { readonly exec: Pick<Exec, 'session'>; readonly engines: Pick<Engines, 'explain'> }

/** Each chunk to every session, then the end of its stdin; the slowest sets the pace. `sent`: what part is on its way, 0…1. `over`: nobody takes any more. */
export async function pour(
  source: ImageSource,
  sessions: readonly Pick<CommandSession, 'write' | 'end'>[],
  sent: (fraction: number) => void,
  over: () => boolean,
): Promise<void> {
  let bytes = 0
  let said = 0
  try {
    for await (const chunk of source.bytes) {
      if (over()) return
      await Promise.all(sessions.map((session) => session.write(chunk)))
      bytes += chunk.length
      const fraction = Math.min(1, bytes / Math.max(1, source.total))
      if (fraction - said < 0.01) continue
      said = fraction
      sent(fraction)
    }
  } finally {
    for (const session of sessions) session.end()
  }
}

/** Images of the engine as `docker save` writes them. `total`: about how many bytes that is. */
export function saveSource(
  { exec, engines }: SaveDeps,
  docker: string,
  images: readonly string[],
  total: number,
  run: { readonly jobId: string; readonly signal: AbortSignal },
): ImageSource {
  const save = exec.session({ file: docker, args: ['save', '--', ...images], jobId: run.jobId, signal: run.signal })
  const failure = async () => {
    const result = await save.result
    return result.exitCode === 0 ? null : dockerFailure(engines, result)
  }
  return { bytes: save.output, total, failure }
}

/** A tar file of this machine. Throws `file-unreadable`. */
export async function archiveSource(file: string): Promise<ImageSource> {
  const unreadable = (cause: unknown, reason?: string) =>
    new AppError('file-unreadable', { file, reason: reason ?? (cause as NodeJS.ErrnoException).code ?? String(cause) }, { cause })
  const found = await stat(file).catch((cause: unknown) => {
    throw unreadable(cause)
  })
  if (!found.isFile()) throw unreadable(null, 'not a file')
  let failed: AppError | null = null
  async function* bytes() {
    try {
      yield* createReadStream(file, { highWaterMark: 262_144 }) as AsyncIterable<Uint8Array>
    } catch (cause) {
      failed = unreadable(cause)
    }
  }
  return { bytes: bytes(), total: found.size, failure: async () => failed }
}
