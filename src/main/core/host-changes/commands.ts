import { AppError } from '../error.ts'
import { commandText } from '../exec/command-text.ts'
import type { Target } from '../targets/types.ts'

type How = { readonly root: boolean; readonly jobId: string; readonly signal?: AbortSignal }

/** A service that was told to start may need a moment until it says that it runs. */
const tries = 10
const pauseMs = 500

/** Throws `command-failed`, `cancelled`. */
export async function runAction(target: Target, argv: readonly string[], how: How): Promise<void> {
  try {
    await target.check({ argv: words(argv), ...how })
  } catch (error) {
    if (!isTooOften(error, argv)) throw error
    // The service is stopped by now; one that has another fault fails once more.
    await target.check({ argv: ['systemctl', 'reset-failed', argv.at(-1) ?? ''], ...how })
    await target.check({ argv: words(argv), ...how })
  }
}

/**
 * systemd counts good starts too and refuses more than a unit allows, which for Docker are three in a minute:
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#StartLimitIntervalSec=interval
 */
function isTooOften(error: unknown, argv: readonly string[]): boolean {
  const restarts = argv[0] === 'systemctl' && (argv[1] === 'restart' || argv[1] === 'start')
  return (
    restarts &&
    error instanceof AppError &&
    error.code === 'command-failed' &&
    /attempted too often/.test(String(error.facts['tail' as never]))
  )
}

/** Runs the check until it is content, for at most five seconds. Throws `host-check-failed`, `cancelled`. */
export async function untilChecked(target: Target, argv: readonly string[], how: How): Promise<void> {
  // As root only where that asks nobody for a password each time.
  const root = how.root && (await target.rootWay()) !== 'pkexec'
  for (let left = tries; ; left -= 1) {
    const { exitCode, cancelled, stdout, stderr, id } = await target.run({ argv: words(argv), timeoutMs: 30_000, ...how, root })
    if (cancelled || how.signal?.aborted === true) throw new AppError('cancelled', {}, { commandId: id })
    if (exitCode === 0) return
    const tail = `${stdout}\n${stderr}`.trim().slice(-2000)
    if (left <= 1) throw new AppError('host-check-failed', { command: commandText(argv), tail }, { commandId: id })
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

function words(argv: readonly string[]): [string, ...string[]] {
  const [file, ...args] = argv
  if (file === undefined) throw new Error('a command without a program')
  return [file, ...args]
}
