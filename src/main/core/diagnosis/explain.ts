import type { Finding } from '#shared/contract/findings.ts'
import type { ErrorCode } from '#shared/messages/error-facts.ts'
import { AppError, errorShape, type Facts } from '../error.ts'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'
import type { Explain, JobContext } from '../jobs/types.ts'
import type { ProviderName } from '../providers/provider.ts'
import { actionOf } from './action.ts'
import { type CollectOptions, collectEvidence } from './collect.ts'
import { diagnose } from './diagnose.ts'
import { keepEvidence } from './evidence-file.ts'

export type ExplainDeps = { readonly exec: Exec; readonly engines: Engines; readonly dataDir: string }

/** What a job works on, as far as it is known when it is asked. */
export type Subject = {
  readonly provider: ProviderName
  readonly cluster: string
  readonly image: string | null
  /** Containers that are its nodes, control planes first. */
  readonly nodes: readonly string[]
  /** Subnets that it was asked to have. */
  readonly subnets?: readonly string[]
}

/** Causes that say all there is to say, found before anything was made: nothing need be looked at. */
const settled =
  /^(?:name-|port-|tool-|download-|kubeconfig-|context-|engine-|document-|profile-|settings-|file-|busy$|bad-input$|not-found$|cancelled$|image-invalid$|image-not-found$|kubernetes-needs|kubernetes-unsupported|disk-full$|proxy-unsupported$|left-behind$|cannot-)/
/** Where it failed, not why. */
const general = /^(?:command-|internal$|kubeadm-failed$|node-not-booted$|nodes-not-ready$|dns-not-ready$|api-|image-pull-failed$)/
const commandBytes = 200_000

/** For `JobDefinition.explain`: causes of a failure, and of a step that takes very long, of any job on a cluster. */
export function explainJob(deps: ExplainDeps, subject: () => Subject): Explain {
  return {
    failure: (error, job) => explainFailure(deps, subject(), error, job),
    slow: async (_step, job, signal) => {
      const evidence = await collect(deps, subject(), await runningCommand(deps.exec, job.id), job, signal)
      if (signal.aborted) return []
      await keepEvidence(deps.dataDir, job.id, evidence)
      // The work may still succeed: what would be its end is only what may hold it up.
      return diagnose(evidence).map((one) => ({ ...one, level: one.level === 'problem' ? ('warning' as const) : one.level }))
    },
  }
}

/**
 * Why a job failed. Looks at tool, nodes, engine and machine while they are still there (at most 20 s, ended by a cancel) and keeps what it read for the
 * report. `error` is the best cause that is sure, with the original as its `cause`; null: the original stands. Null as a whole: nobody asked for a reason.
 */
export async function explainFailure(
  deps: ExplainDeps,
  subject: Subject,
  error: unknown,
  job: JobContext,
): Promise<{ readonly error: AppError | null; readonly findings: readonly Finding[] } | null> {
  if (job.signal.aborted || (error instanceof AppError && error.code === 'cancelled')) return null
  const shape = errorShape(error)
  const own: Finding = { level: 'problem', cause: shape.code, facts: shape.facts, sure: 'sure', evidence: [], action: actionOf(shape.code) }
  if (settled.test(shape.code)) return { error: null, findings: [own] }
  return job.step('find-cause', async () => {
    const evidence = await collect(
      deps,
      subject,
      shape.commandId === null ? null : await output(deps.exec, shape.commandId),
      job,
      job.signal,
    )
    await keepEvidence(deps.dataDir, job.id, evidence)
    const findings = diagnose(evidence)
    const [best] = findings
    if (best === undefined || best.level !== 'problem' || best.sure !== 'sure') {
      const others = findings.filter((one) => one.cause !== shape.code)
      return { error: null, findings: general.test(shape.code) ? findings : [own, ...others] }
    }
    // What the tool's own words said of the same cause and the rule did not see.
    const facts = best.cause === shape.code ? merged(best.facts, shape.facts) : best.facts
    const cause = new AppError(best.cause, facts as Facts<ErrorCode>, { cause: error, commandId: shape.commandId })
    return { error: cause, findings: [{ ...best, facts }, ...findings.slice(1)] }
  })
}

const merged = (a: Finding['facts'], b: Finding['facts']): Finding['facts'] => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).filter(([key, value]) => value !== null && (a[key] ?? null) === null)),
})

async function collect(
  { exec, engines }: ExplainDeps,
  subject: Subject,
  command: CollectOptions['command'],
  job: JobContext,
  signal: AbortSignal,
) {
  const engine = await engines.require().catch(() => null)
  const endpoint = engine?.engine.endpoint ?? null
  return collectEvidence({
    exec,
    ...subject,
    docker: engine?.docker ?? null,
    local: endpoint === null || /^(?:unix|npipe):/.test(endpoint),
    command: command ?? null,
    since: job.startedAt,
    signal,
  })
}

/** What a command of the journal printed, its end. */
async function output(exec: Exec, id: string): Promise<CollectOptions['command']> {
  const command = exec.command(id)
  if (command === undefined) return null
  const { totalBytes } = await exec.output(id, 0, 1)
  const { text } = await exec.output(id, Math.max(0, totalBytes - commandBytes), commandBytes)
  // Quiet commands leave no file.
  return { argv: command.argv, exitCode: command.exitCode, signal: command.signal, text: text === '' ? command.tail.join('\n') : text }
}

/** What the tool has said until now. */
async function runningCommand(exec: Exec, jobId: string): Promise<CollectOptions['command']> {
  const running = exec.commands({ jobId, limit: 20 }).find((command) => command.state === 'running')
  return running === undefined ? null : output(exec, running.id)
}
