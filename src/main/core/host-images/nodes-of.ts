import type { ContextRef } from '#shared/contract/base.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import { sections } from '../exec/sections.ts'
import { type ApiNode, items, nodeSchema } from '../network-plugins/api-objects.ts'
import type { Targets } from '../targets/types.ts'
import type { Kubectl } from '../workloads/kubectl.ts'
import { nodesPath } from '../workloads/paths.ts'

export type NodesDeps = { readonly kubectl: Pick<Kubectl, 'get'>; readonly targets: Pick<Targets, 'list' | 'get'> }

/** A node and the machine that it is; `error` says why there is none. */
export type NodeMachineOf = { readonly node: string; readonly target: TargetId | null; readonly error: AppError | null }

/** What tells which node a machine is. */
export type Identity = {
  readonly target: TargetId
  readonly machine: string
  readonly hostname: string
  readonly addresses: readonly string[]
}

const script = `printf '\\n== machine\\n'; cat /etc/machine-id 2>/dev/null
printf '\\n== hostname\\n'; cat /proc/sys/kernel/hostname 2>/dev/null || hostname
printf '\\n== addresses\\n'; hostname -I 2>/dev/null
printf '\\n== end\\n'`

/** Which of the machines that Cove knows are the nodes of a cluster. Throws `context-not-found`, `api-*`, `tool-*`; a machine that does not answer is named in `error`. */
export async function nodesOf({ kubectl, targets }: NodesDeps, context: ContextRef, signal: AbortSignal): Promise<NodeMachineOf[]> {
  const [api, known] = await Promise.all([kubectl.get(context, nodesPath, items(nodeSchema), { signal }), targets.list().catch(() => [])])
  const silent: string[] = []
  const identities = await Promise.all(
    known
      .filter((one) => one.clusterId === null && !(one.kind === 'container' && one.state === 'down'))
      .map(async ({ id, name }) => {
        try {
          return await identityOf(await targets.get(id), signal)
        } catch (error) {
          if (!(error instanceof AppError)) throw error
          if (error.code === 'cancelled') throw error
          silent.push(name)
          return null
        }
      }),
  )
  const seen = identities.filter((one) => one !== null)
  return api.items.map((node) => {
    const { name } = node.metadata
    const target = machineOf(node, seen)
    if (target !== null) return { node: name, target, error: null }
    const address = node.status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? null
    return { node: name, target, error: new AppError('node-no-machine', { node: name, address, silent: silent.sort().join(', ') || null }) }
  })
}

async function identityOf(target: Awaited<ReturnType<Targets['get']>>, signal: AbortSignal): Promise<Identity | null> {
  const { stdout } = await target.check({ argv: ['sh', '-c', script], quiet: true, timeoutMs: 20_000, signal })
  const part = sections(stdout)
  const word = (name: string) => part.get(name)?.trim() ?? ''
  if (!part.has('end') || word('machine') === '') return null
  return {
    target: target.id,
    machine: word('machine'),
    hostname: word('hostname').toLowerCase(),
    addresses: word('addresses').split(/\s+/),
  }
}

/** By the id of its system, which copies of a virtual machine may share, and by its name or an address. Pure. */
export function machineOf({ metadata, status }: ApiNode, machines: readonly Identity[]): TargetId | null {
  const machineId = status.nodeInfo?.machineID ?? ''
  const addresses = status.addresses.filter(({ type }) => type !== 'Hostname').map(({ address }) => address)
  const found = machines.filter(
    (one) => one.machine === machineId && (one.hostname === metadata.name || one.addresses.some((address) => addresses.includes(address))),
  )
  return found[0]?.target ?? null
}
