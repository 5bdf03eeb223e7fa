import type { CreateSpec } from '#shared/contract/clusters.ts'
import { explainJob } from '../diagnosis/explain.ts'
import { AppError } from '../error.ts'
import type { Explain } from '../jobs/types.ts'
import { portProblems } from './preflight/ports.ts'
import type { ProviderDeps } from './types.ts'

type Port = CreateSpec['ports'][number]

/** For a create: why it failed, with who holds a port that was taken after the check, and one that is free. `image`: as chosen when it is asked. */
export function explainCreate(deps: ProviderDeps, spec: CreateSpec, image: () => string | null): Explain {
  const { provider } = deps
  const explain = explainJob(deps, () => ({
    provider: provider.name,
    cluster: spec.name,
    image: image(),
    nodes: provider.nodeNames(spec),
    subnets: [...(spec.document ?? '').matchAll(/^\s*(?:pod|service)Subnet:\s*["']?([\d./]+)/gm)].map((match) => match[1] ?? ''),
  }))
  return withHolder(deps, explain, (port) => spec.ports.filter((one) => one.hostPort === port))
}

/** For a job on a cluster that is there: start, restart, a new node. */
export function explainCluster(
  deps: ProviderDeps,
  cluster: { readonly name: string; readonly nodes: readonly { readonly name: string; readonly image: string }[] },
): Explain {
  const explain = explainJob(deps, () => ({
    provider: deps.provider.name,
    cluster: cluster.name,
    image: cluster.nodes[0]?.image ?? null,
    nodes: cluster.nodes.map((node) => node.name),
  }))
  // A node that does not run publishes nothing, so only the port itself is known: it is looked for at every address.
  const anywhere = (hostPort: number, protocol: Port['protocol']): Port => ({
    hostPort,
    containerPort: 1,
    protocol,
    listenAddress: '0.0.0.0',
  })
  return withHolder(deps, explain, (port) => [anywhere(port, 'TCP'), anywhere(port, 'UDP')])
}

/** What was found, and where that is a port that is taken, who holds it, and one that is free. `wished`: how the port was to be published. */
function withHolder({ engines, exec }: ProviderDeps, explain: Explain, wished: (port: number) => readonly Port[]): Explain {
  return {
    ...explain,
    failure: async (error, job) => {
      const found = (await explain.failure?.(error, job)) ?? null
      const taken = found?.findings.find((one) => one.cause === 'port-taken' && one.facts['holder'] === null)
      if (found === null || taken === undefined) return found
      const facts = await holderOf(Number(taken.facts['port']))
      if (facts === null) return found
      const cause = found.error ?? error
      return {
        error: new AppError('port-taken', facts, { cause: error, commandId: cause instanceof AppError ? cause.commandId : null }),
        findings: found.findings.map((one) => (one === taken ? { ...one, facts: { ...facts } } : one)),
      }
    },
  }

  async function holderOf(port: number) {
    const { docker } = await engines.require().catch(() => ({ docker: null }))
    if (docker === null) return null
    const [problem] = await portProblems(wished(port), docker, exec).catch(() => [])
    return problem instanceof AppError && problem.code === 'port-taken' ? (problem as AppError<'port-taken'>).facts : null
  }
}
