import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JobStepId } from '#shared/contract/jobs.ts'
import { writeAtomic } from '../write-atomic.ts'
import type { JobDefinition } from './types.ts'

const kept = 9

type Of = Pick<JobDefinition, 'kind' | 'alike' | 'steps'>

export type Usual = {
  /** Median of the last runs of this step on this machine, in jobs alike and of its size, ms; null when there was none. */
  of(job: Of, step: JobStepId): number | null
  /** Takes in what a succeeded job measured. Never rejects. */
  learn(job: Of, steps: readonly { readonly id: JobStepId; readonly tookMs: number }[]): Promise<void>
}

/** How long steps took here before, kept in `usual.json`, so that the bar's weights are this machine's own. */
export function createUsual(directory: string): Usual {
  const file = join(directory, 'usual.json')
  let samples: Map<string, number[]> | null = null
  const all = () => (samples ??= read(file))

  return {
    of: (job, step) => median(all().get(keyOf(job, step)) ?? []),
    learn: async (job, steps) => {
      if (steps.length === 0) return
      for (const { id, tookMs } of steps) {
        const key = keyOf(job, id)
        all().set(key, [...(all().get(key) ?? []), Math.round(tookMs)].slice(-kept))
      }
      // A full disk costs a better guess, nothing else.
      await writeAtomic(file, JSON.stringify(Object.fromEntries(all())), false).catch(() => undefined)
    },
  }
}

/** `cluster.stop/stop-nodes/kind/3`. What a Cove of before measured of jobs that are told apart now stands under a shorter key, and is asked for by none of them. */
function keyOf({ kind, alike, steps }: Of, step: JobStepId): string {
  const size = steps.find(({ id }) => id === step)?.size
  return [kind, step, ...(alike === undefined && size === undefined ? [] : [alike ?? '']), ...(size === undefined ? [] : [size])].join('/')
}

function read(file: string): Map<string, number[]> {
  const samples = new Map<string, number[]>()
  try {
    for (const [key, values] of Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)) {
      if (Array.isArray(values))
        samples.set(key, values.filter((value): value is number => typeof value === 'number' && value >= 0).slice(-kept))
    }
  } catch {
    // Absent or damaged: the defaults stand until the next run.
  }
  return samples
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle]
  if (upper === undefined) return null
  return sorted.length % 2 === 1 ? upper : Math.round((upper + (sorted[middle - 1] ?? upper)) / 2)
}
