import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterNode } from '#shared/contract/clusters.ts'
import { AppError } from '../../error.ts'
import type { ClusterTarget, Life, Progress, ProviderCluster, ProviderRun } from '../provider.ts'
import {
  nodeAddArgs,
  nodeDeleteArgs,
  nodeKnownArgs,
  nodeUncordonArgs,
  pauseArgs,
  startArgs,
  stopArgs,
  unpauseArgs,
  updateContextArgs,
} from './args.ts'
import { machinesFolder, profileFolder } from './home.ts'
import { machineName, type ProfileConfig, readProfile } from './profiles.ts'
import type { Remains } from './remains.ts'
import type { Runner } from './runner.ts'
import { createStepReader, startSteps } from './steps.ts'

/** systemd in a machine of the kit powers off within 2 s. */
const usualSettleMs = 5_000
const settleLimitMs = 20_000

export type LifeDeps = {
  readonly runner: Runner
  readonly remains: Remains
  readonly kubeconfigFile: (folder: string) => string
  /** The cluster as it is now. */
  readonly find: (name: string) => Promise<ProviderCluster | undefined>
  /** How long machines must not have changed, ms, to be taken for settled. */
  readonly settleMs?: number | undefined
}

/** Stopping, starting, pausing and growing, all by minikube itself, which knows its machines. Its kubeconfig is a file of the job's. */
export function createLife({ runner, remains, kubeconfigFile, find, settleMs = usualSettleMs }: LifeDeps): Life {
  const work = ({ name, folder }: ClusterTarget) => ({ cluster: name, kubeconfig: kubeconfigFile(folder) })

  /** minikube makes a new cluster of a name it does not know. Throws `not-found` where the target is no more, or another cluster has its name. */
  async function mustBe({ name, nodes }: ClusterTarget): Promise<void> {
    const now = await find(name)
    const ids = new Set(now?.nodes.map((node) => node.containerId))
    const strange = nodes.some((node) => node.containerId !== '' && !ids.has(node.containerId))
    const profile = await readProfile(await runner.home(), name)
    if (now === undefined || strange || profile?.config == null) throw new AppError('not-found', { what: 'cluster', name })
  }

  async function start(target: ClusterTarget, run: ProviderRun, progress: Progress | null): Promise<readonly string[]> {
    await mustBe(target)
    const next = createStepReader()
    await runner.work(startArgs(target.name), { ...work(target), read: (event) => enter(next(event), progress) }, run)
    // minikube gives nodes their addresses back itself.
    return []
  }
  const stop = async (target: ClusterTarget, run: ProviderRun) => void (await runner.work(stopArgs(target.name), work(target), run))
  const pause = async (target: ClusterTarget, run: ProviderRun) => void (await runner.work(pauseArgs(target.name), work(target), run))
  const unpause = async (target: ClusterTarget, run: ProviderRun) => void (await runner.work(unpauseArgs(target.name), work(target), run))

  /** A machine that was told to power off does so after minikube is gone: how the cluster is once they have not changed for a while. */
  async function settled(name: string): Promise<Pick<ProviderCluster, 'state' | 'nodes'>> {
    const look = async () => {
      const { state = 'broken', nodes = [] } = (await find(name)) ?? {}
      return { state, nodes }
    }
    let is = await look()
    const end = performance.now() + settleLimitMs
    for (let since = performance.now(); performance.now() - since < settleMs && performance.now() < end; await sleep(500)) {
      const now = await look()
      if (JSON.stringify(now) !== JSON.stringify(is)) since = performance.now()
      is = now
    }
    return is
  }

  /** Whether Kubernetes has a node of that name, asked on the first machine. Null: it cannot be asked. */
  async function isKnown(target: ClusterTarget, node: string, config: ProfileConfig): Promise<boolean | null> {
    const version = config.KubernetesConfig?.KubernetesVersion ?? ''
    const asked = await runner.ask(nodeKnownArgs(target.name, version, node), 20_000).catch(() => null)
    return asked?.exitCode === 0 ? asked.stdout.trim() !== '' : null
  }

  /** Takes away what a cancelled `node add` left, which minikube's own delete asks Kubernetes for in vain. */
  async function forget(target: ClusterTarget, node: string, run: ProviderRun): Promise<void> {
    const home = await runner.home()
    await remains.removeMachine(node, run)
    await rm(join(machinesFolder(home), node), { recursive: true, force: true })
    const file = join(profileFolder(home, target.name), 'config.json')
    const config = JSON.parse(await readFile(file, 'utf8')) as { Nodes?: { Name?: string }[] }
    config.Nodes = (config.Nodes ?? []).filter((one) => machineName(target.name, one.Name ?? '') !== node)
    await writeFile(`${file}.cove`, JSON.stringify(config, null, 4), { mode: 0o600 })
    await rename(`${file}.cove`, file)
  }

  return {
    steps: (what, { nodes }) => {
      switch (what) {
        case 'start':
          return startSteps(nodes.length)
        case 'stop':
          return [{ id: 'stop-nodes', usualMs: 1_500 + 1_500 * nodes.length, size: nodes.length }]
        case 'pause':
          return [{ id: 'pause-nodes', usualMs: 500 + 500 * nodes.length, size: nodes.length }]
        case 'unpause':
          return [{ id: 'unpause-nodes', usualMs: 500 + 500 * nodes.length, size: nodes.length }]
      }
    },
    start,
    stop: (target, run, progress) => {
      progress.enter('stop-nodes')
      return stop(target, run)
    },
    pause: (target, run, progress) => {
      progress.enter('pause-nodes')
      return pause(target, run)
    },
    unpause: (target, run, progress) => {
      progress.enter('unpause-nodes')
      return unpause(target, run)
    },
    restore: async (target, run) => {
      const wanted = stateOf(target.nodes)
      const found = await settled(target.name)
      const is = stateOf(found.nodes)
      // Machines that run do not say that Kubernetes in them came up.
      const half = wanted === 'running' && (found.state === 'starting' || found.state === 'broken' || found.state === 'partly-running')
      if (is !== wanted || is === 'mixed' || half) {
        if (wanted === 'exited') await stop(target, run)
        else {
          // A start also brings up nodes that still run, and lets go on what is paused in them.
          await start(target, run, null)
          if (wanted === 'paused') await pause(target, run)
        }
      }
      const after = new Map((await find(target.name))?.nodes.map((node) => [node.name, node.state]))
      return target.nodes.flatMap((node) =>
        after.get(node.name) === node.state ? [] : [`container ${node.name}: ${after.get(node.name) ?? 'gone'}`],
      )
    },
    nodes: {
      // minikube says so and then goes on all the same, to a cluster whose servers do not find each other:
      // https://github.com/kubernetes/minikube/blob/v1.36.0/cmd/minikube/cmd/node_add.go
      problem: ({ name, nodes }, role) =>
        role === 'control-plane' && nodes.filter((node) => node.role === 'control-plane').length < 2
          ? new AppError('cannot-add-control-plane', { name })
          : null,
      add: async (target, role, run, progress) => {
        progress.progress('add-node', null)
        // It asks Kubernetes through the context, which this file does not have yet.
        await runner.answer(updateContextArgs(target.name), { ...work(target), signal: run.signal })
        await runner.work(nodeAddArgs(target.name, role), work(target), run)
      },
      remove: async (target, node, run) => {
        const config = (await readProfile(await runner.home(), target.name))?.config ?? null
        const first = config?.Nodes?.[0]
        // Without the first machine minikube no longer finds the cluster.
        if (config === null || first === undefined || machineName(target.name, first.Name) === node)
          throw new AppError('bad-input', { field: 'node' })
        if (config.Driver === 'docker' && (await isKnown(target, node, config)) === false) return forget(target, node, run)
        await runner.answer(updateContextArgs(target.name), { ...work(target), signal: run.signal })
        await runner.work(nodeDeleteArgs(target.name, node), work(target), run)
      },
      keep: async (target, node, run) => {
        const config = (await readProfile(await runner.home(), target.name))?.config ?? null
        const stateNow = async () => (await find(target.name))?.nodes.find((one) => one.name === node)?.state ?? 'gone'
        const was = target.nodes.find((one) => one.name === node)?.state
        const known = config === null ? null : await isKnown(target, node, config)
        const is = await stateNow()
        if (config !== null && (known === false || is === 'gone')) {
          if (config.Driver === 'docker') await forget(target, node, run)
          else await runner.work(nodeDeleteArgs(target.name, node), work(target), run)
        } else if (config !== null && is === was) {
          const version = config.KubernetesConfig?.KubernetesVersion ?? ''
          const free = await runner.ask(nodeUncordonArgs(target.name, version, node), 20_000)
          if (free.exitCode !== 0) return [`node ${node} (cordoned)`]
        }
        const now = await stateNow()
        return now === was ? [] : [`container ${node}: ${now}`]
      },
    },
  }
}

function enter(step: ReturnType<ReturnType<typeof createStepReader>>, progress: Progress | null): void {
  if (step !== null) progress?.enter(step)
}

function stateOf(nodes: readonly Pick<ClusterNode, 'state'>[]): 'running' | 'paused' | 'exited' | 'mixed' {
  const [first] = nodes
  if (first === undefined || !nodes.every((node) => node.state === first.state)) return 'mixed'
  return first.state === 'running' || first.state === 'paused' || first.state === 'exited' ? first.state : 'mixed'
}
