import { constants, openSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { Socket } from 'node:net'
import { AppError, errorShape } from '#core/error.ts'
import type { LogSink } from '../source/sink.ts'
import { createFileIntake } from './file-intake.ts'
import type { FileIntake } from './file-intake.ts'
import { createFileChange } from './file-change.ts'

export type LocalFileRequest = {
  readonly path: string
  /** Go on with what is written to it, and with the file that takes its place. */
  readonly follow: boolean
}

/**
 * A log file of this machine, as a source of kind `file` named by its path. Never rejects: what is wrong with the file is told by the state `failed` (`not-found`; `file-unreadable` where it is a
 * directory or may not be read). Resolves at its end, or where it is followed when `signal` is aborted.
 */
export async function openLocalFile({ path, follow }: LocalFileRequest, sink: LogSink, signal: AbortSignal): Promise<void> {
  const source = joinFile(sink, path)
  sink.state(source, { state: 'connecting' })
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' })
    if (stats.isFile()) await readFile({ path, follow, sink, source, signal })
    else if (stats.isFIFO()) await readPipe({ path, sink, source, signal, stats })
    // A device or a socket is no log; some never end.
    else throw Object.assign(new Error('no file'), { code: 'EINVAL' })
    if (!signal.aborted) endFile(sink, source)
  } catch (error) {
    if (signal.aborted) return
    sink.state(source, { state: 'failed', error: errorShape(fileError(error, path)) })
  }
}

export function joinFile(sink: LogSink, name: string): number {
  const none = { namespace: null, pod: null, container: null, containerKind: null, owner: null, node: null }
  return sink.join({ kind: 'file', name, ...none, podUid: '' })
}

export function endFile(sink: LogSink, source: number): void {
  sink.state(source, { state: 'ended', error: null })
  sink.note(source, null, { type: 'ended', reason: 'file', exitCode: null })
}

type Reading = { readonly path: string; readonly sink: LogSink; readonly source: number; readonly signal: AbortSignal }

/** A pipe has no place to go back to: what comes is read until its writer closes it. */
async function readPipe({ path, sink, source, signal, stats }: Reading & { stats: Stats }): Promise<void> {
  const intake = createFileIntake({ sink, source, signal, writtenAt: stats.mtimeMs, backlog: () => false })
  sink.state(source, { state: 'following' })
  // Without waiting for a writer: an open that waits holds one of Node's few threads, and nothing can call it back.
  const pipe = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false })
  const stop = () => pipe.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of pipe) {
      await intake.write(chunk as Buffer)
      await intake.settle()
    }
    await endIntake(intake, sink, source)
  } finally {
    signal.removeEventListener('abort', stop)
    pipe.destroy()
    intake.destroy()
  }
}

async function readFile({ path, follow, sink, source, signal }: Reading & { follow: boolean }): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(256 * 1024)
  const change = follow ? createFileChange(path, signal) : null
  let backlog = true
  let next: FileHandle | null = await open(path, 'r')
  try {
    while (next !== null && !signal.aborted) {
      const handle: FileHandle = next
      next = null
      const stats = await handle.stat()
      const make = () => createFileIntake({ sink, source, signal, writtenAt: stats.mtimeMs, backlog: () => backlog })
      let intake = make()
      let at = 0
      const toEnd = async () => {
        while (!signal.aborted) {
          const { bytesRead } = await handle.read(buffer, 0, buffer.length, at)
          if (bytesRead === 0) return
          at += bytesRead
          await intake.write(buffer.subarray(0, bytesRead))
        }
      }
      try {
        await toEnd()
        while (change && !signal.aborted) {
          await intake.settle()
          if (backlog) sink.state(source, { state: 'following', error: null })
          backlog = false
          await change.next()
          if (signal.aborted) break
          const now = await stat(path).catch(() => null)
          const replaced = now !== null && (now.ino !== stats.ino || now.dev !== stats.dev)
          if (replaced) next = await open(path, 'r')
          const { size } = await handle.stat()
          if (size < at) {
            await intake.end()
            // What was written between the last look and now went with it.
            sink.note(source, null, { type: 'gap', from: null, to: null, reason: 'rotated' })
            intake = make()
            at = 0
          }
          await toEnd()
          if (replaced) break
        }
        if (!signal.aborted) await endIntake(intake, sink, source)
      } finally {
        intake.destroy()
        await handle.close()
      }
    }
  } finally {
    await next?.close()
    change?.close()
  }
}

async function endIntake(intake: FileIntake, sink: LogSink, source: number): Promise<void> {
  if (!(await intake.end())) sink.note(source, null, { type: 'gap', from: null, to: null, reason: 'unreadable' })
}

function fileError(cause: unknown, path: string): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') return new AppError('not-found', { what: 'file', name: path }, { cause })
  return /^E[A-Z]+$/.test(code) ? new AppError('file-unreadable', { file: path, reason: code }, { cause }) : cause
}
