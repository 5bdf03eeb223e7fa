import { parseAllDocuments } from 'yaml'
import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition, Reconcile } from '../jobs/types.ts'
import { checkLines, putJobFile, removeFiles, stillRunning } from './host.ts'
import { findLeftovers } from './leftovers.ts'
import { authorityIn } from './join-command.ts'
import { lookAt, serverOf } from './look.ts'
import { initSteps, phaseReader } from './phases.ts'
import { contextsTo, takeContext } from './take-context.ts'
import { type Host, hostKey, type KubeadmDeps } from './types.ts'
import { type Undo, undoOnHost } from './undo.ts'

export type InitWish = { readonly target: TargetId; readonly document: string; readonly ignore: readonly string[] }

const steps: JobDefinition['steps'] = [{ id: 'look-at-host', usualMs: 500 }, ...initSteps, { id: 'add-context', usualMs: 500 }]

/** The job that makes a control plane of a host. A cancel takes all of it back; a failure leaves it as it is, for people to look into and reset. */
export function initJob(deps: KubeadmDeps, host: Host, wish: InitWish): JobDefinition {
  const { kubeconfig } = deps
  const podSubnet = podSubnetIn(wish.document)
  const criSocket = criSocketIn(wish.document)
  /** What was there before; null: nothing has been begun. */
  let before: readonly string[] | null = null

  async function run(job: JobContext) {
    const work = { host, job }
    await job.step('look-at-host', async () => {
      await mustBeClean(host, job.signal)
      await kubeconfig.checkWritable()
      before = (await findLeftovers(host, { podSubnet }, job.signal)).map((one) => one.id)
      await job.remember({ begun: 'yes', before: before.join('\n'), podSubnet: podSubnet ?? '', criSocket: criSocket ?? '' })
    })
    const config = await putJobFile(work, 'config.yaml', wish.document)
    try {
      const next = phaseReader('init', initSteps)
      await checkLines(work, kubeadmCommands.init(config, wish.ignore), (line) => {
        const step = next(line)
        if (step !== null) job.enter(step)
      })
    } finally {
      await removeFiles(work, [config])
    }
    job.leave('install-add-ons')
    await job.remember({ made: 'yes' })
    return job.step('add-context', async () => {
      const { context, server, reachable } = await takeContext(deps, host, job.signal)
      return { context: context.name, file: context.file, server, reachable: reachable ? 'yes' : 'no', target: wish.target }
    })
  }

  return {
    kind: 'kubeadm.init',
    subject: host.name,
    facts: { target: wish.target },
    key: hostKey(wish.target),
    steps,
    undo: [`kubeadm ${host.name}`],
    memory: { target: wish.target },
    run,
    cleanUp: async (job, why) => {
      if (before === null) return []
      if (why === 'failed') return (await lookAt(host)).signs
      return undo(deps, host, job, { before, podSubnet, criSocket })
    },
  }
}

/** An init of a killed Cove: what had been made whole is taken into the kubeconfig; everything else is taken back. */
export const reconcileInit =
  (deps: KubeadmDeps): Reconcile =>
  async (job, memory) => {
    if (memory['begun'] !== 'yes') return { state: 'interrupted', left: [] }
    const host = await deps.targets.machine(memory['target'] as TargetId)
    if (memory['made'] === 'yes' && job.state !== 'cancelling') {
      const { context, server, reachable } = await takeContext(deps, host)
      const result = { context: context.name, file: context.file, server, reachable: reachable ? 'yes' : 'no' }
      return { state: 'succeeded', left: [], result: { ...result, target: memory['target'] ?? '' } }
    }
    const left = await undo(deps, host, job, {
      before: (memory['before'] ?? '').split('\n'),
      podSubnet: memory['podSubnet'] || null,
      criSocket: memory['criSocket'] || null,
    })
    return { state: 'interrupted', left }
  }

async function undo(deps: KubeadmDeps, host: Host, job: { readonly id: string }, what: Undo): Promise<string[]> {
  const running = await stillRunning(host, job)
  if (running.length > 0) return running
  // It may have got as far as the kubeconfig: the address is read before it is gone.
  const admin = await host.readFile('/etc/kubernetes/admin.conf', { root: true })
  const server = serverOf(admin ?? '')
  const left = await undoOnHost(host, job, what)
  if (server === null) return left
  const { found, unsure } = await contextsTo(deps, host, { server, authority: authorityIn(admin ?? '') })
  for (const context of found) await deps.kubeconfig.remove(context, `kubeadm init ${host.name} cancelled`)
  return [...left, ...unsure.map(({ name }) => `context ${name}`)]
}

/** Version of the kubeadm there. Throws `tool-absent`, `kubeadm-not-clean`: what is there is somebody's, and a cancel would take it away. */
export async function mustBeClean(host: Host, signal?: AbortSignal): Promise<string> {
  const { kind, programs } = await lookAt(host, signal)
  if (programs.kubeadm === null) throw new AppError('tool-absent', { tool: 'kubeadm' })
  if (kind !== 'none') throw new AppError('kubeadm-not-clean', { target: host.name, state: kind })
  return programs.kubeadm
}

/** `networking.podSubnet` of a ClusterConfiguration; null where none says it, or it cannot be read. Pure. */
export const podSubnetIn = (document: string): string | null => saidIn(document, 'ClusterConfiguration', ['networking', 'podSubnet'])

/** `nodeRegistration.criSocket` of an InitConfiguration; null as above. Pure. */
export const criSocketIn = (document: string): string | null => saidIn(document, 'InitConfiguration', ['nodeRegistration', 'criSocket'])

function saidIn(document: string, kind: string, path: readonly [string, string]): string | null {
  try {
    for (const one of parseAllDocuments(document)) {
      const value = one.toJS() as Record<string, Record<string, unknown> | null | undefined> | null
      const said = value?.[path[0]]?.[path[1]]
      if ((value?.['kind'] as unknown) === kind && typeof said === 'string' && said !== '') return said
    }
  } catch {
    // kubeadm says better what is wrong with it.
  }
  return null
}
