import { setTimeout as sleep } from 'node:timers/promises'
import { posix } from 'node:path'
import { adminConf, kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition, Reconcile } from '../jobs/types.ts'
import { fetchPrograms, type ProgramName, removePrograms } from './fetch-programs.ts'
import { check, checkLines, removeFiles, stillRunning, type Work } from './host.ts'
import { type Look, lookAt } from './look.ts'
import { parseNodes, parseUpgradePlan } from './parse.ts'
import { type Host, hostKey, type KubeadmDeps, type UpgradePlans } from './types.ts'

export type UpgradeWish = {
  readonly targets: readonly TargetId[]
  /** Null: whatever there is; only for a plan. */
  readonly version: string | null
  readonly programs: { readonly from: 'folder'; readonly folder: string } | { readonly from: 'there' } | { readonly from: 'publisher' }
  readonly ignore: readonly string[]
  readonly apply: boolean
}

/** Where what was planned is kept, and who is told. */
type Kept = { readonly plans: UpgradePlans; readonly changed: () => void }

type Node = { readonly host: Host; readonly target: TargetId; readonly look: Look }

/**
 * The job that upgrades a cluster as its page says, one node after another: https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-upgrade/
 * It halts where something fails. Nodes that have the version are passed over, so that the same once more goes on.
 */
export function upgradeJob(deps: KubeadmDeps, hosts: readonly Host[], wish: UpgradeWish, kept: Kept): JobDefinition {
  const [first] = hosts as readonly [Host, ...Host[]]
  const target = wish.targets[0] as TargetId
  /** Drained and not let in again: host that drained it, name. */
  let drained: string | null = null
  /** What hosts have fetched for this upgrade, by target. */
  const fetched = new Map<TargetId, { readonly host: Host; readonly folder: string }>()

  async function run(job: JobContext) {
    try {
      return await upgradeAll(job)
    } finally {
      for (const { host, folder } of fetched.values()) await removePrograms({ host, job }, folder)
    }
  }

  /** Where the programs lie on a node; null: where they are used. */
  async function folderOn({ host, target: of }: Node, job: JobContext): Promise<string | null> {
    const { version } = wish
    // Without a version nobody can be asked for its programs: the kubeadm that is there says which there are.
    if (wish.programs.from !== 'publisher' || version === null) return wish.programs.from === 'folder' ? wish.programs.folder : null
    const there = fetched.get(of)
    if (there !== undefined) return there.folder
    const names: readonly ProgramName[] = wish.apply ? ['kubeadm', 'kubelet', 'kubectl'] : ['kubeadm']
    return fetchPrograms(deps.program, { host, job }, { names, version }, async (folder) => {
      fetched.set(of, { host, folder })
      await job.remember({ fetched: [...fetched].map(([one, { folder: at }]) => `${at} ${one}`).join('\n') })
    })
  }

  async function upgradeAll(job: JobContext) {
    const nodes = await job.step('look-at-host', () => look(job))
    const [control, ...others] = nodes as [Node, ...Node[]]
    const { version } = wish
    await job.step('plan-upgrade', () => plan(job, control))
    if (!wish.apply || version === null) return { target, version: version ?? '' }
    await job.step('upgrade-first', () => upgradeNode(job, version, control, control, true))
    await job.step('upgrade-others', async () => {
      for (const [index, node] of others.entries()) {
        job.progress('upgrade-others', index / others.length, { node: node.look.node, done: index, count: others.length })
        await upgradeNode(job, version, control, node, false)
      }
    })
    // What was planned is done.
    kept.plans.delete(target)
    kept.changed()
    return { target, version }
  }

  /** What would be done is kept for people to see; before something is applied only the checks of it count. */
  async function plan(job: JobContext, control: Node): Promise<void> {
    const work = { host: control.host, job }
    const { version } = wish
    const now = control.look.cluster?.version ?? ''
    if (version !== null) mayUpgrade(now, version)
    if (wish.apply && version === now) return
    const folder = await folderOn(control, job)
    const program = folder === null ? 'kubeadm' : posix.join(folder, 'kubeadm')
    const kubeadm = version ?? (await versionOf(work, program)).found
    if (version !== null) await mustHave(work, program, version)
    const json = !wish.apply && saysJson(kubeadm)
    const [, ...args] = kubeadmCommands.planUpgrade(version, json, wish.ignore)
    if (!json) await checkLines(work, [program, ...args], () => {})
    if (wish.apply) return
    const told = json ? readPlan((await check(work, [program, ...args])).stdout) : { upgrades: null, manual: [] }
    kept.plans.set(target, { authority: control.look.authority, plan: { at: Date.now(), kubeadm, ...told } })
    kept.changed()
  }

  async function look(job: JobContext): Promise<Node[]> {
    const nodes = await Promise.all(
      hosts.map(async (host, index) => ({ host, target: wish.targets[index] as TargetId, look: await lookAt(host, job.signal) })),
    )
    for (const [index, node] of nodes.entries()) {
      if (index === 0 ? node.look.kind !== 'control-plane' : node.look.kind === 'none' || node.look.kind === 'half')
        throw new AppError('kubeadm-no-control-plane', { target: node.host.name })
    }
    return nodes
  }

  async function upgradeNode(job: JobContext, version: string, control: Node, node: Node, isFirst: boolean): Promise<void> {
    const work = { host: node.host, job }
    const admin = { host: control.host, job }
    const { node: name } = node.look
    // The kubelet of the node before may still be starting the components of the control plane anew.
    const now = (await nodesOf(admin, patiently)).find((one) => one.name === name)
    const clusterDone = !isFirst || (await lookAt(control.host, job.signal)).cluster?.version === version
    if (clusterDone && now?.version === version && now.ready) {
      // Where the last one halted it may have been left without new pods; one that somebody else cordoned stays so.
      if (leftCordoned(deps, target, name)) await patiently(admin, kubeadmCommands.uncordon(name))
      return
    }
    // Before the API server may be away for a while.
    const stays = (await isCordoned(admin, name)) && !leftCordoned(deps, target, name)
    const folder = await folderOn(node, job)
    await place(version, work, folder, 'kubeadm')
    if (!isFirst) await checkLines(work, kubeadmCommands.upgradeNode(wish.ignore), () => {})
    else if (!clusterDone) await checkLines(work, kubeadmCommands.applyUpgrade(version, wish.ignore), () => {})
    drained = stays ? null : name
    await job.remember({ drained: drained ?? '' })
    await patiently(admin, kubeadmCommands.drain(name))
    await place(version, work, folder, 'kubelet')
    if (folder !== null) await place(version, work, folder, 'kubectl')
    await check(work, ['systemctl', 'daemon-reload'])
    await check(work, kubeadmCommands.restartKubelet())
    await waitFor(admin, name, version)
    if (!stays) await patiently(admin, kubeadmCommands.uncordon(name))
    drained = null
    await job.remember({ drained: '' })
  }

  /** Puts a program of the wished version where the present one is, whole or not at all. */
  async function place(
    version: string,
    work: Work & { readonly job: JobContext },
    folder: string | null,
    name: ProgramName,
  ): Promise<void> {
    if (folder === null) return mustHave(work, name, version)
    const source = posix.join(folder, name)
    await mustHave(work, source, version)
    const where = await work.host.run({ argv: ['sh', '-c', 'command -v -- "$1"', 'sh', name], root: true, quiet: true, timeoutMs: 10_000 })
    const path = where.stdout.trim()
    if (!path.startsWith('/')) throw new AppError('tool-absent', { tool: name })
    const fresh = `${path}.cove-${work.job.id}`
    await work.job.remember({ fresh, freshOn: work.host.id })
    try {
      await check(work, ['cp', '-L', '--', source, fresh])
      await check(work, ['chmod', '0755', '--', fresh])
      // The name and not what it may lead to: several programs can be one file.
      await check(work, ['mv', '-f', '-T', '--', fresh, path])
    } finally {
      await removeFiles(work, [fresh])
    }
  }

  return {
    kind: wish.apply ? 'kubeadm.upgrade' : 'kubeadm.plan-upgrade',
    subject: first.name,
    facts: { target, version: wish.version ?? '', nodes: hosts.length },
    key: hostKey(target),
    alsoKeys: wish.targets.slice(1).map(hostKey),
    steps: [
      { id: 'look-at-host', usualMs: 1_000 },
      { id: 'plan-upgrade', usualMs: 15_000 },
      ...(wish.apply
        ? ([
            { id: 'upgrade-first', usualMs: 90_000 },
            { id: 'upgrade-others', usualMs: 30_000 * Math.max(1, hosts.length - 1) },
          ] as const)
        : []),
    ],
    memory: { target, targets: wish.targets.join('\n') },
    run,
    cleanUp: (job) => letIn(first, job, drained),
  }
}

/** What was cut off in the middle: ended, and the drained node let in again if it is ready. The same upgrade once more goes on from there. */
export const reconcileUpgrade =
  (deps: KubeadmDeps): Reconcile =>
  async (job, memory) => {
    const host = await deps.targets.machine(memory['target'] as TargetId)
    const running: string[] = []
    for (const id of (memory['targets'] ?? '').split('\n')) {
      const one = await deps.targets.machine(id as TargetId).catch(() => null)
      if (one !== null) running.push(...(await stillRunning(one, job)))
    }
    // A drain that goes on would empty the node that is let in again.
    if (running.length > 0) return { state: 'interrupted', left: [...running, ...(memory['drained'] ? [cordoned(memory['drained'])] : [])] }
    if (memory['fresh']) await removeFiles({ host: await deps.targets.machine(memory['freshOn'] as TargetId), job }, [memory['fresh']])
    for (const line of (memory['fetched'] ?? '').split('\n')) {
      const [folder = '', id = ''] = line.split(/ (.*)/s)
      const one = await deps.targets.machine(id as TargetId).catch(() => null)
      if (one !== null) await removePrograms({ host: one, job }, folder)
    }
    return { state: 'interrupted', left: await letIn(host, job, memory['drained'] || null) }
  }

/** One that does not run is better left without new pods, and named. */
async function letIn(host: Host, job: { readonly id: string }, drained: string | null): Promise<string[]> {
  if (drained === null) return []
  const work = { host, job: { id: job.id, signal: new AbortController().signal } }
  const ready = await nodesOf(work).then(
    (nodes) => nodes.some((one) => one.name === drained && one.ready),
    () => false,
  )
  if (!ready) return [cordoned(drained)]
  await patiently(work, kubeadmCommands.uncordon(drained))
  return []
}

const cordoned = (node: string) => `node ${node} (cordoned)`

/** Whether the last upgrade that started on this control plane halted with this node left so. */
function leftCordoned({ jobs }: KubeadmDeps, target: TargetId, node: string): boolean {
  const last = jobs.list(500).find((job) => job.kind === 'kubeadm.upgrade' && job.facts['target'] === target && job.finishedAt !== null)
  return last?.left?.includes(cordoned(node)) ?? false
}

/** A new kubelet starts the components of its control plane anew, so that the API server may be away for a while. Everything else fails at once. */
async function patiently(...[work, argv, more]: Parameters<typeof check>): ReturnType<typeof check> {
  const end = performance.now() + 120_000
  for (;;) {
    try {
      return await check(work, argv, more)
    } catch (error) {
      const away =
        error instanceof AppError && error.code === 'command-failed' && isAway(String((error as AppError<'command-failed'>).facts.tail))
      if (!away || performance.now() > end) throw error
    }
    await sleep(2_000, undefined, { signal: work.job.signal })
  }
}

/** One that has just started forbids its administrator everything until it has read the roles. Pure. */
export const isAway = (said: string): boolean =>
  /was refused|connection refused|EOF|i\/o timeout|TLS handshake timeout|http2: client connection lost|etcdserver: |is forbidden: User "kubernetes-admin"/.test(
    said,
  )

/** kubeadm goes one minor version at a time, and never back: https://kubernetes.io/releases/version-skew-policy/#kubeadm. Throws `kubeadm-upgrade-skips`. Pure. */
export function mayUpgrade(from: string, to: string): void {
  const [old, wanted] = [from, to].map((version) => /^v(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number))
  const refused = () => new AppError('kubeadm-upgrade-skips', { from, to })
  if (old === undefined || wanted === undefined) throw refused()
  const [minor, next] = [old[1] ?? 0, wanted[1] ?? 0]
  if (old[0] !== wanted[0] || next < minor || next > minor + 1 || (next === minor && (wanted[2] ?? 0) < (old[2] ?? 0))) throw refused()
}

/** The very version, before anything of the host is changed. Throws `tool-absent`, `kubeadm-program-version`. */
async function mustHave(work: Work, program: string, version: string): Promise<void> {
  const { found, commandId } = await versionOf(work, program)
  if (found !== version) throw new AppError('kubeadm-program-version', { program, found, wanted: version }, { commandId })
}

/** Throws `tool-absent`. */
async function versionOf({ host, job }: Work, program: string): Promise<{ readonly found: string; readonly commandId: string }> {
  const name = posix.basename(program)
  const args = name === 'kubelet' ? ['--version'] : name === 'kubectl' ? ['version', '--client'] : ['version', '--output=short']
  const said = await host.run({ argv: [program, ...args], root: true, jobId: job.id, timeoutMs: 30_000, signal: job.signal })
  const found = /v\d+\.\d+\.\d+[\w.+-]*/.exec(said.stdout)?.[0] ?? null
  if (found === null) throw new AppError('tool-absent', { tool: name }, { commandId: said.id })
  return { found, commandId: said.id }
}

/** Before, it says a plan only for people to read: https://github.com/kubernetes/kubernetes/blob/v1.30.0/cmd/kubeadm/app/apis/output/v1alpha3/types.go */
const saysJson = (kubeadm: string): boolean => Number(/^v1\.(\d+)/.exec(kubeadm)?.[1] ?? 0) >= 30

/** Throws `command-output-unreadable`. */
function readPlan(text: string): ReturnType<typeof parseUpgradePlan> {
  try {
    return parseUpgradePlan(text)
  } catch (cause) {
    throw new AppError('command-output-unreadable', { command: 'kubeadm upgrade plan', reason: String(cause).slice(0, 400) }, { cause })
  }
}

async function nodesOf(work: Work, ask: typeof check = check) {
  return parseNodes((await ask(work, kubeadmCommands.nodes(), { quiet: true, timeoutMs: 15_000 })).stdout)
}

/** Somebody took it out of service: an upgrade does not let it in again. */
async function isCordoned(work: Work, name: string): Promise<boolean> {
  const argv = ['kubectl', `--kubeconfig=${adminConf}`, 'get', 'node', name, '--output=jsonpath={.spec.unschedulable}'] as const
  return (await patiently(work, argv, { quiet: true, timeoutMs: 15_000 })).stdout.trim() === 'true'
}

/** Until the kubelet says its new version and is ready. The API server may be on its way back. Throws `nodes-not-ready`. */
async function waitFor(work: Work, name: string, version: string): Promise<void> {
  const end = performance.now() + 300_000
  while (performance.now() < end) {
    const nodes = await nodesOf(work).catch(() => [])
    if (nodes.some((one) => one.name === name && one.ready && one.version === version)) return
    await sleep(1_000, undefined, { signal: work.job.signal })
  }
  throw new AppError('nodes-not-ready', { cluster: name, seconds: 300 })
}
