import { AppError } from '../error.ts'
import { commandFailure } from '../exec/command-failure.ts'
import type { JobContext, JobDefinition, Reconcile } from '../jobs/types.ts'
import { mustBeClean } from '../kubeadm/init.ts'
import { hashOrNull } from '../kubeadm/join-command.ts'
import { jobFile, removeFiles, stillRunning } from '../kubeadm/host.ts'
import { joinCluster, uploadFile, wayIn, wayInSteps } from '../kubeadm/join-cluster.ts'
import { forgetToken } from '../kubeadm/join-token.ts'
import { lookAt } from '../kubeadm/look.ts'
import { joinSteps } from '../kubeadm/phases.ts'
import { stillThere, takeOff } from '../kubeadm/take-off.ts'
import { type Host, hostKey } from '../kubeadm/types.ts'
import { kubeletConfig, replaceKubeletConfig } from '../runtimes/kubelet-config-map.ts'
import { look } from '../runtimes/look.ts'
import { drain, type NodeWork, start, stop, tryAgain, waitMoved, waitReady } from '../runtimes/migration-node.ts'
import { servedBy } from '../runtimes/read-look.ts'
import { writeFiles } from '../runtimes/write-files.ts'
import { lookAtReplaced } from './look-at-node.ts'
import { nodeObjectSchema } from './node-object.ts'
import { hasMember } from './etcd-member.ts'
import { canGoBack, type GoneNode, nodeOf, type ReplacementDeps, type StoredReplacement } from './replacement-store.ts'
import { takeBack } from './take-back-job.ts'

/** What a cancel or a failure leaves of a token, a join or their files, on both machines. */
type Traces = { readonly host: Host; readonly via: Host; readonly token: string | null }

/**
 * The safer way to another cgroup driver, https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/configure-cgroup-driver/#migrating-to-the-systemd-driver: the
 * node leaves its cluster, its machine is reset, its runtime changed, and it joins anew under its name. Until the reset all of it can be taken back, and a cancel
 * does; from there on it halts, and the way is to go on.
 */
export function replaceJob(deps: ReplacementDeps): JobDefinition {
  const { record, host, via, kube, controlPlane, save } = deps
  const { spec } = record
  const { driver } = spec
  let token: string | null = null
  let leftBehind = ''

  async function run(job: JobContext): Promise<Record<string, string>> {
    record.state = 'running'
    record.jobId = job.id
    await save()
    const on: NodeWork = { ...deps, target: host, jobId: job.id, signal: job.signal }
    const begin = async (step: StoredReplacement['step']) => {
      job.signal.throwIfAborted()
      record.step = step
      await save()
    }
    const at = record.step
    const [node, isThere] = await job.step('migrate-look', () => lookAgain(job, on))
    if (canGoBack(record)) {
      job.undo([node.name])
      await begin('config-map')
      await job.step('migrate-config-map', () => setConfigMap(job))
      await begin('drain')
      await job.step('migrate-drain', () => drain(on, node.name, spec.drain))
    } else {
      job.skip('migrate-config-map')
      job.skip('migrate-drain')
    }
    const isBack = at === 'restore' || at === 'check' || ((at === 'runtime' || at === 'join') && isThere)
    if (isBack) skipTo(job, node)
    else await makeAnew(job, on, node, begin)
    await begin('restore')
    await job.step('restore-node', () => restore(on, node))
    await begin('check')
    await job.step('wait-node', () => waitReady(on, node.name, null))
    await job.step('check-drivers', () => checkDrivers(job, on, node))
    record.state = 'done'
    await save()
    return { replacementId: record.id, ...(leftBehind === '' ? {} : { leftBehind }) }
  }

  /** The node as it is to be made anew, and whether it is there already. Hours may lie between two rounds: what was safe in the first is looked at again. */
  async function lookAgain(job: JobContext, on: NodeWork): Promise<[GoneNode, boolean]> {
    const { node } = record
    if (node !== null && !canGoBack(record)) return [node, await isThereAgain(node, job)]
    try {
      const seen = (await lookAtReplaced({ ...on, host, via }, driver)).node
      // It was Cove that cordoned it since.
      record.node = { ...seen, cordoned: node?.cordoned ?? seen.cordoned }
      return [record.node, false]
    } catch (error) {
      const isUnfit = error instanceof AppError && (error.code === 'replacement-refused' || error.code === 'migration-node-unfit')
      throw node !== null && isUnfit ? stopped(node, String(error.facts['reason' as never])) : error
    }
  }

  async function setConfigMap(job: JobContext): Promise<void> {
    const call = { jobId: job.id, signal: job.signal }
    // Gone on with, it may be another one than before: what somebody wrote there since stays, with the driver.
    const now = await kubeletConfig(kube, driver, call)
    if (record.configMap === null || now.before !== now.after) record.configMap = now
    await save()
    if (!(await replaceKubeletConfig(kube, now.before, now.after, call)))
      throw new AppError('host-file-changed', { path: 'kube-system/kubelet-config', target: nodeOf(record) })
  }

  async function makeAnew(job: JobContext, on: NodeWork, node: GoneNode, begin: (step: StoredReplacement['step']) => Promise<void>) {
    // A join that broke off leaves half a node, with which the next one would not begin.
    if (canGoBack(record) || record.step === 'reset' || (record.step === 'join' && (await lookAt(host, job.signal)).kind !== 'none')) {
      await begin('reset')
      job.undo([])
      await offCluster(job, node)
    } else for (const step of ['reset-host', 'forget-node', 'remove-leftovers', 'verify-gone'] as const) job.skip(step)
    await begin('runtime')
    await job.step('set-driver', async () => {
      // Somebody may have set it back since, and the kubelet takes what it says.
      await setConfigMap(job)
      await stop(on, node.units)
      await writeFiles(on, node.files)
      await start(on, node.units)
    })
    await begin('join')
    const kubeadm = await mustBeClean(host, job.signal)
    const to = await wayIn(via, host, job, { controlPlane: node.controlPlane, made: (id) => (token = id) })
    const { name, criSocket, taints, kubeletArgs, advertise } = node
    await joinCluster(
      host,
      job,
      { ...to, controlPlane: node.controlPlane },
      { kubeadm, registration: { name, criSocket, taints, kubeletArgs, advertise }, ignore: spec.ignore },
    )
    await forgetToken(via, job, token)
  }

  async function offCluster(job: JobContext, node: GoneNode): Promise<void> {
    const of = { podSubnet: node.podSubnet, authority: node.authority, keep: [] }
    const wasUnsure = record.memberUnsure
    record.memberUnsure = node.etcd
    await save()
    const isLeft = await takeOff({ host, via, job }, { node: node.name, leftovers: spec.leftovers, of, criSocket: node.criSocket })
    // A second reset knows nothing of its cluster any more, and says nothing of the member that the first may have left.
    if (node.etcd && (wasUnsure || isLeft) && (await hasMember(kube, (await lookAt(via, job.signal)).node, node, job.signal)))
      throw new AppError('etcd-member-left', { node: node.name })
    record.memberUnsure = false
    await job.step('verify-gone', async () => {
      const left = await stillThere(host, spec.leftovers, of)
      const inTheWay = left.filter((one) => one.byReset)
      if (inTheWay.length > 0) throw new AppError('left-behind', { what: namesOf(inTheWay) })
      // The rest is in no join's way, and is not worth a machine that stays out of its cluster.
      leftBehind = namesOf(left)
    })
  }

  /**
   * It was joined again, by Cove or by somebody: the Node is there, and it is this machine's. Throws `replacement-stopped` where the machine or the name has meanwhile
   * come to be another's.
   */
  async function isThereAgain(node: GoneNode, job: JobContext): Promise<boolean> {
    const seen = await lookAt(host, job.signal)
    // Half a node says its authority only here.
    const authority = seen.authority ?? hashOrNull(await host.readFile('/etc/kubernetes/pki/ca.crt', { root: true }))
    if (authority !== null && node.authority !== null && authority !== node.authority) throw stopped(node, 'joined-elsewhere')
    const object = await kube
      .json(['get', 'node', '-o=json', '--', node.name], nodeObjectSchema, { signal: job.signal })
      .catch((error: unknown) => {
        // Of a cluster that does not answer it is not known, and a machine that may be in it is not reset on that.
        if (error instanceof AppError && error.code === 'command-failed' && /\(NotFound\)/.test(String(error.facts['tail' as never])))
          return null
        throw error
      })
    if (object === null) return false
    const machineId = (await host.readFile('/etc/machine-id', { root: true }))?.trim() ?? ''
    const { machineID } = object.status.nodeInfo
    if (machineId !== '' && machineID !== '' && machineId !== machineID) throw stopped(node, 'other-machine')
    const isReady = object.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
    return isReady && (seen.kind === 'worker' || seen.kind === 'control-plane')
  }

  function skipTo(job: JobContext, node: GoneNode): void {
    job.undo([])
    for (const { id } of [...offSteps, setStep, ...wayInSteps(node.controlPlane), ...joinSteps(node.controlPlane)]) job.skip(id)
  }

  /** Before pods come: the network plugin has just begun to make the node ready. Taints are there already, with the join. */
  async function restore(on: NodeWork, { name, labels, absentLabels, cordoned }: GoneNode): Promise<void> {
    const told = (args: readonly [string, ...string[]]) =>
      tryAgain(on, async () => {
        const result = await kube.run(args, { jobId: on.jobId, signal: on.signal, timeoutMs: 30_000 })
        if (result.exitCode !== 0 || result.cancelled) throw commandFailure(result)
      })
    const pairs = [...Object.entries(labels).map(([key, value]) => `${key}=${value}`), ...absentLabels.map((key) => `${key}-`)]
    if (pairs.length > 0) await told(['label', '--overwrite', 'node', '--', name, ...pairs])
    if (cordoned) await told(['cordon', '--', name])
  }

  async function checkDrivers(job: JobContext, on: NodeWork, { name }: GoneNode): Promise<void> {
    await waitMoved(on, name, driver, (moved, count) =>
      job.progress('check-drivers', count === 0 ? null : moved / count, { node: name, moved, count }),
    )
    const seen = await look(host, job.signal)
    const runtime = servedBy(seen.kubelet.endpoint, seen.runtimes)?.driver ?? null
    const kubelet = seen.kubelet.effective
    if (kubelet !== driver || runtime !== driver) throw new AppError('drivers-differ', { node: name, driver, kubelet, runtime })
  }

  return {
    kind: 'cgroup.replace',
    subject: nodeOf(record),
    facts: { driver, target: spec.target },
    key: hostKey(spec.target),
    alsoKeys: [hostKey(spec.via)],
    alike: controlPlane ? 'control-plane' : 'worker',
    steps: [
      { id: 'migrate-look', usualMs: 3_000 },
      { id: 'migrate-config-map', usualMs: 1_000 },
      { id: 'migrate-drain', usualMs: 15_000 },
      ...offSteps,
      setStep,
      ...wayInSteps(controlPlane),
      ...joinSteps(controlPlane),
      { id: 'restore-node', usualMs: 500 },
      { id: 'wait-node', usualMs: 15_000 },
      { id: 'check-drivers', usualMs: 10_000 },
    ],
    memory: { replacementId: record.id },
    run,
    cleanUp: async (job, why) => {
      const left = await removeTraces({ host, via, token }, job)
      // Nothing was begun: there is nothing to go on with.
      record.state = record.step === 'look' ? 'taken-back' : 'halted'
      await save()
      if (record.state === 'taken-back' || left.length > 0) return left
      if (why === 'failed' || !canGoBack(record)) return [nodeOf(record)]
      try {
        await takeBack(deps, { ...deps, target: host, jobId: job.id, signal: job.signal })
        return []
      } catch (error) {
        console.error('a node could not be let in again after a cancel:', error)
        return [nodeOf(record)]
      }
    },
  }
}

/** One of a killed Cove has halted: what it left running is ended, its token and its files are gone. */
export async function reconcileReplacement(
  { record, host, via, save }: Pick<ReplacementDeps, 'record' | 'host' | 'via' | 'save'>,
  ...[job, memory]: Parameters<Reconcile>
): ReturnType<Reconcile> {
  const left = await removeTraces({ host, via, token: memory['token'] ?? null }, job)
  if (record.state === 'done' || record.state === 'taken-back') return { state: 'succeeded', left, result: { replacementId: record.id } }
  record.state = record.step === 'look' ? 'taken-back' : 'halted'
  await save()
  return { state: 'interrupted', left: record.state === 'halted' && left.length === 0 ? [nodeOf(record)] : left }
}

const namesOf = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name).join(', ')

/** It does not go on, and what was done stays as it is. */
const stopped = ({ name }: GoneNode, reason: string) => new AppError('replacement-stopped', { node: name, reason })

const offSteps = [
  { id: 'reset-host', usualMs: 3_000 },
  { id: 'forget-node', usualMs: 500 },
  { id: 'remove-leftovers', usualMs: 1_000 },
  { id: 'verify-gone', usualMs: 500 },
] as const satisfies JobDefinition['steps']
const setStep = { id: 'set-driver', usualMs: 3_000 } as const

/** What may still run, for people. */
async function removeTraces({ host, via, token }: Traces, job: { readonly id: string }): Promise<string[]> {
  await forgetToken(via, job, token)
  const running = [...(await stillRunning(host, job)), ...(await stillRunning(via, job))]
  await removeFiles({ host, job }, [jobFile(job, 'config.yaml')])
  await removeFiles({ host: via, job }, [jobFile(job, uploadFile)])
  return running
}
