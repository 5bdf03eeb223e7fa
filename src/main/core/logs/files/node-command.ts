import { randomUUID } from 'node:crypto'
import { AppError } from '#core/error.ts'
import { endInContainer } from '#core/engines/end-in-container.ts'
import { dockerFailure } from '#core/engines/run-docker.ts'
import type { Engines } from '#core/engines/types.ts'
import type { CommandResult, Exec } from '#core/exec/types.ts'

export type NodeDeps = {
  readonly exec: Pick<Exec, 'lines' | 'run'>
  readonly engines: Pick<Engines, 'require' | 'explain'>
  /** Where a node has the logs of its pods. */
  readonly podLogs?: string
}

export type NodeCommand = {
  /** Container of the node, which has the name of the node. */
  readonly node: string
  /** For `sh -c`. A constant: what comes from data goes into `args`, which the script has as `$1`, `$2` … */
  readonly script: string
  readonly args: readonly string[]
  readonly maxLineBytes?: number
}

/** `stop`: enough, end the command. */
export type TakeLine = (text: string, cut: boolean) => 'stop' | void | Promise<'stop' | void>

/**
 * Runs a script in a node and hands over what it prints. Whoever kills `docker exec` leaves the program in the node running (https://github.com/moby/moby/issues/9098), so a command that did not end
 * by itself is ended in the node too, by a mark in its environment. Throws AppError: `cancelled`, what the engine says, `not-found` for the node, else `command-failed`.
 * `allowed`: exit codes that are no failure.
 */
export async function runInNode(
  { exec, engines }: NodeDeps,
  { node, script, args, maxLineBytes }: NodeCommand,
  signal: AbortSignal,
  take: TakeLine,
  allowed: readonly number[] = [0],
): Promise<CommandResult> {
  const { docker } = await engines.require()
  signalled(signal)
  const mark = `COVE_STREAM=${randomUUID()}`
  const stream = exec.lines({
    file: docker,
    args: ['exec', `--env=${mark}`, '--', node, 'sh', '-c', script, 'sh', ...args],
    quiet: true,
    signal,
    killGraceMs: 1000,
    ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
  })
  stream.result.catch(() => undefined)
  let stopped = false
  let ended = false
  try {
    for await (const line of stream) {
      if (signal.aborted) break
      if (line.stream === 'stdout' && (await take(line.text, line.cut)) === 'stop') {
        stopped = true
        break
      }
    }
    const result = await stream.result
    ended = !result.cancelled && result.exitCode !== null && allowed.includes(result.exitCode)
    signalled(signal)
    // https://github.com/moby/moby/blob/master/daemon/container.go
    const gone = (stderr: string) => (/No such container/i.test(stderr) ? new AppError('not-found', { what: 'node', name: node }) : null)
    if (!stopped && !ended) throw dockerFailure(engines, result, gone, `docker exec ${node}`)
    return result
  } finally {
    if (!ended) await endInContainer(exec, docker, node, mark)
  }
}

export function signalled(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', {})
}
