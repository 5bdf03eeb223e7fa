import { AppError } from '../error.ts'
import { diagnosePull } from '../engines/images.ts'
import type { Engines } from '../engines/types.ts'
import type { Exec } from '../exec/types.ts'
import type { ProviderRun } from '../providers/provider.ts'

/** True where the engine holds the image. */
export async function holdsImage(docker: string, image: string, exec: Exec, run: ProviderRun): Promise<boolean> {
  const args = ['image', 'inspect', '--format={{.Id}}', '--', image]
  const result = await exec.run({ file: docker, args, jobId: run.jobId, signal: run.signal, timeoutMs: 30_000 })
  if (result.cancelled) throw new AppError('cancelled', {}, { commandId: result.id })
  return result.exitCode === 0
}

/** Pulls an image before the provider would do it in silence. Throws `image-not-found`, `image-pull-failed`, `disk-full`, `engine-*`, `cancelled`. */
export async function pullImage(
  { exec, engines }: { exec: Exec; engines: Engines },
  docker: string,
  image: string,
  run: ProviderRun,
  progress: (fraction: number) => void,
): Promise<void> {
  const stream = exec.lines({ file: docker, args: ['pull', '--', image], jobId: run.jobId, signal: run.signal })
  const layers = new Map<string, number>()
  for await (const line of stream) {
    const fraction = pullProgress(layers, line.text)
    if (fraction !== null) progress(fraction)
  }
  const result = await stream.result
  if (result.cancelled || run.signal.aborted) throw new AppError('cancelled', {}, { commandId: result.id })
  if (result.exitCode === 0) return
  const full = /no space left on device/i.test(result.stderr) ? new AppError('disk-full', { path: null }) : null
  const engine = engines.explain(result.stderr)
  const known = full ?? diagnosePull(result.stderr, image) ?? (engine?.code === 'engine-unknown' ? null : engine)
  const error = known ?? new AppError('image-pull-failed', { image, reason: result.stderr.trim().split('\n').at(-1)?.slice(0, 500) ?? '' })
  throw new AppError(error.code, error.facts, { commandId: result.id })
}

/** Notes what `docker pull` says of a layer, `a1b2c3: Download complete`, and says how far all are; null where the line is of none. */
export function pullProgress(layers: Map<string, number>, line: string): number | null {
  const [, layer, state = ''] = /^([0-9a-f]{12}): (.+)$/.exec(line) ?? []
  if (layer === undefined) return null
  const far = /^(?:Pull complete|Already exists)/.test(state) ? 1 : state.startsWith('Download complete') ? 0.7 : 0
  layers.set(layer, Math.max(layers.get(layer) ?? 0, far))
  return [...layers.values()].reduce((sum, one) => sum + one, 0) / layers.size
}
