import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '../error.ts'
import { runDocker } from '../engines/run-docker.ts'
import type { Engines } from '../engines/types.ts'
import type { CommandResult, Exec } from '../exec/types.ts'
import { type EngineThings, kindLabel } from './types.ts'

type Deps = { readonly exec: Exec; readonly engines: Engines }
const contextSchema = z.object({ Name: z.string(), DockerEndpoint: z.string() })

/**
 * Names of kind's clusters in every engine of this machine, not only the one in use: a context of a cluster that another docker context, Podman or nerdctl
 * has is not a leftover. Throws where one of them does not answer. (kind's providers: https://github.com/kubernetes-sigs/kind/tree/main/pkg/cluster/internal/providers)
 */
export async function findKindNames(deps: Deps, things: EngineThings): Promise<ReadonlySet<string>> {
  const names = new Set(things.containers.flatMap((one) => one.labels[kindLabel] ?? []))
  const others = await Promise.all([otherContexts(deps), ...['podman', 'nerdctl'].map((tool) => otherTool(deps, tool))])
  for (const name of others.flat()) names.add(name)
  return names
}

async function otherContexts(deps: Deps): Promise<string[]> {
  const { docker, engine } = await deps.engines.require()
  const ask = (...args: readonly string[]) => runDocker(deps, { file: docker, args, quiet: true, timeoutMs: 10_000 })
  const listed = (await ask('context', 'ls', '--format={{json .}}')).stdout.split('\n').filter((line) => line.trim() !== '')
  const contexts = new Map<string, readonly string[]>()
  for (const line of listed) {
    const { Name, DockerEndpoint } = contextSchema.parse(JSON.parse(line))
    contexts.set(DockerEndpoint, [`--context=${Name}`])
  }
  const usual = 'unix:///var/run/docker.sock'
  // With DOCKER_HOST set, `default` is that host and the usual socket is in no list.
  if (!contexts.has(usual) && (await exists('/var/run/docker.sock'))) contexts.set(usual, [`--host=${usual}`])
  contexts.delete(engine.endpoint ?? '')
  const answers = await Promise.all(
    [...contexts].map(async ([endpoint, flag]) => {
      const socket = /^unix:\/\/(.+)$/.exec(endpoint)?.[1]
      // Nobody is asked over the network without being told to.
      if (socket === undefined && !endpoint.startsWith('npipe:')) throw new AppError('engine-not-asked', { endpoint })
      if (socket !== undefined && !(await exists(socket))) {
        // Where Docker Engine was never installed its usual socket is missing too; any other context was made for an engine.
        if (endpoint === usual) return []
        throw new AppError('engine-stopped', { endpoint })
      }
      return labels(await ask(...flag, 'ps', '--all', `--filter=label=${kindLabel}`, `--format={{.Label "${kindLabel}"}}`))
    }),
  )
  return answers.flat()
}

/** Empty where the tool is not there. */
async function otherTool({ exec }: Deps, tool: string): Promise<string[]> {
  try {
    const format = tool === 'podman' ? `{{index .Labels "${kindLabel}"}}` : `{{.Label "${kindLabel}"}}`
    return labels(
      await exec.check({
        file: tool,
        args: ['ps', '--all', `--filter=label=${kindLabel}`, `--format=${format}`],
        quiet: true,
        timeoutMs: 10_000,
      }),
    )
  } catch (error) {
    if (error instanceof AppError && error.code === 'command-not-started' && (error.facts as { reason: unknown }).reason === 'ENOENT')
      return []
    throw error
  }
}

const labels = ({ stdout }: CommandResult) =>
  stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
const exists = async (path: string) => (await stat(path).catch(() => null)) !== null
