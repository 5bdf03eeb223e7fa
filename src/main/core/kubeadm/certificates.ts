import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import type { JobDefinition, Reconcile } from '../jobs/types.ts'
import { check, stillRunning } from './host.ts'
import { authorityIn } from './join-command.ts'
import { lookAt, serverOf } from './look.ts'
import { aside, putBack, restartComponents, waitForApi } from './restart.ts'
import { contextsTo, takeContext } from './take-context.ts'
import { type Host, hostKey, type KubeadmDeps } from './types.ts'

/** The job that renews all certificates of a control plane and restarts what uses them. A cancel puts back manifests that were taken away; what was renewed stays. */
export function renewJob(deps: KubeadmDeps, host: Host, target: TargetId): JobDefinition {
  return {
    kind: 'kubeadm.renew-certificates',
    subject: host.name,
    facts: { target },
    key: hostKey(target),
    join: true,
    steps: [
      { id: 'look-at-host', usualMs: 500 },
      { id: 'renew-certificates', usualMs: 2_000 },
      { id: 'restart-components', usualMs: 35_000 },
      { id: 'wait-api', usualMs: 1_000 },
      { id: 'add-context', usualMs: 300 },
    ],
    memory: { target },
    run: async (job) => {
      const work = { host, job }
      await job.step('look-at-host', async () => {
        if ((await lookAt(host, job.signal)).kind !== 'control-plane') throw new AppError('kubeadm-no-control-plane', { target: host.name })
      })
      await job.step('renew-certificates', () => check(work, kubeadmCommands.renewCertificates()))
      await job.step('restart-components', () => restartComponents(work, job))
      await job.step('wait-api', () => waitForApi(work))
      // The certificate of the administrator is among those renewed; the old one in the person's kubeconfig would end one day.
      const conf = (await host.readFile('/etc/kubernetes/admin.conf', { root: true })) ?? ''
      const server = serverOf(conf)
      if (server !== null && (await contextsTo(deps, host, { server, authority: authorityIn(conf) })).found.length > 0)
        await job.step('add-context', () => takeContext(deps, host, job.signal))
      else job.skip('add-context')
      return { target }
    },
    cleanUp: (job) => putBack(host, job),
  }
}

export const reconcileRenew =
  (deps: KubeadmDeps): Reconcile =>
  async (job, memory) => {
    const host = await deps.targets.machine(memory['target'] as TargetId)
    const running = await stillRunning(host, job)
    // Where manifests may lie that nobody puts back.
    if (running.length > 0) return { state: 'interrupted', left: [...running, aside(job)] }
    return { state: 'interrupted', left: await putBack(host, job) }
  }
