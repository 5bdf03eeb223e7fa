import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../error.ts'
import { runDocker } from '../engines/run-docker.ts'
import type { Engines } from '../engines/types.ts'
import type { CommandResult, Exec } from '../exec/types.ts'
import { containerFormat, parseContainers, parseNetworks, parseSizes, parseVolumes } from './engine-parse.ts'
import type { EngineThings } from './types.ts'

type Deps = { readonly exec: Exec; readonly engines: Engines }

/** Counting what volumes hold walks all their files. */
const sizesLimitMs = 20_000

/** What the engine holds. Throws as `engines.require`, or what docker said: an engine that does not answer whole has not answered. */
export async function askEngine({ exec, engines }: Deps): Promise<EngineThings> {
  const { docker } = await engines.require()
  const ask = async (...args: readonly string[]) => {
    const result = await runDocker({ exec, engines }, { file: docker, args, quiet: true, timeoutMs: 10_000 })
    if (result.truncated) throw unreadable(result)
    return result
  }
  /** What goes away between the two questions fails the second one: asked anew, a few times. */
  const inspect = async (what: 'volume' | 'network') => {
    for (let tries = 1; ; tries++) {
      const ids = (await ask(what, 'ls', '--quiet')).stdout.split(/\s+/).filter((id) => id !== '')
      if (ids.length === 0) return ''
      try {
        return (await ask(what, 'inspect', '--format={{json .}}', '--', ...ids)).stdout
      } catch (error) {
        if (tries >= 3) throw error
      }
    }
  }
  const [volumes, networks] = await Promise.all([inspect('volume'), inspect('network')])
  // Last: a container that came meanwhile is seen, so that what it uses is in use.
  const containers = await ask('ps', '--all', '--no-trunc', `--format=${containerFormat}`)
  try {
    return { containers: parseContainers(containers.stdout), volumes: parseVolumes(volumes), networks: parseNetworks(networks) }
  } catch {
    throw unreadable(containers)
  }
}

/** Bytes of containers and volumes; empty where the engine takes too long to count. */
export async function askSizes({ exec, engines }: Deps): Promise<ReadonlyMap<string, number>> {
  try {
    const { docker } = await engines.require()
    const args = ['system', 'df', '--verbose', '--format={{json .}}']
    for (const end = performance.now() + sizesLimitMs; performance.now() < end; await sleep(500)) {
      const result = await exec.run({ file: docker, args, quiet: true, timeoutMs: sizesLimitMs })
      if (result.exitCode === 0) return parseSizes(result.stdout)
      // The engine counts for one at a time: https://github.com/moby/moby/blob/20.10/daemon/disk_usage.go
      if (!/already running/.test(result.stderr)) break
    }
    return new Map()
  } catch {
    return new Map()
  }
}

const unreadable = ({ argv, id }: CommandResult) =>
  new AppError('command-output-unreadable', { command: argv.join(' '), reason: 'not the JSON that was asked for' }, { commandId: id })
