import { clusters } from './clusters.ts'
import { host } from './host.ts'
import { jobs } from './jobs.ts'
import { kubeconfig } from './kubeconfig.ts'
import { leftovers } from './leftovers.ts'
import { logs } from './logs.ts'
import { nodes, shell } from './nodes.ts'
import { profiles } from './profiles.ts'
import { settings } from './settings.ts'
import { toolchain } from './toolchain.ts'
import { workloads } from './workloads.ts'

/** Everything the renderer and core say to each other. */
export const contract = { clusters, jobs, toolchain, kubeconfig, workloads, leftovers, nodes, shell, logs, profiles, settings, host }
export type Contract = typeof contract
