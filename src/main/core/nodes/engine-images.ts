import type { EngineImageChoice } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import { parseImages } from '../engines/parse.ts'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'

/** Every image of the engine that has a name, by name. Throws `engine-*`, `command-output-unreadable`. */
export async function engineImages({
  exec,
  engines,
}: {
  readonly exec: Pick<Exec, 'run'>
  readonly engines: Pick<Engines, 'require' | 'explain'>
}): Promise<EngineImageChoice[]> {
  const { docker } = await engines.require()
  const result = await exec.run({
    file: docker,
    args: ['image', 'ls', '--no-trunc', '--format={{json .}}'],
    quiet: true,
    timeoutMs: 20_000,
  })
  const images = result.exitCode === 0 ? parseImages(result.stdout) : null
  if (images === null) {
    const known = engines.explain(result.stderr)
    const facts = { command: result.argv.join(' '), reason: result.stderr.trim().slice(-400) || 'not JSON' }
    throw new AppError(known?.code ?? 'command-output-unreadable', known?.facts ?? facts, { commandId: result.id })
  }
  return images.map(({ ref, id, sizeBytes }) => ({ ref, id, sizeBytes })).sort((a, b) => (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : 0))
}
