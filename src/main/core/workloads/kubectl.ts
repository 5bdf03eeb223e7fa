import type { z } from 'zod'
import type { ContextRef } from '#shared/contract/base.ts'
import { AppError } from '#core/error.ts'
import type { CommandSpec, Exec } from '#core/exec/types.ts'
import type { Toolchain } from '#core/toolchain/types.ts'
import type { ApiErrorContext } from './api-errors.ts'
import { kubectlError } from './api-errors.ts'
import { connect } from './connection.ts'
import type { ConnectionSource } from './connection.ts'
import type { ServerVersions } from './server-versions.ts'

export type KubectlDeps = {
  readonly exec: Pick<Exec, 'run' | 'lines'>
  readonly toolchain: Pick<Toolchain, 'resolve'>
  /** Null: each context is led to by its own file alone. */
  readonly kubeconfig: ConnectionSource | null
  /** Which Kubernetes a context leads to, so that a kubectl is taken that fits it. Left out: the usual one for all. */
  readonly versions?: Pick<ServerVersions, 'of'>
}

export type KubectlCall = {
  readonly spec: CommandSpec
  /** For `kubectlError` and `explainApiError`. */
  readonly about: ApiErrorContext
}

/** kubectl led to one context: with the program that the toolchain names and the kubeconfig said outright. */
export type Kubectl = {
  /** Throws `tool-*`, `context-not-found`. */
  call(ref: ContextRef, args: readonly string[], options?: Partial<CommandSpec>): Promise<KubectlCall>
  /**
   * GET of an API path. Raw, because only so the list keeps the resourceVersion that it can be watched from, and no discovery precedes it.
   * Throws `api-*`, `pod-not-found`, `command-output-unreadable`, `cancelled`.
   */
  get<T extends z.ZodType>(ref: ContextRef, path: string, schema: T, options?: GetOptions): Promise<z.output<T>>
}

type GetOptions = { readonly signal?: AbortSignal | undefined; readonly timeoutSeconds?: number; readonly namespace?: string }

/** A list of 5,000 pods is about 60 MB. */
const maxListBytes = 256 * 1024 * 1024

export function createKubectl({ exec, toolchain, kubeconfig, versions }: KubectlDeps): Kubectl {
  const call: Kubectl['call'] = async (ref, args, options = {}) => {
    const connection = await connect(kubeconfig, ref)
    const { path } = await toolchain.resolve('kubectl', { kubernetes: (await versions?.of(ref))?.version ?? null })
    const about = { context: ref, server: connection.server }
    // After the verb and before the rest, which may hold a `--`.
    const [verb = '', ...rest] = args
    return { spec: { file: path, args: [verb, ...connection.args, ...rest], env: connection.env, ...options }, about }
  }

  return {
    call,
    get: async (ref, path, schema, { signal, timeoutSeconds = 10, namespace } = {}) => {
      const { spec, about } = await call(ref, ['get', `--raw=${path}`, `--request-timeout=${timeoutSeconds}s`], {
        // The request has its own limit; this one is for a kubectl that hangs before it asks, in a credential helper.
        timeoutMs: (timeoutSeconds + 5) * 1000,
        maxOutputBytes: maxListBytes,
        quiet: true,
        ...(signal ? { signal } : {}),
      })
      const result = await exec.run(spec)
      if (result.exitCode !== 0) throw kubectlError(result, namespace === undefined ? about : { ...about, namespace })
      const parsed = result.truncated ? null : schema.safeParse(parseJson(result.stdout))
      if (parsed?.success) return parsed.data
      const reason = result.truncated ? 'too large' : firstIssue(parsed?.error)
      throw new AppError('command-output-unreadable', { command: result.argv.join(' '), reason }, { commandId: result.id })
    },
  }
}

/** Undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function firstIssue(error: z.ZodError | undefined): string {
  const issue = error?.issues[0]
  return issue ? `${issue.path.join('.')}: ${issue.message}` : 'not JSON'
}
