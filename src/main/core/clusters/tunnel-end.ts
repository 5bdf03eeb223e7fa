import type { JobContext, JobDefinition } from '../jobs/types.ts'
import type { ProviderDeps } from './types.ts'

type Deps = Pick<ProviderDeps, 'provider' | 'tunnels'>

/** The step in which the tunnel to a cluster ends, before the cluster goes down; none where there is no tunnel. */
export const tunnelSteps = ({ provider, tunnels }: Deps, name: string): JobDefinition['steps'] =>
  tunnels?.runs(provider.name, name) === true ? [{ id: 'end-tunnel', usualMs: 1_000 }] : []

/** Ends it while the cluster still answers, so that its services lose their addresses too. */
export async function endTunnel({ provider, tunnels }: Deps, name: string, job: Pick<JobContext, 'step'>): Promise<void> {
  if (tunnels?.runs(provider.name, name) === true) await job.step('end-tunnel', () => tunnels.endOf(provider.name, name))
}
