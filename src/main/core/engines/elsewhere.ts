import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '../error.ts'
import type { CommandResult, Exec } from '../exec/types.ts'
import { runDocker } from './run-docker.ts'
import { readSurroundings } from './surroundings.ts'
import type { Engines } from './types.ts'

type Deps = { readonly exec: Exec; readonly engines: Engines }
/** Another engine of this machine, by the name that a person gave it. */
export type OtherEngine = {
  readonly name: string
  /** What makes it the one in use: another docker context, no variable that names an engine, or nothing, as it is no engine of docker. */
  readonly way: 'context' | 'no-variable' | 'none'
  /** The variable that now decides which engine docker uses, before any context: https://docs.docker.com/engine/manage-resources/contexts/ */
  readonly variable: 'DOCKER_HOST' | 'DOCKER_CONTEXT' | null
  /** Values of the label on its containers, stopped ones too. Throws where it does not answer; `engine-not-asked` where it is on another machine. */
  values(): Promise<string[]>
}

const contextSchema = z.object({ Name: z.string(), DockerEndpoint: z.string() })
const usual = 'unix:///var/run/docker.sock'

/** Every engine but the one in use: those of docker's other contexts, Podman and nerdctl. Throws as `engines.require`. */
export async function otherEngines(deps: Deps, label: string): Promise<OtherEngine[]> {
  return [...(await otherContexts(deps, label)), ...['podman', 'nerdctl'].map((tool) => otherTool(deps, tool, label))]
}

async function otherContexts(deps: Deps, label: string): Promise<OtherEngine[]> {
  const { docker, engine } = await deps.engines.require()
  const ask = (...args: readonly string[]) => runDocker(deps, { file: docker, args, quiet: true, timeoutMs: 10_000 })
  const { dockerHost, dockerContext } = readSurroundings(await deps.exec.environment())
  const variable = dockerHost !== null ? 'DOCKER_HOST' : dockerContext !== null ? 'DOCKER_CONTEXT' : null
  const listed = await ask('context', 'ls', '--format={{json .}}')
  const contexts = new Map<string, { readonly name: string; readonly flag: string }>()
  for (const line of listed.stdout.split('\n').filter((text) => text.trim() !== '')) {
    const { Name, DockerEndpoint } = contextOf(line, listed)
    contexts.set(DockerEndpoint, { name: Name, flag: `--context=${Name}` })
  }
  // With DOCKER_HOST set, `default` is that host and the usual socket is in no list.
  if (!contexts.has(usual) && (await exists('/var/run/docker.sock'))) contexts.set(usual, { name: usual, flag: `--host=${usual}` })
  contexts.delete(engine.endpoint ?? '')
  return [...contexts].map(([endpoint, { name, flag }]) => ({
    name,
    way: name === usual ? 'no-variable' : 'context',
    variable,
    values: async () => {
      const socket = /^unix:\/\/(.+)$/.exec(endpoint)?.[1]
      // Nobody is asked over the network without being told to.
      if (socket === undefined && !endpoint.startsWith('npipe:')) throw new AppError('engine-not-asked', { endpoint })
      if (socket !== undefined && !(await exists(socket))) {
        // Where Docker Engine was never installed its usual socket is missing too; any other context was made for an engine.
        if (endpoint === usual) return []
        throw new AppError('engine-stopped', { endpoint })
      }
      return words(await ask(flag, 'ps', '--all', `--filter=label=${label}`, `--format={{.Label "${label}"}}`))
    },
  }))
}

function contextOf(line: string, { argv, id }: CommandResult): z.infer<typeof contextSchema> {
  try {
    return contextSchema.parse(JSON.parse(line))
  } catch (cause) {
    const facts = { command: argv.join(' '), reason: 'not the JSON that was asked for' }
    throw new AppError('command-output-unreadable', facts, { commandId: id, cause })
  }
}

/** Empty where the tool is not there. */
const otherTool = ({ exec }: Deps, tool: string, label: string): OtherEngine => ({
  name: tool,
  way: 'none',
  variable: null,
  values: async () => {
    try {
      const format = tool === 'podman' ? `{{index .Labels "${label}"}}` : `{{.Label "${label}"}}`
      const args = ['ps', '--all', `--filter=label=${label}`, `--format=${format}`]
      return words(await exec.check({ file: tool, args, quiet: true, timeoutMs: 10_000 }))
    } catch (error) {
      if (error instanceof AppError && error.code === 'command-not-started' && (error.facts as { reason: unknown }).reason === 'ENOENT')
        return []
      throw error
    }
  },
})

const words = ({ stdout }: CommandResult) =>
  stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
const exists = async (path: string) => (await stat(path).catch(() => null)) !== null
