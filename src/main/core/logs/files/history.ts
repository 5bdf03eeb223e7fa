import { setTimeout as pause } from 'node:timers/promises'
import type { LogSource } from '#shared/contract/logs.ts'
import { AppError } from '#core/error.ts'
import type { LogSink } from '../source/sink.ts'
import type { LineBatch } from '../store/layout.ts'
import { lastTime } from '../store/line-batch.ts'
import { formatTime, type Instant } from '../timestamp.ts'
import type { NodeDeps } from './node-command.ts'
import { signalled } from './node-command.ts'
import type { NodeFile } from './node-listing.ts'
import { listNodeFiles, ofPod } from './node-listing.ts'
import { readNodeFiles } from './node-stream.ts'
import { createFileTrack } from './file-track.ts'
import { drained } from '../source/drained.ts'
import { createRuntimeSplitter } from './runtime-splitter.ts'
import type { HistoryEdge } from './seam.ts'
import { createSeam } from './seam.ts'

export type HistoryRequest = {
  /** Container of the node in the engine: the name of the node with kind, and with minikube on docker. */
  readonly node: string
  readonly namespace: string
  readonly pod: string
  readonly podUid: string
  readonly container: string
  /** Index from `sink.join`. */
  readonly source: number
  /** The first line the view has of this container from the API, of whichever run. Null: its stream was taken up and brought no line so far (before that, wait). Asked again and again, so that a line that comes meanwhile is not there twice. */
  before(): HistoryEdge | null
  /** How the newest run that is over ended, for the row below it. */
  readonly lastRun?: LogSource['lastRun']
  /** The view has the row of this restart. */
  readonly toldRestart?: number | null
  /** Nothing more is written: there is no line to wait for. */
  readonly ended?: boolean
  /** Files last written before are left out, ms since 1970; by itself none are. */
  readonly writtenSince?: number
  /** Lines of that run follow. */
  entered?(run: number): void
}

/** Of the text; what packed files hold is guessed (ten times their size) until they were read. */
export type HistoryProgress = { readonly bytes: number; readonly totalBytes: number }

export type HistoryEnd = {
  /** Handed over. */
  readonly lines: number
  /** False: the lines end before the first one of the view, so some between may be missing; a gap note says so. */
  readonly joined: boolean
}

/** Reads what is before the edge, oldest file first. A file that is turned over meanwhile is found again: the files are listed anew until all was read. */
export async function readHistory(
  deps: NodeDeps,
  request: HistoryRequest,
  sink: LogSink,
  signal: AbortSignal,
  progress: (progress: HistoryProgress) => void = () => {},
): Promise<HistoryEnd> {
  const { node } = request
  const out = createOutput(sink, request)
  const seam = createSeam(request.before, request.ended ? Infinity : Date.now() / 1000 - freshSeconds, out.lines)
  const track = createFileTrack()
  const meter = createMeter(progress)
  let run = 0
  let met = false
  const splitter = createRuntimeSplitter((batch) => {
    if (!met) met = seam.take(batch, run) === 'met'
  })
  const list = async () =>
    ofPod(await listNodeFiles(deps, node, request, signal), request.podUid).filter(
      ({ writtenAt }) => writtenAt >= (request.writtenSince ?? 0),
    )

  let files = await list()
  if (files.length === 0) {
    if (request.before() === null) return { lines: 0, joined: true }
    throw new AppError('not-found', { what: 'log', name: `${request.namespace}/${request.pod}/${request.container}` })
  }
  let idle = 0
  while (idle < maxIdle) {
    const todo = track.left(files)
    meter.expect(todo.reduce((sum, file) => sum + weight(file), 0))
    let skip = 0
    let read = 0
    idle += 1
    // To read what little is left is quicker than to end the command in the node.
    const enough = (file: NodeFile) => (file !== todo.at(-1) || file.bytes - read > shortRest ? 'stop' : undefined)
    const outcome = await readNodeFiles(deps, node, todo, signal, {
      begin: (file, opened) => {
        // Turned over since it was listed: what has its name now comes later.
        if (opened.inode !== file.inode || opened.bytes < file.bytes) return 'stop'
        if (file.run !== run) splitter.end()
        run = file.run
        read = 0
        skip = track.begin(files, file)
        return
      },
      bytes: async (file, chunk) => {
        read += chunk.length
        meter.read(chunk.length)
        idle = 0
        if (met) return enough(file)
        const fresh = skip > 0 ? chunk.subarray(Math.min(skip, chunk.length)) : chunk
        skip -= chunk.length - fresh.length
        track.read(file, fresh.length)
        splitter.push(fresh)
        if (met) return enough(file)
        if (sink.full()) await drained(sink, signal)
        return
      },
      end: (file) => {
        read = 0
        track.end(file)
      },
      missing: (file) => {
        // Not a byte of it was read: packed meanwhile, or taken away. Listed anew it is found, or not.
        if (read === 0 && track.failed(file) === 'again') return 'stop'
        read = 0
        track.end(file)
        splitter.end()
        out.gap(null, 'unreadable')
        return
      },
    })
    if (met) break
    const before = files
    files = await list()
    // The kubelet takes away the oldest when it turns over the newest.
    const lost = track.left(before).filter((file) => file.rotated !== '' && !files.some((one) => isSame(one, file)))
    if (lost.length > 0) {
      splitter.end()
      out.gap(null, 'rotated')
      for (const file of lost) track.end(file)
    }
    const more = track.left(files)
    const grown = request.before() !== null && more.length > 0
    if (outcome === 'ended' && !grown && !more.some((file) => track.isNew(file))) break
  }
  if (!met) splitter.end()
  if (idle === maxIdle) out.gap(null, 'unreadable')
  if (!met && !request.ended && request.before() === null) await pause(settleMs, undefined, { signal }).catch(() => undefined)
  signalled(signal)
  const joined = seam.finish() === 'joined'
  const edge = request.before()
  if (!joined && edge) out.gap(edge.at, 'rotated')
  out.runs(run)
  meter.whole()
  return { lines: out.count(), joined: joined && idle < maxIdle }
}

/** Passes in which not a byte could be read before it is given up. */
const maxIdle = 6
/** Lines of the last seconds may be on their way through the API. */
const freshSeconds = 5
const settleMs = 300
const shortRest = 4 * 1024 * 1024

const isSame = (a: NodeFile, b: NodeFile) => a.run === b.run && a.rotated === b.rotated
/** Packed ones are counted as ten times as long. */
const weight = (file: NodeFile) => (file.gz ? file.bytes * 10 : file.bytes)

function createMeter(progress: (progress: HistoryProgress) => void) {
  let bytes = 0
  let totalBytes = 0
  return {
    expect: (more: number) => {
      totalBytes = bytes + more
      progress({ bytes, totalBytes })
    },
    read: (count: number) => {
      bytes = Math.min(bytes + count, totalBytes)
      progress({ bytes, totalBytes })
    },
    whole: () => progress({ bytes: totalBytes, totalBytes }),
  }
}

function createOutput(sink: LogSink, { source, lastRun, toldRestart, entered }: HistoryRequest) {
  let lines = 0
  let last: Instant | null = null
  let current: number | null = null
  const toRun = (run: number) => {
    if (current !== null && run > current && run !== toldRestart) {
      // The files do not say how a run ended; the API does so of the last one.
      const { exitCode = null, reason = '', ranMs = null } = lastRun?.number === run - 1 ? lastRun : {}
      sink.note(source, last, { type: 'restarted', exitCode, reason, restarts: run, ranMs })
    }
    if (run !== current) entered?.(run)
    current = run
  }
  return {
    lines: (batch: LineBatch, run: number) => {
      toRun(run)
      lines += batch.count
      last = lastTime(batch) ?? last
      sink.lines(source, batch, true)
    },
    /** The run of the line that was read last. With no line of it handed over, it is the one the view has. */
    runs: (run: number) => toRun(Math.max(run, current ?? run)),
    gap: (to: Instant | null, reason: 'rotated' | 'unreadable') =>
      sink.note(source, last, { type: 'gap', from: last && formatTime(last), to: to && formatTime(to), reason }),
    count: () => lines,
  }
}
