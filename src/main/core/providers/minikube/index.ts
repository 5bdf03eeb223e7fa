import { copyFile, link, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { CreateSpec, NodeImage } from '#shared/contract/clusters.ts'
import { AppError } from '../../error.ts'
import type { CommandSpec } from '../../exec/types.ts'
import { imagesInArchive } from '../../host-images/archive.ts'
import { needsCgroupV2 } from '../cgroup.ts'
import type { ClusterTarget, CreateRequest, HeldImage, Provider } from '../provider.ts'
import {
  addOnArgs,
  addOnsArgs,
  createArgs,
  deleteArgs,
  endAddOnArgs,
  endLoadArgs,
  imageFile,
  imageListArgs,
  imageLoadArgs,
  imageRemoveArgs,
  logsArgs,
  nodeImagesArgs,
  servicesArgs,
  tunnelArgs,
  updateContextArgs,
  versionsArgs,
} from './args.ts'
import { documentText, minikubeConfigOf, readMinikubeDocument } from './document.ts'
import { type Driver, driverGround, driversOf } from './drivers.ts'
import { machinesFolder, profileFolder } from './home.ts'
import { bestVersion, packedVersions, preferredVersion, releaseVersions, versionImages } from './images.ts'
import { clusterLabel } from './inspect.ts'
import { createLife } from './life.ts'
import { createListing } from './list.ts'
import { ownsContext } from './context.ts'
import { checkName, propose } from './names.ts'
import { type AddOn, parseAddOns, parseHeldImages, parseServices, parseVersions, type ServiceAddress } from './parse.ts'
import { isUsable, machineName, readProfile } from './profiles.ts'
import { createRemains } from './remains.ts'
import { createRunner, type MinikubeDeps } from './runner.ts'
import { createStepReader, createSteps } from './steps.ts'
import { type TunnelPlan, tunnelPlan } from './tunnel.ts'

export type { AddOn, Driver, ServiceAddress }

/** What only minikube has. */
export type Minikube = Provider & {
  /** Which drivers this machine can use, and why not the others. Looks at files and asks the engine whether it is there. */
  drivers(): Promise<Driver[]>
  addOns(name: string): Promise<AddOn[]>
  setAddOn(
    target: Parameters<Provider['removeImage']>[0],
    addOn: string,
    on: boolean,
    run: Parameters<Provider['removeImage']>[2],
  ): Promise<void>
  /** Services and where they answer. `folder`: of the caller alone, for a kubeconfig. */
  services(name: string, folder: string): Promise<ServiceAddress[]>
  /** What a tunnel to its services does; null: none has a use there. Changes nothing. Throws `tool-*`, `profile-damaged`. */
  tunnel(name: string): Promise<(TunnelPlan & { readonly program: string }) | null>
  /** The command of that tunnel, with a kubeconfig of its own in `folder`, which stays as long as it runs. Throws as `services`. */
  tunnelCommand(name: string, folder: string): Promise<Pick<CommandSpec, 'file' | 'args' | 'env'>>
}

/** Clusters of minikube: its own program makes and changes them; its files and the engine say what is there. */
export function createMinikube(deps: MinikubeDeps): Minikube {
  const { exec, engines, toolchain, patienceMs, settleMs } = deps
  const runner = createRunner(deps)
  const remains = createRemains({ exec, engines }, runner.home)
  const listing = createListing({ runner, engines, toolchain, patienceMs })
  let versions: readonly NodeImage[] | null = null

  const kubeconfigFile = (folder: string) => join(folder, 'kubeconfig')
  const find = async (name: string) => (await listing.list({ patient: true })).find((one) => one.name === name)
  const configOf = (spec: CreateSpec) => (spec.document === null ? null : minikubeConfigOf(spec.document))
  const life = createLife({ runner, remains, kubeconfigFile, find, settleMs })

  async function known<T>(args: readonly string[], read: (stdout: string) => T | null, signal?: AbortSignal): Promise<T> {
    const result = await runner.ask(args, 60_000, signal)
    const value = read(result.stdout)
    if (value !== null) return value
    const reason = result.exitCode === 0 ? 'not JSON' : result.stderr.trim().slice(-500)
    throw new AppError('command-output-unreadable', { command: result.argv.join(' '), reason }, { commandId: result.id })
  }

  async function heldOn(name: string, node: string, alone: boolean, signal?: AbortSignal): Promise<HeldImage[]> {
    return known(alone ? imageListArgs(name) : nodeImagesArgs(name, node), parseHeldImages, signal)
  }

  /** What minikube began in a machine goes on when minikube has ended: an image would come after a cancel that saw nothing, an add-on after it was turned back. */
  async function settle({ name, nodes }: Pick<ClusterTarget, 'name' | 'nodes'>, what: 'load-image' | 'add-on'): Promise<void> {
    const up = nodes.filter((node) => node.state === 'running')
    const ends = what === 'add-on' ? [endAddOnArgs(name)] : up.map((node) => endLoadArgs(name, nodes.length === 1 ? null : node.name))
    await Promise.all(ends.map((args) => runner.ask(args, 70_000).catch(() => null)))
  }

  async function images(): Promise<NodeImage[]> {
    const home = await runner.home()
    const [preferred, packed] = await Promise.all([preferredVersion(home, await exec.environment()), packedVersions(home)])
    const asked = await runner.ask(versionsArgs()).then(
      ({ stdout }) => parseVersions(stdout),
      () => null,
    )
    versions = versionImages(asked ?? releaseVersions(releaseOf()), preferred, packed)
    return [...versions]
  }

  /** Version of the minikube that will run: the one in use, else the one that would be downloaded. */
  function releaseOf(): string | null {
    const tool = toolchain.snapshot().find((one) => one.name === 'minikube')
    return tool?.used?.version ?? tool?.wanted ?? null
  }

  const createInput = ({ spec, image }: Pick<CreateRequest, 'spec' | 'image'>) => ({
    spec,
    config: configOf(spec),
    kubernetesVersion: spec.image ?? (image === '' ? null : image),
  })

  const provider: Minikube = {
    name: 'minikube',
    tool: 'minikube',
    nodeImages: false,
    imagesNeeded: () => [],
    needsEngine: (spec) => [null, undefined, '', 'docker'].includes(configOf(spec)?.driver),
    machinesFolder: async (spec) => (hasDisk.test(configOf(spec)?.driver ?? '') ? machinesFolder(await runner.home()) : null),
    label: clusterLabel,
    contextName: (name) => name,
    ownsContext,
    kubeconfigFile,
    checkName: (name, _controlPlanes, taken) => checkName(name, taken),
    proposeName: (taken) => propose(taken),
    bestImage: bestVersion,
    imageProblem: (version, cgroupVersion) =>
      needsCgroupV2(version, cgroupVersion) ? new AppError('kubernetes-needs-cgroup-v2', { version }) : null,
    versionOf: (image) => (/^v?\d+\.\d+\.\d+/.test(image) ? `v${image.replace(/^v/, '')}` : null),
    list: () => listing.list(),
    watch: listing.watch,
    readDocument: readMinikubeDocument,
    documentOf: async ({ name }) => {
      const profile = await readProfile(await runner.home(), name)
      if (profile === null || !isUsable(profile.config))
        throw new AppError('profile-damaged', { cluster: name, reason: profileFolder(await runner.home(), name) })
      return documentText(name, profile.config)
    },
    bringsNetwork: (spec) => configOf(spec)?.cni !== 'false',
    steps: createSteps,
    images,
    knownImages: () => versions ?? versionImages(releaseVersions(releaseOf()), null, new Set()),
    nodeNames: ({ name, controlPlanes, workers }) =>
      Array.from({ length: controlPlanes + workers }, (_, index) =>
        machineName(name, index === 0 ? '' : `m${String(index + 1).padStart(2, '0')}`),
      ),
    createCommand: (request) => [request.program, ...createArgs(createInput(request))],
    create: async (request, run, enter) => {
      const { spec, folder, program } = request
      const input = createInput(request)
      const next = createStepReader()
      await runner.work(
        createArgs(input),
        {
          cluster: spec.name,
          driver: input.config?.driver ?? null,
          version: input.kubernetesVersion,
          kubeconfig: kubeconfigFile(folder),
          program,
          read: (event) => {
            const step = next(event)
            if (step !== null) enter(step)
          },
        },
        run,
      )
    },
    remove: async (name, folder, settleMs, run) => {
      const config = (await readProfile(await runner.home(), name))?.config ?? null
      const ours = config === null || config.Driver === '' || config.Driver === 'docker'
      if (ours) await engines.require()
      await remains.calm(name, run).catch(() => undefined)
      // Only minikube can remove the machines of other drivers, and it finds them by these files.
      const program = ours ? await toolchain.resolve('minikube').catch(() => null) : await toolchain.resolve('minikube')
      if (program !== null && (config !== null || (await remains.find(name)).length > 0)) {
        const work = { cluster: name, driver: config?.Driver ?? null, kubeconfig: kubeconfigFile(folder), program: program.path }
        // What it cannot do is done by hand below where that is possible: then what is left says it.
        await runner.work(deleteArgs(name), work, run).catch((error: unknown) => {
          if (!ours || run.signal.aborted) throw error
        })
      }
      const left = await remains.sweep(name, config?.Network || null, settleMs, run)
      return left.map(({ kind, name: one }) => `${kind} ${one}`)
    },
    left: async (name) => (await remains.find(name)).map((one) => `${one.kind} ${one.name}`),
    belongings: ({ name }) => remains.find(name),
    loadImage: async (target, from, run, progress) => {
      const { name, folder, nodes } = target
      const archive = join(folder, imageFile)
      progress.progress('load-image', null)
      await rm(archive, { force: true })
      const wanted = 'image' in from ? [{ ref: from.image, ids: [] }] : (await imagesInArchive(from.archive, run.signal)).images
      if ('archive' in from) await named(from.archive, archive, toolchain.os)
      else {
        const { docker } = await engines.require()
        // Through a file: what minikube takes from the engine by name it keeps a copy of in its cache for ever.
        const args = ['save', `--output=${archive}`, '--', from.image]
        await exec.check({ file: docker, args, jobId: run.jobId, signal: run.signal }).catch((error: unknown) => {
          const tail =
            error instanceof AppError && error.code === 'command-failed' ? String((error as AppError<'command-failed'>).facts.tail) : ''
          throw /no such image|reference does not exist/i.test(tail)
            ? new AppError('image-not-found', { image: from.image }, { cause: error })
            : error
        })
      }
      try {
        await runner.work(imageLoadArgs(name, archive), { cluster: name, kubeconfig: kubeconfigFile(folder) }, run)
      } finally {
        // Also the file of one that went well: minikube leaves it there, and takes the next of its name, size and time for the same.
        await settle(target, 'load-image')
      }
      // It exits with 0 also where a node took nothing: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/machine/cache_images.go
      // To a node that does not run it gives no file, and none is asked what it holds.
      const asked = nodes.filter((node) => 'image' in from || node.state === 'running')
      for (const [index, node] of asked.entries()) {
        const held = await heldOn(name, node.name, nodes.length === 1, run.signal)
        const lost = wanted.find((one) => one.ref !== null && !held.some((each) => isImage(each, one.ref ?? '', one.ids)))?.ref
        if (lost) throw new AppError('image-not-loaded', { image: lost, node: node.name })
        progress.progress('load-image', (index + 1) / asked.length, { node: node.name })
      }
    },
    exportLogs: async (name, directory, program, run) => {
      await runner.work(
        logsArgs(name, join(directory, `${name}.log`)),
        { cluster: name, kubeconfig: join(directory, 'kubeconfig'), program },
        run,
      )
    },
    writeKubeconfig: async ({ name, folder }) => {
      await runner.answer(updateContextArgs(name), { cluster: name, kubeconfig: kubeconfigFile(folder) })
    },
    heldImages: (cluster, node) => heldOn(cluster.name, node, cluster.nodes.length === 1),
    removeImage: async ({ name, folder, nodes }, image, run) => {
      await runner.work(imageRemoveArgs(name, image), { cluster: name, kubeconfig: kubeconfigFile(folder) }, run)
      for (const node of nodes) {
        const held = await heldOn(name, node.name, nodes.length === 1, run.signal)
        if (held.some(({ ref }) => sameImage(ref, image))) throw new AppError('left-behind', { what: `${image} (${node.name})` })
      }
    },
    life,
    drivers: async () => {
      const engine = await engines.require().then(
        () => true,
        () => false,
      )
      return driversOf(await driverGround({ os: toolchain.os, arch: toolchain.arch }, await exec.environment(), engine))
    },
    addOns: (name) => known(addOnsArgs(name), parseAddOns),
    setAddOn: async ({ name, nodes, folder }, addOn, on, run) => {
      const work = { cluster: name, kubeconfig: kubeconfigFile(folder), signal: run.signal }
      await runner.answer(updateContextArgs(name), work)
      await runner.work(addOnArgs(name, addOn, on), work, run).catch(async (error: unknown) => {
        await settle({ name, nodes }, 'add-on')
        throw error
      })
    },
    settle,
    services: async (name, folder) => {
      const work = { cluster: name, kubeconfig: kubeconfigFile(folder) }
      await runner.answer(updateContextArgs(name), work)
      return parseServices(await runner.answer(servicesArgs(name), work)) ?? []
    },
    tunnel: async (name) => {
      const home = await runner.home()
      const config = (await readProfile(home, name))?.config ?? null
      if (!isUsable(config)) throw new AppError('profile-damaged', { cluster: name, reason: profileFolder(home, name) })
      const { os } = toolchain
      const { product, rootless } = await engines.status()
      const wsl = (await exec.environment())['WSL_DISTRO_NAME'] !== undefined
      const plan = tunnelPlan(config, tunnelArgs(name), {
        os,
        apart: os !== 'linux' || wsl || product === 'Docker Desktop' || rootless === true,
      })
      return plan === null ? null : { ...plan, program: (await toolchain.resolve('minikube')).path }
    },
    tunnelCommand: async (name, folder) => {
      const kubeconfig = kubeconfigFile(folder)
      await runner.answer(updateContextArgs(name), { cluster: name, kubeconfig })
      return runner.command(tunnelArgs(name), kubeconfig)
    },
  }
  return provider
}

/**
 * An archive under a name of Cove's own: minikube keeps the name in the machine and gives it to a shell there as it is, so that one with a blank is not found, and one
 * with `$(…)` is a command: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/cruntime/docker.go
 */
async function named(archive: string, own: string, os: string): Promise<void> {
  try {
    // On Windows a symbolic link is a right of few, and a hard one ends with its disk.
    if (os === 'windows') await link(archive, own).catch(() => copyFile(archive, own))
    else await symlink(archive, own)
  } catch (cause) {
    throw new AppError('file-unreadable', { file: archive, reason: String((cause as NodeJS.ErrnoException).code) }, { cause })
  }
}

/** Drivers whose machines are virtual, with a disk of their own: https://minikube.sigs.k8s.io/docs/drivers/ */
const hasDisk = /^(?:kvm2?|qemu2?|virtualbox|hyperkit|hyperv|vfkit|krunkit|vmware|parallels)$/

/** CRI-O has an image of an archive under `localhost/` where its name there has no registry, but with its digest. */
const isImage = (held: HeldImage, ref: string, ids: readonly string[]) =>
  sameImage(held.ref, ref) || ids.includes(`sha256:${held.id.replace(/^sha256:/, '')}`)

/** `busybox:1.36` and `docker.io/library/busybox:1.36` are the same image: https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed */
function sameImage(a: string, b: string): boolean {
  return normal(a) === normal(b)
}

function normal(image: string): string {
  const [first = '', ...rest] = image.split('/')
  const full = rest.length === 0 ? `docker.io/library/${image}` : /[.:]|^localhost$/.test(first) ? image : `docker.io/${image}`
  return /(?::[^/]+|@.+)$/.test(full) ? full : `${full}:latest`
}
