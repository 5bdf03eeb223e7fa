import { stat } from 'node:fs/promises'
import type { z } from 'zod'
import type { ContextRef } from '#shared/contract/base.ts'
import type { ErrorCode } from '#shared/messages/error-facts.ts'
import { AppError } from '#core/error.ts'
import type { ApiErrorContext } from '../../workloads/api-errors.ts'
import type { KubectlDeps } from '../../workloads/kubectl.ts'
import { createKubectl, parseJson } from '../../workloads/kubectl.ts'
import { pause } from '../../workloads/stoppable.ts'
import { apiAnswerError } from './api-answer.ts'
import type { HttpAnswer } from './http-get.ts'
import { bodyOf, chunksOf, isOwn, send } from './proxy-request.ts'
import { startProxyProcess } from './proxy-process.ts'
import type { ProxyProcess, ProxyTransport } from './proxy-process.ts'
import { createProxyRecords } from './proxy-records.ts'
import type { ProxyRecords } from './proxy-records.ts'

export type ApiCall = {
  readonly signal?: AbortSignal
  /** Named in errors. */
  readonly namespace?: string
  readonly container?: string
  /** The field that a 400 is about: it is then `bad-input`. */
  readonly badInput?: string
}

export type ApiStream = {
  /** The server's clock when it answered, ms since 1970. */
  readonly date: number | null
  /** Ends where the stream ends well; throws `api-unreachable` where it is cut. Leaving the loop ends the stream. No faster than it is read. A chunk is good until the next is asked for. */
  readonly chunks: AsyncIterable<Buffer>
}

/** The way to one context's API, as long as it is held. Both throw `api-*`, `pod-not-found`, `container-waiting` …, `tool-*`, `cancelled`. */
export type ProxyLease = {
  /** GET of JSON. Limits: 10 s, 256 MiB. */
  get<T extends z.ZodType>(path: string, schema: T, call?: ApiCall): Promise<z.output<T>>
  /** Resolves when the API has answered with 200. */
  stream(path: string, signal: AbortSignal, call?: ApiCall): Promise<ApiStream>
  release(): void
}

export type ApiProxies = {
  /** Throws `tool-*`, `context-not-found`, `command-*`; `cancelled` after `dispose`. */
  get(context: ContextRef): Promise<ProxyLease>
  /** Ends all, whoever holds one. */
  dispose(): Promise<void>
}

export type ApiProxiesDeps = KubectlDeps & {
  /** Where is written which proxies run. */
  readonly dataDir: string
  /** Default: a Unix socket, on Windows a port. */
  readonly transport?: ProxyTransport
  /** A proxy ends that long after its last user, ms. */
  readonly idleMs?: number
}

export function createApiProxies(deps: ApiProxiesDeps): ApiProxies {
  const proxies = new Map<string, Proxy>()
  const records = createProxyRecords(deps.dataDir, deps.exec)
  let reaped: Promise<void> | null = null
  let disposed = false
  return {
    get: async (context) => {
      // A page that is still there may ask while everything ends.
      if (disposed) throw new AppError('cancelled', {})
      // Of a Cove that was killed; nobody waits for it.
      reaped ??= records.reap()
      const key = JSON.stringify([context.file, context.name])
      const proxy = proxies.get(key) ?? createProxy(deps, records, context, () => proxies.delete(key))
      proxies.set(key, proxy)
      return proxy.lease()
    },
    dispose: async () => {
      disposed = true
      await Promise.all([reaped, ...[...proxies.values()].map((proxy) => proxy.end())])
    },
  }
}

type Proxy = { lease(): Promise<ProxyLease>; end(): Promise<void> }

const limitMs = 10_000
const maxBodyBytes = 256 * 1024 * 1024
/** Tries of one request after the first, where the proxy and not the API failed. */
const mostTries = 3
const ownTroubleMs = 50
/** Between two starts of a proxy that does not stay, ms. */
const restartMs = [100, 10_000] as const
/** What another kubeconfig may mend, so that the proxy is started again where the file has changed. */
const ofKubeconfig: ReadonlySet<ErrorCode> = new Set([
  'api-refused',
  'api-unreachable',
  'api-unauthorized',
  'api-forbidden',
  'api-certificate',
])

function createProxy(
  { transport = process.platform === 'win32' ? 'port' : 'socket', idleMs = 10_000, ...deps }: ApiProxiesDeps,
  records: ProxyRecords,
  context: ContextRef,
  onEnd: () => void,
): Proxy {
  const kubectl = createKubectl(deps)
  const controller = new AbortController()
  let users = 0
  let idle: NodeJS.Timeout | undefined
  let current: Promise<Running> | null = null
  /** All that were started and not yet ended; an outdated one serves only the streams that it has. */
  const started = new Set<Running>()
  let wait = 0
  let startedAt = 0

  const start = async (): Promise<Running> => {
    // One that held for a while was well.
    if (performance.now() - startedAt > 10 * restartMs[0] + wait) wait = 0
    await pause(wait, controller.signal)
    if (controller.signal.aborted) throw new AppError('cancelled', {})
    wait = Math.min(Math.max(restartMs[0], 2 * wait), restartMs[1])
    startedAt = performance.now()
    const made = await startProxyProcess({ kubectl, exec: deps.exec, records, transport }, context)
    const running = { process: made, print: await printOf(made.files), streams: 0, outdated: false }
    started.add(running)
    return running
  }

  const running = async (): Promise<Running> => {
    for (;;) {
      current ??= start()
      const asked = current
      const forget = () => {
        if (current === asked) current = null
      }
      try {
        const one = await asked
        if (!one.process.failure() && !one.outdated) return one
        drop(one)
      } catch (error) {
        forget()
        throw error
      }
      forget()
    }
  }

  /** Ends one that nobody needs any more. */
  const drop = (one: Running) => {
    if (one.streams > 0 || !started.delete(one)) return
    void one.process.end()
  }

  /** After an error that an old kubeconfig would explain: true where a new process is to be tried. */
  const isOutdated = async (used: Running): Promise<boolean> => {
    if (!used.outdated && (await printOf(used.process.files)) !== used.print) used.outdated = true
    return used.outdated
  }

  const ask = async (path: string, signal: AbortSignal | undefined, call: ApiCall): Promise<Answer> => {
    for (let attempt = 0; ; attempt += 1) {
      const used = await running()
      const about = {
        ...used.process.about,
        ...(call.namespace ? { namespace: call.namespace } : {}),
        ...(call.container ? { container: call.container } : {}),
      }
      try {
        const answer = await send(used.process, path, signal, about)
        if (answer.status === 200) return { answer, about, used }
        throw apiAnswerError(answer.status, (await bodyOf(answer, 64 * 1024, about)).toString(), about, call.badInput)
      } catch (error) {
        if (signal?.aborted) throw new AppError('cancelled', {}, { cause: error })
        if (!(error instanceof AppError) || attempt >= mostTries) throw error
        if (used.process.failure()) continue
        if (isOwn(error)) await pause(ownTroubleMs, signal ?? controller.signal)
        else if (attempt > 0 || !ofKubeconfig.has(error.code) || !(await isOutdated(used))) throw error
      }
    }
  }

  const end = async () => {
    clearTimeout(idle)
    onEnd()
    controller.abort()
    await current?.catch(() => null)
    await Promise.all([...started].map((one) => one.process.end()))
  }

  const leave = () => {
    users -= 1
    if (users === 0) idle = setTimeout(() => void end(), idleMs)
  }

  return {
    end,
    lease: async () => {
      users += 1
      clearTimeout(idle)
      try {
        await running()
      } catch (error) {
        leave()
        throw error
      }
      let held = true
      return {
        get: async (path, schema, call = {}) => {
          const limit = AbortSignal.timeout(limitMs)
          const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit
          try {
            const { answer, about } = await ask(path, signal, call)
            const parsed = schema.safeParse(parseJson((await bodyOf(answer, maxBodyBytes, about)).toString()))
            if (parsed.success) return parsed.data
            const issue = parsed.error.issues[0]
            throw new AppError(
              'command-output-unreadable',
              { command: `GET ${path}`, reason: issue ? `${issue.path.join('.')}: ${issue.message}` : '' },
              { commandId: about.commandId ?? null },
            )
          } catch (error) {
            if (!limit.aborted || call.signal?.aborted) throw error
            throw new AppError('api-unreachable', { server: '', reason: `no answer in ${limitMs / 1000} s` }, { cause: error })
          }
        },
        stream: async (path, signal, call = {}) => {
          const { answer, about, used } = await ask(path, signal, call)
          used.streams += 1
          answer.onClose(() => {
            used.streams -= 1
            if (used.outdated || used.process.failure()) drop(used)
          })
          const date = Date.parse(answer.headers.get('date') ?? '')
          return { date: Number.isNaN(date) ? null : date, chunks: chunksOf(answer, signal, about) }
        },
        release: () => {
          if (held) leave()
          held = false
        },
      }
    },
  }
}

type Running = { readonly process: ProxyProcess; readonly print: string; streams: number; outdated: boolean }
type Answer = { readonly answer: HttpAnswer; readonly about: ApiErrorContext; readonly used: Running }

/** Tells whether files were changed: size, time and inode of each. */
async function printOf(files: readonly string[]): Promise<string> {
  const prints = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size, mtimeMs, ino }) => `${size} ${mtimeMs} ${ino}`,
        () => '',
      ),
    ),
  )
  return prints.join('\n')
}
