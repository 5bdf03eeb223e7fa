import { AppError } from '../error.ts'
import type { Engines } from '../engines/types.ts'
import type { CommandResult } from '../exec/types.ts'
import type { Transport } from './transport.ts'

/** A node, or another container with an init, through `docker exec`. */
export function containerTransport(engines: Pick<Engines, 'require' | 'explain'>, name: string): Transport {
  return {
    id: `container:${name}`,
    kind: 'container',
    name,
    ready: async () => {},
    wrap: async ({ argv, env, input, root }) => {
      const { docker } = await engines.require()
      const variables = Object.entries(env).map(([key, value]) => `--env=${key}=${value}`)
      const flags = [...(input ? ['--interactive'] : []), ...(root ? ['--user=0'] : []), ...variables]
      return { file: docker, args: ['exec', ...flags, '--', name, 'env', ...argv] }
    },
    shown: (argv) => ['docker', 'exec', name, ...argv],
    unreachable: async (result) => containerError(engines, name, result),
    leavesRunning: true,
    display: false,
    known: null,
    root: 'direct',
  }
}

/**
 * What docker itself says (https://github.com/moby/moby/blob/master/daemon/exec.go, https://github.com/moby/moby/blob/master/daemon/container.go).
 * It stands alone and first: the same words in the output of a command are the command's.
 */
function containerError(engines: Pick<Engines, 'explain'>, name: string, result: CommandResult): AppError | null {
  if (result.exitCode === 0) return null
  const commandId = result.id
  const said = result.stderr.trimStart()
  const start = said.split('\n', 1)[0] ?? ''
  if (/^(?:Error response from daemon: |Error: )(?:No such container|No such exec instance|no container with name or ID)/i.test(start))
    return new AppError('not-found', { what: 'target', name }, { commandId })
  // The second is podman's (https://github.com/containers/podman/blob/main/libpod/container_exec.go).
  if (
    /^Error response from daemon: Container \S+ is (?:not running|paused|restarting)|^Error: can only create exec sessions on running containers/i.test(
      start,
    )
  )
    return new AppError('container-not-running', { container: name }, { commandId })
  const known =
    /^(?:Cannot connect to the Docker daemon|error during connect|failed to connect to the docker API|.*permission denied while trying to connect)/i
  if (known.test(start)) {
    const error = engines.explain(said)
    return error === null ? null : new AppError(error.code, error.facts, { commandId })
  }
  return null
}
