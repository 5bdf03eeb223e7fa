import type { Job } from '#shared/contract/jobs.ts'
import { api } from '../../api/client.ts'
import { commandLine } from './command-line.ts'

/** Everything about a job as text to send to somebody: state, steps, commands with exit codes and last lines. Core has taken the secrets out. */
export async function jobReport(job: Job): Promise<string> {
  const commands = await api.jobs.commands({ jobId: job.id, limit: 200 }).catch(() => [])
  const head = [
    `${job.kind} ${job.subject}: ${job.state}`,
    `job ${job.id}`,
    `started ${new Date(job.startedAt).toISOString()}, took ${Math.round(job.elapsedMs)} ms`,
  ]
  if (job.error) head.push(`error ${job.error.code} ${JSON.stringify(job.error.facts)}`)
  if (job.left) head.push(job.left.length === 0 ? 'left: nothing' : `left: ${job.left.join(', ')}`)
  const steps = job.steps.map(
    (step) => `  ${step.state.padEnd(9)} ${step.id}${step.tookMs === null ? '' : ` ${Math.round(step.tookMs)} ms`}`,
  )
  const runs = [...commands]
    .reverse()
    .flatMap((command) => [
      '',
      `$ ${commandLine(command.argv)}`,
      `  ${command.state}${command.exitCode === null ? '' : `, exit code ${command.exitCode}`}${command.signal ? `, ${command.signal}` : ''}${command.durationMs === null ? '' : `, ${Math.round(command.durationMs)} ms`}`,
      ...command.tail.map((line) => `  ${line}`),
    ])
  return [...head, '', ...steps, ...runs, ''].join('\n')
}
