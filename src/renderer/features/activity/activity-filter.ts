import type { Command, Job } from '#shared/contract/jobs.ts'
import { commandLine } from '../jobs/command-line.ts'

export const outcomes = ['all', 'running', 'succeeded', 'failed', 'cancelled'] as const
/** How it went, alike for jobs and commands. What was lost or interrupted did not do what it should: it is with what failed. */
export type Outcome = (typeof outcomes)[number]

function outcomeOf(state: Job['state'] | Command['state']): Exclude<Outcome, 'all'> {
  switch (state) {
    case 'running':
    case 'cancelling':
      return 'running'
    case 'succeeded':
    case 'cancelled':
      return state
    case 'failed':
    case 'interrupted':
    case 'timed-out':
    case 'not-started':
    case 'lost':
      return 'failed'
  }
}

export type Wanted = { readonly text: string; readonly outcome: Outcome }
export const isWanting = ({ text, outcome }: Wanted) => text.trim() !== '' || outcome !== 'all'

/** `words`: what the page calls it, so that it is found by what is read there. */
export function jobFits(job: Job, words: string, wanted: Wanted): boolean {
  return fits(job.state, [job.id, job.kind, job.subject, words, job.error?.code ?? ''], wanted)
}

export function commandFits(command: Command, wanted: Wanted): boolean {
  return fits(command.state, [commandLine(command.argv), command.argv[0] ?? '', command.cwd, ...command.tail], wanted)
}

function fits(state: Job['state'] | Command['state'], parts: readonly string[], { text, outcome }: Wanted): boolean {
  if (outcome !== 'all' && outcomeOf(state) !== outcome) return false
  const all = parts.join('\n').toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

export type Day = 'now' | 'today' | 'yesterday' | 'earlier'

/** What runs, then by the day it began. The order within is kept. */
export function byDay<T extends { readonly state: Job['state'] | Command['state']; readonly startedAt: number }>(
  items: readonly T[],
  now: number,
): { readonly day: Day; readonly items: T[] }[] {
  const midnight = new Date(now).setHours(0, 0, 0, 0)
  const before = new Date(midnight).setDate(new Date(midnight).getDate() - 1)
  const dayOf = (item: T): Day =>
    outcomeOf(item.state) === 'running' ? 'now' : item.startedAt >= midnight ? 'today' : item.startedAt >= before ? 'yesterday' : 'earlier'
  return (['now', 'today', 'yesterday', 'earlier'] as const)
    .map((day) => ({ day, items: items.filter((item) => dayOf(item) === day) }))
    .filter((group) => group.items.length > 0)
}
