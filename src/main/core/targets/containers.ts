import { z } from 'zod'
import { AppError } from '../error.ts'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'

const rowSchema = z.object({ Names: z.string(), Command: z.string() })

/** Names of running containers whose first program is an init: machines, not programs. Throws `engine-*`. */
export async function initContainers(exec: Pick<Exec, 'run'>, engines: Pick<Engines, 'require' | 'explain'>): Promise<string[]> {
  const { docker } = await engines.require()
  const args = ['ps', '--no-trunc', '--filter=status=running', '--format={"Names":{{json .Names}},"Command":{{json .Command}}}']
  const result = await exec.run({ file: docker, args, quiet: true, timeoutMs: 10_000 })
  if (result.exitCode === 0) return parseInits(result.stdout)
  const known = engines.explain(result.stderr)
  throw new AppError(known?.code ?? 'engine-unknown', known?.facts ?? { reason: result.stderr.trim().slice(-400) }, {
    commandId: result.id,
  })
}

/** Of lines of `docker ps --no-trunc`, the containers that run `…/systemd` or `…/init`, themselves or through an entrypoint as kind's node image does. Pure. */
export function parseInits(stdout: string): string[] {
  return stdout.split('\n').flatMap((line) => {
    const row = line.trim() === '' ? null : rowSchema.safeParse(jsonOf(line)).data
    if (!row) return []
    // With links a container has several names: `web,other/alias`.
    const name = row.Names.split(',').find((one) => !one.includes('/')) ?? row.Names
    const words = row.Command.replace(/^"(.*)"$/s, '$1')
      .trim()
      .split(/\s+/)
    const isInit = words.slice(0, 2).some((word) => /^(?:\/\S*\/)?(?:systemd|init)$/.test(word))
    return isInit ? [name] : []
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
