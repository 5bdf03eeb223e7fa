import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../error.ts'
import { runDocker } from '../../engines/run-docker.ts'
import { takenPort } from '../../engines/taken-port.ts'
import type { Engines } from '../../engines/types.ts'
import type { Exec } from '../../exec/types.ts'
import type { ClusterTarget, Life, ProviderRun, ProviderStep } from '../provider.ts'
import { createAddresses } from './addresses.ts'
import { clusterLabel } from './inspect.ts'

type Node = ClusterTarget['nodes'][number]

/** What docker gives by itself. A node of which systemd waits longer for its pods is killed, which etcd and containerd are made for. */
const stopSeconds = 10

/**
 * Stopping and starting of kind's nodes, which kind itself cannot: https://github.com/kubernetes-sigs/kind/issues/1867.
 * Workers stop first and the balancer last; nodes start one after the other in the order of their addresses, so that the engine gives each the one it had.
 */
export function createLife({ exec, engines }: { exec: Exec; engines: Engines }): Life {
  const addresses = createAddresses({ exec, engines })
  /** When each container was last told to stop, by its id. */
  const toldToStop = new Map<string, number>()

  async function docker(args: readonly string[], run: ProviderRun): Promise<string> {
    const { docker: file } = await engines.require()
    const command = { file, args, jobId: run.jobId, signal: run.signal, timeoutMs: 120_000 }
    return (await runDocker({ exec, engines }, command, portTaken)).stdout
  }

  const containersOf = async (name: string) => (await engines.containers(clusterLabel)).filter((one) => one.labels[clusterLabel] === name)

  /** The nodes as they are now, of the target's own only: one made since under the same name is not this cluster's. */
  async function states({ name, nodes }: ClusterTarget): Promise<Map<string, string>> {
    const now = new Map((await containersOf(name)).map((one) => [one.id, one.state]))
    const missing = nodes.find((node) => !now.has(node.containerId))
    if (missing !== undefined) throw new AppError('not-found', { what: 'node', name: missing.name })
    return now
  }

  async function each(
    command: 'stop' | 'pause' | 'unpause',
    target: ClusterTarget,
    from: string,
    order: readonly Node['role'][],
    run: ProviderRun,
    done: (fraction: number, node: string) => void,
  ): Promise<void> {
    const now = await states(target)
    const waiting = target.nodes.filter((node) => now.get(node.containerId) === from)
    let count = 0
    for (const role of order) {
      const all = await Promise.allSettled(
        waiting
          .filter((node) => node.role === role)
          .map(async (node) => {
            const limit = command === 'stop' ? [`--time=${stopSeconds}`] : []
            if (command === 'stop') toldToStop.set(node.containerId, performance.now())
            await docker(['container', command, ...limit, '--', node.containerId], run)
            count += 1
            done(count / waiting.length, node.name)
          }),
      )
      // None is still at work when the first failure is told.
      const failed = all.find((one) => one.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    }
  }

  /** The engine stops a node that it was told to stop, also when who told it is gone meanwhile. */
  async function stopped(target: ClusterTarget): Promise<Map<string, string>> {
    const open = (now: Map<string, string>) =>
      target.nodes.some(({ containerId }) => {
        const since = toldToStop.get(containerId)
        return since !== undefined && now.get(containerId) === 'running' && performance.now() - since < (stopSeconds + 5) * 1000
      })
    let now = await states(target)
    for (; open(now); now = await states(target)) await sleep(500)
    for (const { containerId } of target.nodes) toldToStop.delete(containerId)
    return now
  }

  /** Starts nodes, each at the address it had where control planes are several. Returns those of all nodes that have another one now, for people. */
  async function startNodes(
    target: ClusterTarget,
    nodes: readonly Node[],
    run: ProviderRun,
    started: (node: Node) => void,
  ): Promise<readonly string[]> {
    const former = await addresses.former(target.nodes, run)
    // With one control plane the node image itself puts a new address where the old one was.
    const exact = target.nodes.filter((node) => node.role === 'control-plane').length > 1
    const image = (await containersOf(target.name)).find((one) => target.nodes.some((node) => node.containerId === one.id))?.image ?? ''
    await addresses.start(nodes, former, { exact, image, cluster: target.name }, run, async (node) => {
      await docker(['container', 'start', '--', node.containerId], run)
      started(node)
    })
    const moved = await addresses.moved(target.nodes, former, run)
    if (exact && moved.length > 0) throw new AppError('node-address-changed', { nodes: moved.join(', ') })
    return moved
  }

  const down: readonly Node['role'][] = ['worker', 'control-plane', 'load-balancer']
  const up: readonly Node['role'][] = ['load-balancer', 'control-plane', 'worker']

  const life: Life = {
    steps: (what, { nodes }) => stepsOf(what, nodes.length),
    stop: async (target, run, progress) => {
      progress.enter('stop-nodes', { nodes: target.nodes.length })
      // A frozen node cannot end.
      await each('unpause', target, 'paused', up, run, () => {})
      await each('stop', target, 'running', down, run, (fraction, node) => progress.progress('stop-nodes', fraction, { node }))
    },
    pause: async (target, run, progress) => {
      progress.enter('pause-nodes', { nodes: target.nodes.length })
      await each('pause', target, 'running', down, run, (fraction, node) => progress.progress('pause-nodes', fraction, { node }))
    },
    unpause: async (target, run, progress) => {
      progress.enter('unpause-nodes', { nodes: target.nodes.length })
      await each('unpause', target, 'paused', up, run, (fraction, node) => progress.progress('unpause-nodes', fraction, { node }))
    },
    start: async (target, run, progress) => {
      progress.enter('check-addresses')
      await each('unpause', target, 'paused', up, run, () => {})
      const now = await states(target)
      const waiting = target.nodes.filter((node) => now.get(node.containerId) !== 'running')
      progress.enter('start-nodes', { nodes: waiting.length })
      let count = 0
      return startNodes(target, waiting, run, (node) => {
        count += 1
        progress.progress('start-nodes', count / waiting.length, { node: node.name })
      })
    },
    restore: async (target, run) => {
      const now = await stopped(target)
      const is = (node: Node) => now.get(node.containerId)
      const ran = (node: Node) => node.state === 'running' || node.state === 'paused'
      for (const node of target.nodes) {
        if (is(node) === 'paused' && node.state !== 'paused') await docker(['container', 'unpause', '--', node.containerId], run)
        if (node.state === 'exited' && is(node) !== 'exited')
          await docker(['container', 'stop', `--time=${stopSeconds}`, '--', node.containerId], run)
      }
      const down = target.nodes.filter((node) => ran(node) && is(node) !== 'running' && is(node) !== 'paused')
      if (down.length > 0) await startNodes(target, down, run, () => {})
      for (const node of target.nodes)
        if (node.state === 'paused' && is(node) !== 'paused') await docker(['container', 'pause', '--', node.containerId], run)
      const after = await states(target)
      return target.nodes.flatMap((node) => {
        const is = after.get(node.containerId)
        return is === node.state ? [] : [`container ${node.name}: ${is ?? 'gone'}`]
      })
    },
    // A kind cluster has the nodes it was made with: https://github.com/kubernetes-sigs/kind/issues/452
    nodes: null,
    release: addresses.release,
  }
  return life
}

function portTaken(stderr: string): AppError | null {
  const port = takenPort(stderr)
  return port === null ? null : new AppError('port-taken', { port, holder: null, free: null })
}

/** Times measured with nodes that run nothing but the system pods, on two cores. */
function stepsOf(what: 'start' | 'stop' | 'pause' | 'unpause', nodes: number): readonly ProviderStep[] {
  if (what === 'stop') return [{ id: 'stop-nodes', usualMs: 6_000 + 2_000 * nodes, size: nodes }]
  if (what === 'pause') return [{ id: 'pause-nodes', usualMs: 300 * nodes, size: nodes }]
  if (what === 'unpause') return [{ id: 'unpause-nodes', usualMs: 300 * nodes, size: nodes }]
  return [
    { id: 'check-addresses', usualMs: 200 },
    { id: 'start-nodes', usualMs: 700 * nodes, size: nodes },
  ]
}
