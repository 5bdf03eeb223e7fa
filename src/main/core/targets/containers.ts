import { z } from 'zod'
import { AppError } from '../error.ts'
import { dockerFailure } from '../engines/run-docker.ts'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'

const rowSchema = z.object({
  Name: z.string(),
  Path: z.string(),
  Args: z.array(z.string()).nullable(),
  Config: z.object({ StopSignal: z.string().nullish() }),
})

/** Names of running containers whose first program is an init: machines, not programs. Throws `engine-*`, `command-timeout`. */
export async function initContainers(exec: Pick<Exec, 'run'>, engines: Pick<Engines, 'require' | 'explain'>): Promise<string[]> {
  const { docker } = await engines.require()
  const ask = (args: string[]) => exec.run({ file: docker, args, quiet: true, timeoutMs: 10_000 })
  const listed = await ask(['ps', '--quiet', '--no-trunc', '--filter=status=running'])
  if (listed.exitCode !== 0) throw dockerFailure(engines, listed, unknownCause)
  const ids = listed.stdout.split('\n').filter((id) => /^[0-9a-f]{12,}$/.test(id))
  if (ids.length === 0) return []
  const fields = '{"Name":{{json .Name}},"Path":{{json .Path}},"Args":{{json .Args}},"Config":{"StopSignal":{{json .Config.StopSignal}}}}'
  // One that ended meanwhile makes exit code 1; the others are told all the same.
  return parseInits((await ask(['container', 'inspect', `--format=${fields}`, '--', ...ids])).stdout)
}

/**
 * Of lines of `docker inspect`, the containers that run an init, themselves or through an entrypoint, or say that they end as systemd does
 * (`STOPSIGNAL SIGRTMIN+3`, https://systemd.io/CONTAINER_INTERFACE/; kind's and minikube's node images do). Pure.
 */
export function parseInits(stdout: string): string[] {
  return stdout.split('\n').flatMap((line) => {
    const row = line.trim() === '' ? null : rowSchema.safeParse(jsonOf(line)).data
    if (!row) return []
    const programs = [row.Path, ...(row.Args ?? []).slice(0, 1)]
    const isInit =
      /^(?:SIG)?RTMIN\+3$/.test(row.Config.StopSignal ?? '') || programs.some((path) => /^(?:\/\S*\/)?(?:systemd|init)$/.test(path))
    return isInit ? [row.Name.replace(/^\//, '')] : []
  })
}

const unknownCause = (stderr: string) => new AppError('engine-unknown', { reason: stderr.trim().slice(-400) })

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
