import { rm } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type {
  Component,
  Downloaded,
  FilesOfRelease,
  ImageDetails,
  ReleaseBuild,
  ReleaseImages,
  ReleaseMinor,
  Releases,
} from '#shared/contract/downloads.ts'
import type { Changes } from '../changes.ts'
import type { Engines } from '../engines/types.ts'
import { AppError, errorShape } from '../error.ts'
import type { Exec } from '../exec/types.ts'
import type { JobDefinition, JobKind, Jobs, Reconcile } from '../jobs/types.ts'
import type { SettingsStore } from '../settings/types.ts'
import { createHttpClient } from '../toolchain/fetch/http.ts'
import { proxyFor } from '../toolchain/fetch/proxy.ts'
import { type Machine, type MachineSigns, machineOf, machineSigns, reasonOf } from '../toolchain/machine.ts'
import type { Toolchain } from '../toolchain/types.ts'
import { addressesOf, shownFile } from './addresses.ts'
import { fetchDigest } from '../toolchain/sources.ts'
import { askFiles, type AskedFile } from './ask-files.ts'
import { fetchLines, signatureLines } from './command-lines.ts'
import { minorOf, oldestMinor, releaseFile, releaseFiles } from './components.ts'
import { downloadJob, ownFolder } from './download-job.ts'
import { imageLines, imagesOf, namedImages } from './release-images.ts'
import { pullImagesJob, saveImagesJob } from './image-jobs.ts'
import { partsOf } from './image-names.ts'
import { minors, minorsAsOf, minorsSource } from './minors.ts'
import { createNewest } from './newest.ts'
import { checked, createRecords, describe } from './records.ts'
import { reconcileHandlers } from './reconcile.ts'
import { askRegistry } from './registry.ts'
import { findCosign } from './signature.ts'
import { datesOf, dayOf, stateOn } from './support.ts'

export type DownloadsDeps = {
  readonly exec: Exec
  readonly jobs: Jobs
  readonly engines: Engines
  readonly settings: SettingsStore
  readonly changes: Changes
  readonly toolchain: Pick<Toolchain, 'resolve'>
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Default: of this machine. */
  readonly signs?: MachineSigns
  /** Default 30,000. */
  readonly stallMs?: number
  /** PEM of authorities to trust beside the usual ones. */
  readonly ca?: string
}

export type Downloads = {
  releases(): Promise<Releases>
  askNewest(minor: string, signal: AbortSignal): Promise<ReleaseMinor>
  files(build: ReleaseBuild): Promise<FilesOfRelease>
  ask(build: ReleaseBuild, signal: AbortSignal): Promise<AskedFile[]>
  /** Address of a program, behind the mirror where one is set, and the digest that the publisher gives for it. Throws `download-no-build`, and as `ask` says of a file. */
  program(component: Component, build: ReleaseBuild, signal: AbortSignal): Promise<{ readonly url: string; readonly sha256: string }>
  start(wish: ReleaseBuild & { component: Component; folder: string | null; signature: boolean }): Promise<{ jobId: string }>
  list(): Promise<Downloaded[]>
  verify(id: string): Promise<Downloaded>
  remove(id: string): Promise<{ fileRemoved: boolean }>
  images(version: string): Promise<ReleaseImages>
  askImages(version: string, signal: AbortSignal): Promise<ImageDetails[]>
  pullImages(wish: { version: string; names: string[] }): Promise<{ jobId: string }>
  saveImages(wish: { version: string; names: string[]; file: string | null }): Promise<{ jobId: string }>
  /** For `jobs.reconcile`. */
  readonly reconcileHandlers: Partial<Record<JobKind, Reconcile>>
}

/** Everything that Kubernetes publishes, for this machine and others: files, container images, and how long versions are supported. */
export function createDownloads(deps: DownloadsDeps): Downloads {
  const { exec, jobs, engines, settings, changes, toolchain, dataDir, env } = deps
  const signs = deps.signs ?? machineSigns(env)
  const machine: Machine = machineOf(signs)
  const http = () => {
    const { proxy } = settings.get()
    return createHttpClient({ proxyFor: (url) => proxyFor(url, proxy, env), stallMs: deps.stallMs ?? 30_000, ca: deps.ca })
  }
  const addresses = (file: Parameters<typeof addressesOf>[0]) => addressesOf(file, { mirrors: settings.get().mirrors, env })
  const records = createRecords(dataDir)
  const newest = createNewest({ dataDir, env, http })
  const changed = () => changes.emit('downloads')
  const registry = () => new URL(env['COVE_PUBLISHER_REGISTRY'] || 'https://registry.k8s.io')

  function begin(definition: JobDefinition): { jobId: string } {
    const { id } = jobs.start(definition)
    changed()
    jobs.done(id).then(changed, () => {})
    return { jobId: id }
  }

  const found = async (id: string) => {
    const record = await records.get(id)
    if (!record) throw new AppError('not-found', { what: 'download', name: id })
    return record
  }

  async function minorAt(minor: number, known: Awaited<ReturnType<typeof newest.known>>): Promise<ReleaseMinor> {
    const dates = datesOf(minor)
    if (!dates) throw new AppError('not-found', { what: 'version', name: `1.${minor}` })
    const asked = known[`1.${minor}`]
    const listed = minors.find((one) => one.minor === minor)
    return {
      minor: `1.${minor}`,
      ...dates,
      state: stateOn(dayOf(Date.now()), dates),
      newest: asked?.version ?? listed?.newest ?? null,
      newestAsOf: asked?.at ?? Date.parse(minorsAsOf),
      newestFrom: asked ? 'asked' : 'list',
    }
  }

  /** A kubeadm of a version that runs here: one of this machine, or one that was downloaded, and is still what it was. */
  async function kubeadmOf(version: string): Promise<string | null> {
    const own = await toolchain.resolve('kubeadm').catch(() => null)
    if (own?.version === version) return own.path
    const fits = (await records.list()).find(
      (one) => one.component === 'kubeadm' && one.version === version && one.os === machine.os && one.arch === machine.arch,
    )
    if (!fits) return null
    const now = await checked(fits)
    return now.verdict === 'ok' && (await describe(now)).state === 'ok' ? fits.path : null
  }

  const sourceOfImages = async (version: string) => imagesOf(version, await kubeadmOf(version), exec)

  async function chosenImages(version: string, names: readonly string[]): Promise<ReleaseImages['images']> {
    const images = namedImages((await sourceOfImages(version)).refs, settings.get().mirrors.registry)
    return names.map((name) => {
      const image = images.find((one) => one.name === name)
      if (!image) throw new AppError('not-found', { what: 'image', name })
      return image
    })
  }

  const askImage = (ref: string, signal: AbortSignal) => {
    const parts = partsOf(ref)
    if (!parts) throw new AppError('image-invalid', { image: ref })
    return askRegistry(http(), registry(), { ref, ...parts }, signal)
  }
  const imageDeps = {
    exec,
    engines,
    digestOf: async (ref: string, signal: AbortSignal) => (await askImage(ref, signal)).digest as string,
  }

  return {
    reconcileHandlers: reconcileHandlers(records, { exec, engines }),
    releases: async () => {
      const known = await newest.known()
      // One that was asked for after this list was made is shown too.
      const later = Object.keys(known)
        .map((minor) => Number(minor.split('.')[1]))
        .filter((minor) => minor > (minors[0]?.minor ?? 0))
      const numbers = [...later, ...minors.map(({ minor }) => minor)].sort((a, b) => b - a)
      return {
        minors: await Promise.all(numbers.map((minor) => minorAt(minor, known))),
        source: minorsSource,
        asOf: minorsAsOf,
        machine: { ...machine, because: reasonOf(signs) },
        folder: ownFolder(dataDir),
      }
    },
    askNewest: async (minor, signal) => {
      const answer = await newest.ask(minor, signal)
      return minorAt(Number(minor.split('.')[1]), { [minor]: answer })
    },
    files: async (build) => {
      mustBeKnown(build.version)
      const { files, missing } = releaseFiles(build)
      const own = await findCosign(exec)
      return {
        files: files.map((file) => {
          const shown = shownFile(file, addresses(file))
          return {
            component: file.component,
            ...shown,
            commands: fetchLines(shown, signs.platform),
            signatureCommands: signatureLines(shown, signs.platform),
          }
        }),
        missing,
        cosign: own,
      }
    },
    ask: (build, signal) => {
      mustBeKnown(build.version)
      const files = releaseFiles(build).files.map((file) => ({ file, addresses: addresses(file) }))
      return askFiles(files, http(), signal)
    },
    program: async (component, build, signal) => {
      mustBeKnown(build.version)
      const file = releaseFile(component, build)
      if (!file) throw new AppError('download-no-build', { tool: component, os: build.os, arch: build.arch })
      const at = addresses(file)
      return {
        url: at.url.href,
        sha256: await fetchDigest({ digestUrl: at.digestUrl, pin: null, fileName: file.fileName }, http(), signal),
      }
    },
    start: async ({ component, folder, signature, ...build }) => {
      mustBeKnown(build.version)
      const file = releaseFile(component, build)
      if (!file) throw new AppError('download-no-build', { tool: component, os: build.os, arch: build.arch })
      return begin(downloadJob({ ...build, component, file, folder, signature }, { exec, records, dataDir, http, addresses, changed }))
    },
    list: async () => Promise.all((await records.list()).map(describe)),
    verify: async (id) => {
      const record = await checked(await found(id))
      await records.put(record)
      changed()
      return describe(record)
    },
    remove: async (id) => {
      const record = await checked(await found(id))
      const { state } = await describe(record)
      if (state === 'ok') await rm(record.path, { force: true })
      await records.remove(id)
      changed()
      return { fileRemoved: state === 'ok' }
    },
    images: async (version) => {
      mustBeKnown(version)
      const { refs, ...source } = await sourceOfImages(version)
      const images = namedImages(refs, settings.get().mirrors.registry)
      return { ...source, images, commands: imageLines(version, images) }
    },
    askImages: async (version, signal) => {
      mustBeKnown(version)
      const { refs } = await sourceOfImages(version)
      return Promise.all(
        refs.map(async (ref): Promise<ImageDetails> => {
          try {
            return { ...(await askImage(ref, signal)), error: null }
          } catch (error) {
            if (!(error instanceof AppError)) throw error
            return { ref, digest: null, platforms: [], error: errorShape(error) }
          }
        }),
      )
    },
    pullImages: async ({ version, names }) => {
      await engines.require()
      return begin(pullImagesJob(version, await chosenImages(version, names), imageDeps))
    },
    saveImages: async ({ version, names, file }) => {
      if (file !== null && !isAbsolute(file)) throw new AppError('bad-input', { field: 'file' })
      await engines.require()
      const path = file ?? join(ownFolder(dataDir), version, `kubernetes-images-${version}.tar`)
      return begin(saveImagesJob(version, await chosenImages(version, names), path, imageDeps))
    },
  }
}

/** Nothing is known of what was published before. */
function mustBeKnown(version: string): void {
  if (minorOf(version) < oldestMinor) throw new AppError('download-release-unknown', { version, oldest: `v1.${oldestMinor}.0` })
}
