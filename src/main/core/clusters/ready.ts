import { dirname, join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import type { Toolchain } from '../toolchain/types.ts'
import type { Ready } from './types.ts'

/** Asks through kubectl; these are polls, so they are not kept in the journal. */
export function createReady({ exec, toolchain }: { exec: Exec; toolchain: Toolchain }): Ready {
  async function get(kubeconfig: string, context: string, args: readonly string[], signal: AbortSignal): Promise<unknown> {
    const { path } = await toolchain.resolve('kubectl')
    // What kubectl remembers of an API server that may be gone in a minute stays beside the temporary file, and goes with it.
    const target = [
      `--cache-dir=${join(dirname(kubeconfig), 'cache')}`,
      `--kubeconfig=${kubeconfig}`,
      `--context=${context}`,
      '--request-timeout=5s',
    ]
    const result = await exec.check({ file: path, args: [...target, ...args, '--output=json'], signal, timeoutMs: 10_000, quiet: true })
    try {
      return JSON.parse(result.stdout)
    } catch (cause) {
      throw new AppError(
        'command-output-unreadable',
        { command: result.argv.join(' '), reason: String(cause) },
        { commandId: result.id, cause },
      )
    }
  }

  return {
    nodes: async (kubeconfig, context, signal) => {
      const { items } = nodeList.parse(await get(kubeconfig, context, ['get', 'nodes'], signal))
      const ready = items.filter((node) => node.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'))
      return { total: items.length, ready: ready.length }
    },
    dns: async (kubeconfig, context, signal) => {
      // CoreDNS is ready when its `ready` plugin says that every plugin answers, the kubernetes one too: https://coredns.io/plugins/ready/
      const query = ['--namespace=kube-system', 'get', 'deployments,endpointslices', '--selector=k8s-app=kube-dns']
      const { items } = dnsList.parse(await get(kubeconfig, context, query, signal))
      const available = items.some((item) => item.kind === 'Deployment' && (item.status?.availableReplicas ?? 0) > 0)
      const answering = items.some((item) => item.kind === 'EndpointSlice' && item.endpoints?.some((one) => one.conditions?.ready === true))
      return available && answering
    },
  }
}

const nodeList = z.object({
  items: z.array(
    z.object({ status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional() }).optional() }),
  ),
})
const dnsList = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      status: z.object({ availableReplicas: z.number().optional() }).optional(),
      endpoints: z.array(z.object({ conditions: z.object({ ready: z.boolean().nullish() }).optional() })).nullish(),
    }),
  ),
})
