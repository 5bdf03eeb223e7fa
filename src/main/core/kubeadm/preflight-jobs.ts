import { randomBytes } from 'node:crypto'
import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { PreflightFinding } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import { createRedactor } from '../exec/redact.ts'
import type { JobDefinition, Reconcile } from '../jobs/types.ts'
import type { TargetCommand } from '../targets/types.ts'
import { kubeadmVersion } from './config/program.ts'
import { joinDocument } from './documents.ts'
import { type Work, withConfig } from './host.ts'
import { parseJoinCommand } from './join-command.ts'
import type { JoinWish } from './join.ts'
import { forgetToken, joinLine, tokenSteps } from './join-token.ts'
import { parsePreflight } from './preflight.ts'
import { reconcileSimple } from './simple-jobs.ts'
import { type Findings, type Host, hostKey, type KubeadmDeps } from './types.ts'

/** Where what was found is kept, and who is told. */
type Kept = { readonly findings: Findings; readonly changed: () => void }

/** The checks of init and nothing else. It succeeds also where they find problems: that is what it is for. */
export function preflightJob(host: Host, target: TargetId, document: string | null, kept: Kept): JobDefinition {
  return {
    ...common(host, target, 'init'),
    join: true,
    steps: [{ id: 'preflight', usualMs: 2_000 }],
    run: async (job) => {
      const ask = (file: string | null) => checksOf({ host, job }, kubeadmCommands.preflight(file, []))
      const found = await job.step('preflight', () => withConfig({ host, job }, document, ask))
      return noted(kept, target, 'init', found)
    },
  }
}

/** The checks of join, which asks the cluster for its configuration: through a token that is taken back, where `via` is a control plane. As a control plane it pulls the images too; nothing else is changed. */
export function joinPreflightJob(host: Host, via: Host | null, wish: Omit<JoinWish, 'ignore'>, kept: Kept): JobDefinition {
  const given = wish.via.kind === 'command' ? parseJoinCommand(wish.via.command) : null
  return {
    ...common(host, wish.target, 'join'),
    steps: [...(via === null ? [] : tokenSteps), { id: 'preflight', usualMs: 2_000 }],
    memory: { via: wish.via.kind === 'target' ? wish.via.target : '' },
    run: async (job) => {
      let token: string | null = null
      try {
        const made = given ?? (await joinLine(via as Host, host, job, (id) => (token = id)))
        const controlPlane = given?.controlPlane ?? wish.controlPlane
        // The join uploads certificates under a key of its own; that there is one is all that the checks ask.
        const certificateKey = given === null && controlPlane ? randomBytes(32).toString('hex') : made.certificateKey
        const to = { ...made, certificateKey }
        const found = await job.step('preflight', async () => {
          const document = joinDocument(await kubeadmVersion(host, job.signal), { ...to, controlPlane }, { criSocket: wish.criSocket })
          const secrets = [to.token, ...(to.certificateKey === null ? [] : [to.certificateKey])]
          return withConfig({ host, job }, document, (file) =>
            checksOf({ host, job }, kubeadmCommands.joinPreflight(file ?? '', []), secrets),
          )
        })
        return noted(kept, wish.target, 'join', found)
      } finally {
        await forgetToken(via, job, token)
      }
    },
  }
}

/** What a killed Cove left of it: its file, what still runs, and the token of a join. */
export const reconcilePreflight =
  (deps: KubeadmDeps): Reconcile =>
  async (job, memory) => {
    const via = memory['via'] ? await deps.targets.machine(memory['via'] as TargetId).catch(() => null) : null
    await forgetToken(via, job, memory['token'] ?? null)
    return reconcileSimple(deps)(job, memory)
  }

const common = (host: Host, target: TargetId, of: 'init' | 'join') =>
  ({ kind: 'kubeadm.preflight', subject: host.name, facts: { target, of }, key: hostKey(target) }) as const

function noted({ findings, changed }: Kept, target: TargetId, of: 'init' | 'join', found: PreflightFinding[]) {
  findings.set(target, { at: Date.now(), of, findings: found })
  changed()
  const count = (level: 'problem' | 'warning') => String(found.filter((one) => one.level === level).length)
  return { target, problems: count('problem'), warnings: count('warning') }
}

/** Throws `cancelled`; `kubeadm-configuration` where it failed on something that is no check: the configuration, a cluster that does not answer. */
async function checksOf({ host, job }: Work, argv: TargetCommand['argv'], secrets: readonly string[] = []): Promise<PreflightFinding[]> {
  const result = await host.run({ argv, root: true, jobId: job.id, signal: job.signal, timeoutMs: 300_000, secrets })
  if (result.cancelled) throw new AppError('cancelled', {}, { commandId: result.id })
  const said = `${result.stdout}\n${result.stderr}`
  const found = parsePreflight(said)
  if (result.exitCode === 0 || found.some((one) => one.level === 'problem')) return found
  const redactor = createRedactor(secrets)
  const lines = said.trim().split('\n').slice(-8)
  const reason = lines.map((line) => redactor.line(line)).join('\n') || 'kubeadm said nothing'
  throw new AppError('kubeadm-configuration', { reason }, { commandId: result.id })
}
