import type { EngineImageChoice } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import { parseImages } from '../engines/parse.ts'
import { runDocker } from '../engines/run-docker.ts'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'

/** Every image of the engine that has a name, by name. Throws `engine-*`, `command-timeout`, `command-failed`, `command-output-unreadable`. */
export async function engineImages({
  exec,
  engines,
}: {
  readonly exec: Pick<Exec, 'run'>
  readonly engines: Pick<Engines, 'require' | 'explain'>
}): Promise<EngineImageChoice[]> {
  const { docker } = await engines.require()
  const args = ['image', 'ls', '--no-trunc', '--format={{json .}}']
  const result = await runDocker({ exec, engines }, { file: docker, args, quiet: true, timeoutMs: 20_000 })
  const images = parseImages(result.stdout)
  if (images === null)
    throw new AppError('command-output-unreadable', { command: result.argv.join(' '), reason: 'not JSON' }, { commandId: result.id })
  return images.map(({ ref, id, sizeBytes }) => ({ ref, id, sizeBytes })).sort((a, b) => (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : 0))
}
