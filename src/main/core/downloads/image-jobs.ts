import { access, constants, mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ReleaseImages } from '#shared/contract/downloads.ts'
import { holdsImage, pullImage } from '../clusters/image.ts'
import { runDocker } from '../engines/run-docker.ts'
import type { Engines } from '../engines/types.ts'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import { identify } from '../toolchain/file-identity.ts'

type Image = ReleaseImages['images'][number]

export type ImageJobDeps = {
  readonly exec: Exec
  readonly engines: Engines
  /** Digest of an image, asked from the registry that it is named after. */
  digestOf(ref: string, signal: AbortSignal): Promise<string>
}

/** Two jobs on images of one version exclude each other. */
const imagesKey = (version: string): string => `images:${version}`

/** The job that pulls images under the names that Kubernetes asks for. Those that the engine holds are left out. */
export function pullImagesJob(version: string, images: readonly Image[], deps: ImageJobDeps): JobDefinition {
  return {
    kind: 'images.pull',
    subject: version,
    facts: { version, images: images.length },
    key: imagesKey(version),
    join: true,
    steps: [{ id: 'pull-images', facts: { count: images.length }, usualMs: 60_000 }],
    run: async (job) => {
      await job.step('pull-images', () => pullAll(images, deps, job))
      return { version }
    },
  }
}

/** The job that pulls what is missing and writes all into one tar: `result.path`. The tar has its name only once it is whole. */
export function saveImagesJob(version: string, images: readonly Image[], path: string, deps: ImageJobDeps): JobDefinition {
  const part = `${path}.part`
  /** Both names were free: what is there from now on is this job's. */
  let begun = false
  return {
    kind: 'images.save',
    subject: version,
    facts: { version, images: images.length, path },
    key: imagesKey(version),
    steps: [
      { id: 'pull-images', facts: { count: images.length }, usualMs: 60_000 },
      { id: 'save-images', usualMs: 10_000 },
    ],
    undo: [part],
    run: async (job) => {
      await writable(path, part)
      begun = true
      await job.remember({ begun: 'yes' })
      await job.step('pull-images', () => pullAll(images, deps, job))
      await job.step('save-images', () => save(images, part, path, deps, job))
      return { version, path }
    },
    cleanUp: async () => {
      if (!begun) return []
      await rm(part, { force: true })
      return (await identify(part)) ? [part] : []
    },
  }
}

async function pullAll(images: readonly Image[], deps: ImageJobDeps, job: JobContext): Promise<void> {
  const { docker } = await deps.engines.require()
  const run = { jobId: job.id, signal: job.signal }
  for (const [done, image] of images.entries()) {
    const say = (fraction: number) => job.progress('pull-images', (done + fraction) / images.length, { image: image.ref, done })
    say(0)
    if (!(await holdsImage(docker, image.ref, deps.exec, run))) await pullOne(docker, image, deps, job, say)
    say(1)
  }
}

/** Through a mirror by the digest that the registry itself gives: a mirror has no say in what an image is. */
async function pullOne(docker: string, image: Image, deps: ImageJobDeps, job: JobContext, say: (fraction: number) => void): Promise<void> {
  const run = { jobId: job.id, signal: job.signal }
  if (image.from === image.ref) return pullImage(deps, docker, image.ref, run, say)
  const repository = image.from.replace(/:[^:/]+$/, '')
  const pinned = `${repository}@${await deps.digestOf(image.ref, job.signal)}`
  const wasHeld = await holdsImage(docker, pinned, deps.exec, run)
  if (!wasHeld) await job.remember({ pinned })
  try {
    if (!wasHeld) await pullImage(deps, docker, pinned, run, say)
    await deps.exec.check({ file: docker, args: ['tag', '--', pinned, image.ref], ...run, timeoutMs: 30_000 })
  } finally {
    // The mirror's name is of no more use, and one that somebody has the image by stays; the image itself stays under its own. Also after a cancel.
    if (!wasHeld) {
      await forgetPinned(docker, pinned, deps.exec, job.id)
      await job.remember({ pinned: '' })
    }
  }
}

/** Takes away the name of a mirror that a pull leaves; false: it may still be there. */
async function forgetPinned(docker: string, pinned: string, exec: Pick<Exec, 'run'>, jobId: string): Promise<boolean> {
  const { exitCode, stderr } = await exec.run({ file: docker, args: ['image', 'rm', '--', pinned], jobId, timeoutMs: 30_000 })
  return exitCode === 0 || /no such image/i.test(stderr)
}

/** What a pull of a killed Cove left of a mirror's name, for people: nothing, where it could be taken away. */
export async function pinnedLeft(
  { exec, engines }: Pick<ImageJobDeps, 'exec' | 'engines'>,
  jobId: string,
  memory: Readonly<Record<string, string>>,
): Promise<string[]> {
  const pinned = memory['pinned'] ?? ''
  if (pinned === '') return []
  const engine = await engines.require().catch(() => null)
  return engine !== null && (await forgetPinned(engine.docker, pinned, exec, jobId)) ? [] : [pinned]
}

async function writable(path: string, part: string): Promise<void> {
  const folder = dirname(path)
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new AppError('folder-unwritable', { path: folder, reason: (cause as NodeJS.ErrnoException).code ?? String(cause) }, { cause })
  }
  for (const one of [path, part]) if (await identify(one)) throw new AppError('file-exists', { path: one })
}

async function save(images: readonly Image[], part: string, path: string, { exec, engines }: ImageJobDeps, job: JobContext): Promise<void> {
  const { docker } = await engines.require()
  const args = ['save', `--output=${part}`, '--', ...images.map(({ ref }) => ref)]
  await runDocker({ exec, engines }, { file: docker, args, jobId: job.id, signal: job.signal }, (stderr) =>
    /no space left on device/i.test(stderr) ? new AppError('disk-full', { path }) : null,
  )
  // Two saves at once would have been refused; a file that somebody else put there meanwhile stays.
  if (await identify(path)) throw new AppError('file-exists', { path })
  await rename(part, path)
}
