import type { Command, Job, JobEvent, OutputLine } from '#shared/contract/jobs.ts'

/** Lines that wait for a slow reader; older ones are dropped, the spool of the command has them all. */
export const maxWaitingLines = 2000
const gatherMs = 30

export type Feed = {
  job(job: Job): void
  command(command: Command): void
  output(lines: readonly OutputLine[]): void
  /** No more will come; what waits is still handed over. */
  end(): void
  /** Events in order of need: commands, their output, then the job (only its latest state), at most one round per 30 ms. */
  read(signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void, undefined>
  /** Ends the reader now, also one that waits. */
  stop(): void
}

/** What waits between a job and one reader. Bounded: of job and command only the newest state, of output the last lines. */
export function createFeed(): Feed {
  let job: Job | null = null
  let commands = new Map<string, Command>()
  let lines: OutputLine[] = []
  let state: 'open' | 'ended' | 'stopped' = 'open'
  /** Wakes a reader that waits for something to come. */
  let arrived = () => {}
  /** Cuts the gathering of a round short. */
  let hurry = () => {}

  const put = (change: () => void) => {
    if (state !== 'open') return
    change()
    arrived()
  }
  const close = (as: 'ended' | 'stopped') => {
    if (state === 'stopped') return
    state = as
    arrived()
    hurry()
  }
  const stop = () => close('stopped')
  const isEmpty = () => job === null && commands.size === 0 && lines.length === 0

  async function* rounds(signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void, undefined> {
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop)
    try {
      while (state !== 'stopped') {
        if (isEmpty()) {
          if (state === 'ended') return
          await new Promise<void>((resolve) => (arrived = resolve))
          if (state === 'open') await pause((cut) => (hurry = cut))
          continue
        }
        const round = { job, commands, lines }
        job = null
        commands = new Map()
        lines = []
        for (const command of round.commands.values()) yield { type: 'command', command }
        if (round.lines.length > 0) yield { type: 'output', lines: round.lines }
        if (round.job !== null) yield { type: 'job', job: round.job }
      }
    } finally {
      stop()
      signal?.removeEventListener('abort', stop)
    }
  }

  return {
    job: (next) => put(() => (job = next)),
    command: (command) => put(() => commands.set(command.id, command)),
    output: (more) => put(() => (lines = [...lines, ...more].slice(-maxWaitingLines))),
    end: () => close('ended'),
    read: (signal) => endsAtOnce(rounds(signal), stop),
    stop,
  }
}

/** A generator that waits takes no `return` until it wakes: this wakes it. */
export function endsAtOnce<T>(generator: AsyncGenerator<T, void, undefined>, stop: () => void): AsyncGenerator<T, void, undefined> {
  const end = generator.return.bind(generator)
  generator.return = (value) => {
    stop()
    return end(value)
  }
  return generator
}

const pause = (onStart: (cut: () => void) => void) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, gatherMs)
    onStart(() => {
      clearTimeout(timer)
      resolve()
    })
  })
