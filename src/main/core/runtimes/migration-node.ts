import { z } from 'zod'
import type { CgroupDriver, MigrationSpec, Runtime, Runtimes } from '#shared/contract/runtimes.ts'
import { AppError } from '../error.ts'
import { commandFailure } from '../exec/command-failure.ts'
import type { Target } from '../targets/types.ts'
import { type FileChange, driverChange } from './driver-change.ts'
import { setDriverFlag, setKubeletDriver } from './driver-text.ts'
import type { Kube } from './kube.ts'
import { look } from './look.ts'
import type { StoredNode } from './migration-store.ts'
import { countPods, servedBy } from './read-look.ts'

/** What the work on one node needs; every wait ends with the signal. */
export type NodeWork = {
  readonly target: Target
  readonly kube: Kube
  readonly jobId: string
  readonly signal: AbortSignal
  /** ms that a node may take to be ready, and its pods to move. */
  readonly limitMs: number
  /** ms between two looks. */
  readonly pauseMs: number
}

const nodeSchema = z.object({
  spec: z.object({ unschedulable: z.boolean().nullish() }),
  status: z.object({
    nodeInfo: z.object({ machineID: z.string() }),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
  }),
})
const leaseSchema = z.object({ spec: z.object({ renewTime: z.string().nullish() }) })

/** What is to be done on a node, looked at and nothing changed. `known`: its runtimes, where they were just looked at. Throws `migration-node-unfit`, `runtime-config-refused`. */
export async function lookAtNode(
  { target, kube, signal }: NodeWork,
  driver: CgroupDriver,
  known?: Runtimes,
): Promise<Omit<StoredNode, 'state' | 'step'>> {
  const seen = known ?? (await look(target, signal))
  const unfit = (node: string, reason: string) => new AppError('migration-node-unfit', { node, reason })
  if (!seen.kubelet.joined) throw unfit(target.name, 'not-joined')
  const [name, machineId] = await identity(target, signal)
  const node = await kube.json(['get', 'node', '-o=json', '--', name], nodeSchema, { signal }).catch((error: unknown) => {
    throw error instanceof AppError && /NotFound/.test(String(error.facts['tail' as never] ?? '')) ? unfit(name, 'no-such-node') : error
  })
  // A name alone is not enough to take the pods of a machine away: https://kubernetes.io/docs/concepts/architecture/nodes/#node-name-uniqueness
  if (machineId !== '' && node.status.nodeInfo.machineID !== '' && node.status.nodeInfo.machineID !== machineId)
    throw unfit(name, 'other-machine')
  const runtime: Runtime | null = servedBy(seen.kubelet.endpoint, seen.runtimes)
  if (runtime === null) throw unfit(name, 'no-runtime')
  const change = await driverChange(target, runtime, driver)
  return {
    target: target.id,
    node: name,
    cordoned: node.spec.unschedulable === true,
    was: runtime.driver,
    units: ['kubelet.service', ...change.before, change.unit],
    files: [change.file, ...(await kubeletFiles(target, name, driver))],
  }
}

/** The name that the kubelet registers, which is the host's in lower case unless a flag says another, and the machine's id. */
async function identity(target: Target, signal: AbortSignal): Promise<[name: string, machineId: string]> {
  const script = `uname -n; cat /etc/machine-id 2>/dev/null || echo; cat /var/lib/kubelet/kubeadm-flags.env /etc/default/kubelet /etc/sysconfig/kubelet 2>/dev/null; :`
  const { stdout } = await target.check({ argv: ['sh', '-c', script], root: true, quiet: true, timeoutMs: 15_000, signal })
  const [host = '', machineId = '', ...flags] = stdout.split('\n')
  const named = /--hostname-override[= ]"?([a-zA-Z0-9.-]+)/.exec(flags.join('\n'))?.[1]
  return [(named ?? host.trim()).toLowerCase(), machineId.trim()]
}

async function kubeletFiles(target: Target, node: string, driver: CgroupDriver): Promise<FileChange[]> {
  const files: FileChange[] = []
  const add = async (path: string, edit: (text: string) => string | null) => {
    const before = await target.readFile(path, { root: true })
    if (before === null) return
    const after = edit(before)
    if (after === null) throw new AppError('runtime-config-refused', { path, reason: 'not-editable' })
    if (after !== before || path.endsWith('config.yaml')) files.push({ path, before, after })
  }
  await add('/var/lib/kubelet/config.yaml', (text) => setKubeletDriver(text, driver))
  if (files.length === 0) throw new AppError('migration-node-unfit', { node, reason: 'not-joined' })
  for (const path of ['/var/lib/kubelet/kubeadm-flags.env', '/etc/default/kubelet', '/etc/sysconfig/kubelet'])
    await add(path, (text) => setDriverFlag(text, driver))
  return files
}

/** No new pods, and those that are there leave; DaemonSets and static pods stay. Throws `drain-failed`. */
export async function drain({ kube, jobId, signal }: NodeWork, node: string, options: MigrationSpec['drain']): Promise<void> {
  const args = drainArgs(options, options.timeoutSeconds)
  const result = await kube.run(['drain', ...args, '--', node], { jobId, signal, timeoutMs: (options.timeoutSeconds + 30) * 1000 })
  if (result.cancelled) throw new AppError('cancelled', {}, { commandId: result.id })
  if (result.exitCode !== 0) throw new AppError('drain-failed', { node, reason: refusal(result.stderr) }, { commandId: result.id })
}

/**
 * What a drain would stop at, in the words of kubectl; null: nothing. The API server judges it, disruption budgets too, and nothing is done:
 * https://kubernetes.io/docs/reference/kubectl/generated/kubectl_drain/. Throws `cancelled`.
 */
export async function drainRefusal(
  { kube, signal }: Pick<NodeWork, 'kube' | 'signal'>,
  node: string,
  options: Omit<MigrationSpec['drain'], 'timeoutSeconds'>,
): Promise<string | null> {
  // An eviction that a budget forbids is tried again and again until the time is over.
  const args = ['--dry-run=server', ...drainArgs(options, 5)]
  const result = await kube.run(['drain', ...args, '--', node], { quiet: true, signal, timeoutMs: 30_000 })
  if (result.cancelled) throw new AppError('cancelled', {}, { commandId: result.id })
  return result.exitCode === 0 ? null : refusal(result.stderr)
}

const drainArgs = ({ deleteEmptyDirData, force }: Omit<MigrationSpec['drain'], 'timeoutSeconds'>, seconds: number) => [
  '--ignore-daemonsets',
  `--timeout=${seconds}s`,
  ...(deleteEmptyDirData ? ['--delete-emptydir-data'] : []),
  ...(force ? ['--force'] : []),
]

/** Of all that kubectl says what stands in the way. */
function refusal(stderr: string): string {
  const said = stderr.split('\n').filter((line) => /^(?:error|There are)|cannot|timed out/i.test(line))
  return (said.join(' ') || stderr.trim()).slice(-600)
}

/** Pods may be scheduled there again. The API server of a lone control plane may just be starting. Throws what the last try said. */
export async function uncordon(work: NodeWork, node: string): Promise<void> {
  await tryAgain(work, async () => {
    const result = await work.kube.run(['uncordon', '--', node], { jobId: work.jobId, signal: work.signal, timeoutMs: 30_000 })
    if (result.exitCode !== 0 || result.cancelled) throw commandFailure(result)
  })
}

/** The kubelet, then the runtime. What they started goes on without them. */
export async function stop({ target, jobId, signal }: NodeWork, units: readonly string[]): Promise<void> {
  for (const unit of units) await target.check({ argv: ['systemctl', 'stop', unit], root: true, jobId, signal, timeoutMs: 120_000 })
}

/** The runtime, then the kubelet. Throws `command-failed` where one of them does not start. */
export async function start({ target, jobId, signal }: NodeWork, units: readonly string[]): Promise<void> {
  for (const unit of units.toReversed())
    await target.check({ argv: ['systemctl', 'start', unit], root: true, jobId, signal, timeoutMs: 120_000 })
}

/** When the kubelet last said that it lives; null: not known. */
export async function lastRenewal({ kube, signal }: NodeWork, node: string): Promise<string | null> {
  const args = ['get', 'lease', '--namespace=kube-node-lease', '-o=json', '--', node] as const
  return kube.json([...args], leaseSchema, { signal }).then(
    (lease) => lease.spec.renewTime ?? null,
    () => null,
  )
}

/** Until the kubelet has spoken since `renewal` and calls the node ready. Throws `node-not-ready`. */
export async function waitReady(work: NodeWork, node: string, renewal: string | null): Promise<void> {
  const isReady = async () => {
    const now = await lastRenewal(work, node)
    if (now === null || now === renewal) return false
    const { status } = await work.kube.json(['get', 'node', '-o=json', '--', node], nodeSchema, { signal: work.signal })
    return status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  }
  if (!(await until(work, async () => isReady().catch(() => false))))
    throw new AppError('node-not-ready', { node, seconds: Math.round(work.limitMs / 1000) })
}

/** Until every container of the node's pods is in the cgroups of the driver, and stays there. Throws `cgroups-not-moved`. */
export async function waitMoved(
  work: NodeWork,
  node: string,
  driver: CgroupDriver,
  progress: (moved: number, all: number) => void,
): Promise<void> {
  let left = 0
  let calm = 0
  const isMoved = async () => {
    const count = await podsOf(work)
    if (count === undefined) {
      // Nobody looked, which is not that there are none.
      calm = 0
      return false
    }
    const all = count === null ? 0 : count.systemd + count.cgroupfs + count.other
    const moved = count?.[driver] ?? 0
    progress(moved, all)
    left = all - moved
    calm = left === 0 ? calm + 1 : 0
    // A worker may have no pod at all; but for a moment none is seen where they are just made anew.
    return calm >= (all > 0 ? 2 : 8)
  }
  if (!(await until(work, isMoved)))
    throw new AppError('cgroups-not-moved', { node, count: left, driver, seconds: Math.round(work.limitMs / 1000) })
}

/** Undefined: the node did not say. */
async function podsOf({ target, signal }: NodeWork): Promise<ReturnType<typeof countPods> | undefined> {
  const script = 'cat /proc/[0-9]*/cgroup 2>/dev/null | grep kubepods | cut -d: -f3- | sort -u | head -n 3000'
  const { stdout, exitCode } = await target.run({ argv: ['sh', '-c', script], root: true, quiet: true, timeoutMs: 20_000, signal })
  return exitCode === 0 ? countPods(stdout.trim()) : undefined
}

/** False: it did not come true within the limit. Throws `cancelled`. */
async function until({ signal, limitMs, pauseMs }: NodeWork, condition: () => Promise<boolean>): Promise<boolean> {
  for (const end = performance.now() + limitMs; ; ) {
    const isTrue = await condition()
    if (signal.aborted) throw new AppError('cancelled', {})
    if (isTrue) return true
    if (performance.now() >= end) return false
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** The API server may be away for a moment. Throws what the last try said. */
export async function tryAgain(work: NodeWork, act: () => Promise<void>): Promise<void> {
  let last: unknown = null
  const done = await until({ ...work, limitMs: Math.min(work.limitMs, 120_000) }, () =>
    act().then(
      () => true,
      (error: unknown) => {
        if (error instanceof AppError && error.code === 'cancelled') throw error
        last = error
        return false
      },
    ),
  )
  if (!done) throw last
}
