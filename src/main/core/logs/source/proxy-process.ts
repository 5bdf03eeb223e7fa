import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ContextRef } from '#shared/contract/base.ts'
import { AppError } from '#core/error.ts'
import type { Exec } from '#core/exec/types.ts'
import type { ApiErrorContext } from '../../workloads/api-errors.ts'
import { kubectlError } from '../../workloads/api-errors.ts'
import type { Kubectl } from '../../workloads/kubectl.ts'
import type { HttpGet } from './http-get.ts'
import type { ProxyRecords } from './proxy-records.ts'

export type ProxyTransport = 'socket' | 'port'

/** A `kubectl proxy` that serves. */
export type ProxyProcess = {
  readonly address: HttpGet['address']
  /** Before each path of the API; empty or without a slash at its end. */
  readonly prefix: string
  readonly about: ApiErrorContext
  /** The kubeconfig files that it was started with. */
  readonly files: readonly string[]
  /** Null while it runs. */
  failure(): AppError | null
  /** Ends it, and so its connections, and waits for that. */
  end(): Promise<void>
}

type Deps = {
  readonly kubectl: Kubectl
  readonly exec: Pick<Exec, 'lines'>
  readonly records: ProxyRecords
  readonly transport: ProxyTransport
  readonly startLimitMs?: number
}

/**
 * Starts `kubectl proxy` for one context. Authentication stays kubectl's.
 * Only its owner can use it: a socket in a folder of mode 0700, or, where there are none that kubectl can make (Windows), a port on loopback whose paths begin with 128 random bits.
 * It reads only, and only what logs need. `kubectl proxy --help`; filters: kubernetes pkg staging/src/k8s.io/kubectl/pkg/proxy/proxy_server.go.
 */
export async function startProxyProcess(
  { kubectl, exec, records, transport, startLimitMs = 15_000 }: Deps,
  context: ContextRef,
): Promise<ProxyProcess> {
  const controller = new AbortController()
  const folder = transport === 'socket' ? await mkdtemp(path.join(shortTemporaryFolder(), 'cove-')) : null
  const prefix = folder === null ? `/${randomBytes(16).toString('hex')}` : ''
  const where =
    folder === null ? ['--port=0', '--address=127.0.0.1', `--api-prefix=${prefix}/`] : [`--unix-socket=${path.join(folder, 'p')}`]
  const removeFolder = async () => {
    if (folder !== null) await rm(folder, { recursive: true, force: true })
  }
  try {
    const { spec, about } = await kubectl.call(context, ['proxy', ...where, ...readOnly], {
      quiet: true,
      signal: controller.signal,
      maxOutputBytes: 16 * 1024,
    })
    const stream = exec.lines(spec)
    let failure: AppError | null = null
    const exited = stream.result.then(
      (result) => {
        failure = kubectlError(result, about)
      },
      (error: unknown) => {
        failure = error instanceof AppError ? error : new AppError('internal', {}, { cause: error })
      },
    )
    const slow = setTimeout(() => controller.abort(), startLimitMs)
    const served = await firstServed(stream)
    clearTimeout(slow)
    if (served === null) {
      await exited
      throw failure ?? new AppError('command-failed', { command: 'kubectl proxy', exitCode: null, signal: null, tail: '' })
    }
    const mark = folder === null ? prefix : path.join(folder, 'p')
    const forget =
      stream.pid === undefined ? null : await records.keep({ owner: process.pid, pid: stream.pid, mark, folder }).catch(() => null)
    const clean = exited.then(async () => {
      // What cannot be removed now is removed by the next Cove; nobody could do more about it here.
      await removeFolder().catch(() => undefined)
      await forget?.().catch(() => undefined)
    })
    return {
      address:
        folder === null
          ? { host: '127.0.0.1', port: Number(served.slice(served.lastIndexOf(':') + 1)) }
          : { socketPath: path.join(folder, 'p') },
      prefix,
      about: { ...about, commandId: stream.id },
      files: (spec.env?.['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== ''),
      failure: () => failure,
      end: async () => {
        controller.abort()
        await clean
      },
    }
  } catch (error) {
    controller.abort()
    await removeFolder()
    throw error
  }
}

const readOnly = [
  '--reject-methods=^(POST|PUT|PATCH|DELETE|CONNECT|OPTIONS|TRACE)$',
  `--accept-paths=${[
    '^/api/v1/pods$',
    '^/api/v1/namespaces/[^/]+/pods$',
    '^/api/v1/namespaces/[^/]+/pods/[^/]+(/log)?$',
    '^/apis/(apps|batch)/v1/namespaces/[^/]+/(deployments|statefulsets|daemonsets|replicasets|jobs|cronjobs)$',
  ].join(',')}`,
]

/** A socket's path holds 104 bytes on macOS, 108 on Linux, whatever the folder of a user's data is called. https://man7.org/linux/man-pages/man7/unix.7.html */
function shortTemporaryFolder(): string {
  const usual = tmpdir()
  return Buffer.byteLength(usual) <= 80 ? usual : '/tmp'
}

/** What it says to serve on, while the rest of its output goes on being read; null when it ended before. */
function firstServed(stream: AsyncIterable<{ readonly text: string }>): Promise<string | null> {
  return new Promise((resolve) => {
    const read = async () => {
      for await (const { text } of stream) {
        const match = /^Starting to serve on (.+)$/.exec(text)
        if (match) resolve(match[1] ?? '')
      }
    }
    read()
      .catch(() => undefined)
      .finally(() => resolve(null))
  })
}
