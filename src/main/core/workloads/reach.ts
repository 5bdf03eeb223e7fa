import PQueue from 'p-queue'
import { z } from 'zod'
import type { ContextRef } from '#shared/contract/base.ts'
import type { Reach } from '#shared/contract/kubeconfig.ts'
import { AppError, errorShape } from '#core/error.ts'
import type { ConnectionSource } from './connection.ts'
import { createKubectl } from './kubectl.ts'
import type { Kubectl, KubectlDeps } from './kubectl.ts'
import { versionPath } from './paths.ts'
import type { ServerVersions } from './server-versions.ts'

export type ProbeDeps = Omit<KubectlDeps, 'kubeconfig' | 'versions'> & {
  readonly versions?: Pick<ServerVersions, 'of' | 'note'>
  /** Called at each probe, not before: kubeconfig is made with the probe, so it is not there yet. Left out: only the context's own file is read. */
  readonly kubeconfig?: () => ConnectionSource
}

/** Credential helpers of many contexts at once would be a storm. */
const atOnce = 4
const limitSeconds = 5

/** Asks the API server of a context for its version, with a limit of 5 s. Never throws. Two who ask for one context share the answer. */
export function createProbe({ exec, toolchain, kubeconfig, versions }: ProbeDeps): (ref: ContextRef) => Promise<Reach> {
  const queue = new PQueue({ concurrency: atOnce })
  const running = new Map<string, Promise<Reach>>()
  return (ref) => {
    const key = JSON.stringify([ref.file, ref.name])
    const known = running.get(key)
    if (known) return known
    const kubectl = () => createKubectl({ exec, toolchain, kubeconfig: kubeconfig?.() ?? null, ...(versions ? { versions } : {}) })
    const ask = async () => {
      const reach = await probe(kubectl(), ref)
      versions?.note(ref, reach.version, { keep: true })
      return reach
    }
    const asked = queue.add(ask).finally(() => running.delete(key))
    running.set(key, asked)
    return asked
  }
}

async function probe(kubectl: Kubectl, ref: ContextRef): Promise<Reach> {
  const start = performance.now()
  const took = () => Math.round(performance.now() - start)
  try {
    const { gitVersion } = await kubectl.get(ref, versionPath, z.object({ gitVersion: z.string() }), { timeoutSeconds: limitSeconds })
    return { state: 'reachable', version: gitVersion, tookMs: took(), error: null }
  } catch (error) {
    return { state: stateOf(error), version: null, tookMs: took(), error: errorShape(error) }
  }
}

function stateOf(error: unknown): Reach['state'] {
  if (!(error instanceof AppError)) return 'unknown'
  switch (error.code) {
    case 'api-refused':
    case 'api-unreachable':
    case 'api-certificate':
      return 'unreachable'
    case 'api-unauthorized':
    case 'api-forbidden':
      return 'unauthorized'
    default:
      return 'unknown'
  }
}
