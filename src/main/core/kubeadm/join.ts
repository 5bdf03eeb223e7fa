import { setTimeout as sleep } from 'node:timers/promises'
import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition, Reconcile } from '../jobs/types.ts'
import { jobFile, removeFiles, stillRunning } from './host.ts'
import { mustBeClean } from './init.ts'
import { type JoinCommand, parseJoinCommand } from './join-command.ts'
import { joinCluster, uploadFile, wayIn, wayInSteps } from './join-cluster.ts'
import { forgetToken } from './join-token.ts'
import { findLeftovers } from './leftovers.ts'
import { nodeName } from './look.ts'
import { parseNodes } from './parse.ts'
import { joinSteps } from './phases.ts'
import { type Host, hostKey, type KubeadmDeps } from './types.ts'
import { undoOnHost } from './undo.ts'

export type JoinWish = {
  readonly target: TargetId
  readonly via: { readonly kind: 'target'; readonly target: TargetId } | { readonly kind: 'command'; readonly command: string }
  readonly controlPlane: boolean
  /** Null: there is only one, which kubeadm finds. */
  readonly criSocket: string | null
  readonly ignore: readonly string[]
}

/** The job that joins a host to a cluster. `via`: the control plane that is asked for a token, where it is a target. A cancel takes all of it back. */
export function joinJob(deps: KubeadmDeps, host: Host, via: Host | null, wish: JoinWish): JobDefinition {
  const given = wish.via.kind === 'command' ? parseJoinCommand(wish.via.command) : null
  const controlPlane = given === null ? wish.controlPlane : given.controlPlane
  let before: readonly string[] | null = null
  let token: string | null = null
  /** Its name in the cluster, which no node had before; null: not known to be its own, so that a cancel takes no other machine's node away. */
  let node: string | null = null

  async function run(job: JobContext) {
    const kubeadm = await job.step('look-at-host', async () => {
      const version = await mustBeClean(host, job.signal)
      before = (await findLeftovers(host, { podSubnet: null }, job.signal)).map((one) => one.id)
      node = via === null ? null : await freshName(via, host, job)
      return version
    })
    const to = via === null ? (given as JoinCommand) : await wayIn(via, host, job, { controlPlane, made: (id) => (token = id) })
    await job.remember({ begun: 'yes', before: (before ?? []).join('\n'), node: node ?? '' })
    await joinCluster(host, job, { ...to, controlPlane }, { kubeadm, registration: { criSocket: wish.criSocket }, ignore: wish.ignore })
    if (via !== null) {
      await job.step('wait-node', () => waitForNode(via, host, job))
      await forgetToken(via, job, token)
    }
    return { target: wish.target, endpoint: to.endpoint }
  }

  return {
    kind: 'kubeadm.join',
    subject: host.name,
    facts: { target: wish.target, controlPlane: controlPlane ? 'yes' : 'no' },
    key: hostKey(wish.target),
    steps: [
      { id: 'look-at-host', usualMs: 500 },
      ...(via === null ? [] : wayInSteps(controlPlane)),
      ...joinSteps(controlPlane),
      ...(via === null ? [] : ([{ id: 'wait-node', usualMs: 20_000 }] as const)),
    ],
    undo: [`kubeadm ${host.name}`],
    memory: { target: wish.target, via: wish.via.kind === 'target' ? wish.via.target : '', criSocket: wish.criSocket ?? '' },
    run,
    cleanUp: async (job, why) => {
      await forgetToken(via, job, token)
      if (before === null) return []
      if (why === 'failed')
        return (await findLeftovers(host, { podSubnet: null })).filter((one) => !(before ?? []).includes(one.id)).map((one) => one.name)
      const running = await stillRunning(host, job)
      if (running.length > 0) return running
      await forgetNode(via, node, job)
      return undoOnHost(host, job, { before, podSubnet: null, criSocket: wish.criSocket })
    },
  }
}

/** A join of a killed Cove is taken back, and the token that was made for it. */
export const reconcileJoin =
  (deps: KubeadmDeps): Reconcile =>
  async (job, memory) => {
    const via = memory['via'] ? await deps.targets.machine(memory['via'] as TargetId).catch(() => null) : null
    await forgetToken(via, job, memory['token'] ?? null)
    if (via !== null) await removeFiles({ host: via, job }, [jobFile(job, uploadFile)])
    if (memory['begun'] !== 'yes') return { state: 'interrupted', left: [] }
    const host = await deps.targets.machine(memory['target'] as TargetId)
    const running = await stillRunning(host, job)
    if (running.length > 0) return { state: 'interrupted', left: running }
    await forgetNode(via, memory['node'] || null, job)
    const left = await undoOnHost(host, job, {
      before: (memory['before'] ?? '').split('\n'),
      podSubnet: null,
      criSocket: memory['criSocket'] || null,
    })
    return { state: 'interrupted', left }
  }

/** Until the API knows it, and it is ready where a network plugin is there: without one no node becomes ready. Throws `nodes-not-ready`. */
async function waitForNode(via: Host, host: Host, job: JobContext): Promise<void> {
  const name = nodeName(
    (await host.readFile('/proc/sys/kernel/hostname')) ?? '',
    (await host.readFile('/var/lib/kubelet/kubeadm-flags.env', { root: true })) ?? '',
  )
  const end = performance.now() + 180_000
  while (performance.now() < end) {
    const said = await via.run({ argv: kubeadmCommands.nodes(), root: true, quiet: true, timeoutMs: 10_000, signal: job.signal })
    if (said.exitCode === 0) {
      const nodes = parseNodes(said.stdout)
      const mine = nodes.find((one) => one.name === name)
      if (mine !== undefined && (mine.ready || !nodes.some((one) => one.ready))) return
    }
    await sleep(1_000, undefined, { signal: job.signal })
  }
  throw new AppError('nodes-not-ready', { cluster: via.name, seconds: 180 })
}

/** Machines that were copied have one name (https://kubernetes.io/docs/concepts/architecture/nodes/#node-name-uniqueness): null where a node has it already, or nobody says. */
async function freshName(via: Host, host: Host, { signal }: Pick<JobContext, 'signal'>): Promise<string | null> {
  const name = nodeName((await host.readFile('/proc/sys/kernel/hostname')) ?? '', '')
  const said = await via.run({ argv: kubeadmCommands.nodes(), root: true, quiet: true, timeoutMs: 15_000, signal })
  if (name === '' || said.exitCode !== 0) return null
  return parseNodes(said.stdout).some((one) => one.name === name) ? null : name
}

async function forgetNode(via: Host | null, name: string | null, job: { readonly id: string }): Promise<void> {
  if (via === null || name === null) return
  await via.run({ argv: kubeadmCommands.forgetNode(name), root: true, jobId: job.id, timeoutMs: 60_000 }).catch(() => undefined)
}
