import { hostname, release, userInfo } from 'node:os'
import type { Command, Job } from '#shared/contract/jobs.ts'
import type { Engine, Tool } from '#shared/contract/toolchain.ts'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import { anonymous } from './anonymous.ts'
import type { Evidence } from './evidence.ts'
import { readEvidence } from './evidence-file.ts'
import { lastBytes } from './text.ts'

const reportBytes = 2_000_000
const outputBytes = 40_000
const textBytes = 60_000

export type ReportDeps = {
  readonly exec: Pick<Exec, 'commands' | 'output'>
  readonly job: (id: string) => Job | undefined
  readonly tools: () => readonly Tool[]
  readonly engine: () => Engine
  readonly dataDir: string
  readonly homeDir: string
  /** Of Cove. */
  readonly version: string
  readonly host: string
}

/**
 * Everything about a job that somebody who is to help needs, as one text of at most 2 MB: versions, findings, steps, commands with the end of their output,
 * logs of the nodes as they were when it failed. Without secrets and without the names of this user and machine. Throws `not-found`.
 */
export async function jobReport(deps: ReportDeps, id: string): Promise<{ readonly name: string; readonly text: string }> {
  const job = deps.job(id)
  if (job === undefined) throw new AppError('not-found', { what: 'job', name: id })
  const commands = deps.exec.commands({ jobId: id, limit: 200 }).reverse()
  const evidence = await readEvidence(deps.dataDir, id)
  const outputs = await Promise.all(commands.map((command) => endOf(deps.exec, command)))
  const clean = anonymous({ homeDir: deps.homeDir, user: userName(), host: hostname() })
  const parts = [
    head(deps, job),
    section('Versions', versions(deps)),
    section('Findings', findings(job)),
    section(
      'Steps',
      job.steps.map(
        (step) =>
          `${step.state.padEnd(9)} ${step.id}${step.tookMs === null ? '' : `  ${Math.round(step.tookMs)} ms`}${factsOf(step.facts)}`,
      ),
    ),
    ...(evidence === null ? [] : [section('Nodes, engine and machine', state(evidence))]),
    ...commands.map((command, index) => section(commandHead(command), [outputs[index] ?? ''])),
    ...(evidence?.texts ?? []).map((text) => section(`${text.source} ${text.name}`, [lastBytes(text.text, textBytes)])),
  ].map(clean)
  return { name: fileName(job), text: bounded(parts) }
}

/** What comes first matters most: what no longer fits is named at the end. */
function bounded(parts: readonly string[]): string {
  let text = ''
  let left = 0
  for (const part of parts) {
    if (Buffer.byteLength(text) + Buffer.byteLength(part) > reportBytes - 200) left += 1
    else text += `${part}\n`
  }
  return left === 0 ? text : `${text}\n(${left} parts left out: the report has reached its limit)\n`
}

function head({ version, host }: ReportDeps, job: Job): string {
  return [
    `Cove report: ${job.kind} ${job.subject}: ${job.state}`,
    `made ${new Date().toISOString()} by Cove ${version} (${host}) on ${process.platform} ${process.arch}, ${release()}`,
    `job ${job.id}, started ${new Date(job.startedAt).toISOString()}, took ${Math.round(job.elapsedMs)} ms${factsOf(job.facts)}`,
    ...(job.error === null ? [] : [`error ${job.error.code}${factsOf(job.error.facts)}`]),
    ...(job.left === null ? [] : [job.left.length === 0 ? 'left: nothing' : `left: ${job.left.join(', ')}`]),
  ].join('\n')
}

function versions({ tools, engine }: ReportDeps): string[] {
  const now = engine()
  return [
    ...tools().map(
      (tool) => `${tool.name}: ${tool.used === null ? tool.state : `${tool.used.version ?? 'version unknown'} ${tool.used.path}`}`,
    ),
    `engine: ${now.state} ${now.product ?? ''} ${now.version ?? ''}, ${now.os ?? ''} ${now.arch ?? ''}, cgroup v${now.cgroupVersion ?? '?'}, ${now.cpus ?? '?'} CPUs, ${now.memoryBytes ?? '?'} bytes of memory, rootless ${now.rootless ?? '?'}`,
  ]
}

function findings(job: Job): string[] {
  if (job.findings.length === 0) return ['none']
  return job.findings.flatMap((one) => [
    `${one.level}, ${one.sure}: ${one.cause}${factsOf(one.facts)}`,
    ...one.evidence.map((line) => `    ${line.source} ${line.name}: ${line.text}`),
  ])
}

function state(evidence: Evidence): string[] {
  const { nodes, engine, host, silent } = evidence
  return [
    ...nodes.map((node) => `node ${JSON.stringify(node)}`),
    `engine ${JSON.stringify(engine)}`,
    `host ${JSON.stringify(host)}`,
    ...silent.map(({ source, reason }) => `could not be read: ${source}: ${reason}`),
  ]
}

function commandHead(command: Command): string {
  const end = [
    command.state,
    command.exitCode === null ? '' : `exit code ${command.exitCode}`,
    command.signal ?? '',
    command.durationMs === null ? '' : `${Math.round(command.durationMs)} ms`,
  ]
  return `$ ${command.argv.join(' ')}   (${end.filter((word) => word !== '').join(', ')}; in ${command.cwd}${command.envNames.length > 0 ? `; sets ${command.envNames.join(' ')}` : ''})`
}

/** The end of what a command printed; of one without a file its last lines. */
async function endOf(exec: ReportDeps['exec'], command: Command): Promise<string> {
  const known = await exec.output(command.id, Math.max(0, command.outputBytes - outputBytes), outputBytes).catch(() => null)
  return known === null || known.text === '' ? command.tail.join('\n') : known.text
}

const section = (title: string, lines: readonly string[]) => `\n== ${title}\n${lines.join('\n')}`

function factsOf(facts: Readonly<Record<string, string | number | null>>): string {
  const known = Object.entries(facts).filter(([, value]) => value !== null)
  return known.length === 0 ? '' : `  ${JSON.stringify(Object.fromEntries(known))}`
}

/** `cove-report-create-dev-20261126-0010.txt` */
function fileName(job: Job): string {
  const time = new Date(job.startedAt).toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-')
  const safe = (text: string) => text.replace(/[^\w.-]+/g, '-').slice(0, 60)
  return `cove-report-${safe(job.kind.split('.').pop() ?? '')}-${safe(job.subject)}-${time}.txt`
}

function userName(): string | null {
  try {
    return userInfo().username
  } catch {
    return null
  }
}
