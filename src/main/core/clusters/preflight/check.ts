import type { CreateSpec, NodeImage } from '#shared/contract/clusters.ts'
import type { Finding } from '#shared/contract/findings.ts'
import type { ErrorCode } from '#shared/messages/error-facts.ts'
import { AppError, type Facts } from '../../error.ts'
import type { ProviderDeps } from '../types.ts'
import { diskProblem, engineDiskProblem } from './disk.ts'
import { lookAtExtras, nothingFound, registryClash, registryPort } from './extras.ts'
import { inputProblems } from './input.ts'
import { lookAtMachine, machineFindings } from './machine-findings.ts'
import { portProblems } from './ports.ts'
import { wishOf } from './wish.ts'

export type Checked = {
  /** Each is a reason to refuse the create, the one to tell first in front. */
  readonly problems: readonly AppError[]
  /** What else was found of the machine; those that are a `problem` are among `problems` too. */
  readonly findings: readonly Finding[]
  readonly image: NodeImage
  readonly images: readonly NodeImage[]
  /** Images beside those of the nodes that are needed and have to be pulled. */
  readonly pulls: readonly string[]
  /** Names in use, whatever made them. */
  readonly taken: readonly string[]
  /** Path of docker; null where no engine answers. */
  readonly docker: string | null
}

export type CheckDeps = Pick<ProviderDeps, 'provider' | 'engines' | 'toolchain' | 'kubeconfig' | 'exec' | 'madeFrom'>

/** A cluster that will be gone before the create begins: what it holds is free then. */
export type Leaving = { readonly id: string; readonly nodes: readonly { readonly name: string }[] }

/** Looks at everything a create needs, all at once; changes nothing and asks no network. Never throws an AppError: what is wrong is in `problems`. */
export async function checkMachine(deps: CheckDeps, spec: CreateSpec, leaving: Leaving | null = null): Promise<Checked> {
  const { provider, engines, kubeconfig, exec } = deps
  const problems: AppError[] = inputProblems(spec, provider)
  const note = <T>(work: Promise<T>, fallback: T): Promise<T> =>
    work.catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error
      if (!problems.some((one) => one.code === error.code)) problems.push(error)
      return fallback
    })

  const remote = takenContexts({ provider, kubeconfig }, spec.name)
  const writable = note(kubeconfig.checkWritable(), undefined)
  const needed = provider.needsEngine(spec)
  const engine = needed ? await note(engines.require(), null) : null
  const local = engine !== null && (engine.engine.endpoint === null || /^(?:unix|npipe):/.test(engine.engine.endpoint))
  const wish = wishOf(spec, null)
  const extras = await note(lookAtExtras(wish, engine?.docker ?? null, exec), nothingFound)
  const clash = registryClash(wish, spec.ports)
  const portsWished = clash.length > 0 ? spec.ports : [...spec.ports, ...registryPort(wish, extras.registry)]
  const [listed, images, ports, engineDisk, machinesDisk, looked] = await Promise.all([
    engine === null && needed ? [] : note(provider.list(), []),
    engine === null && needed ? provider.knownImages() : note(provider.images(), [...provider.knownImages()]),
    engine === null || !local ? [] : note(portProblems(portsWished, engine.docker, exec), []),
    engine === null ? null : note(engineDiskProblem(engine.docker, engine.engine.endpoint, exec), null),
    needed ? null : ownDisk(provider.machinesFolder?.(spec)),
    lookAtMachine({ wish, docker: engine?.docker ?? null, engine: engine?.engine ?? null }, exec),
    writable,
  ])
  const clusters = listed.filter((cluster) => cluster.id !== leaving?.id)
  const cgroupVersion = engine?.engine.cgroupVersion ?? null
  const image = spec.image === null ? provider.bestImage(images, cgroupVersion) : await wished(spec.image, images)
  const taken = [...clusters.map((cluster) => cluster.name), ...(await remote)]
  const name = provider.checkName(spec.name, spec.controlPlanes, taken)
  if (name?.code === 'name-taken') problems.push(name)
  problems.push(...ports.filter((port) => !leaving?.nodes.some((node) => isHeldBy(port, node.name))))
  // A registry that runs holds its port already, which is told above.
  problems.push(...clash.filter(({ facts }) => !ports.some((port) => port.facts['port' as never] === facts['port' as never])))
  const unfit = image === undefined ? null : provider.imageProblem(image.version === '' ? null : image.version, cgroupVersion)
  if (unfit !== null) problems.push(unfit)
  problems.push(...[engineDisk, machinesDisk].filter((disk) => disk !== null))
  const findings = machineFindings({
    ...deps,
    spec,
    wish: { ...wish, version: image?.version || null },
    extras,
    engine: engine?.engine ?? null,
    looked,
    clusters,
  })
  for (const one of findings) if (one.level === 'problem') problems.push(new AppError(one.cause, one.facts as Facts<ErrorCode>))
  return {
    problems,
    findings,
    image: image ?? { ref: '', version: '', local: false, sizeBytes: null },
    images,
    pulls: extras.pulls,
    taken,
    docker: engine?.docker ?? null,
  }

  async function wished(ref: string, known: readonly NodeImage[]): Promise<NodeImage> {
    const found = known.find((one) => one.ref === ref)
    if (found !== undefined) return found
    const repository = ref.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
    const held = engine === null ? [] : await note(engines.images(repository), [])
    const mine = held.find((one) => one.ref === ref)
    return { ref, version: provider.versionOf(ref) ?? '', local: mine !== undefined, sizeBytes: mine?.sizeBytes ?? null }
  }
}

async function ownDisk(folder: Promise<string | null> | undefined): Promise<AppError | null> {
  const path = (await folder) ?? null
  return path === null ? null : diskProblem(path)
}

/** `container dev-control-plane`, as `portProblems` names a holder. */
const isHeldBy = (port: AppError, node: string): boolean =>
  String(port.facts['holder' as never] ?? '')
    .split(/\s+/)
    .includes(node)

/** A context of that name that leads to another machine would be replaced by the new cluster's: that name is in use too. */
async function takenContexts({ provider, kubeconfig }: Pick<CheckDeps, 'provider' | 'kubeconfig'>, name: string): Promise<string[]> {
  const { contexts } = await kubeconfig.snapshot()
  return contexts.some(
    (context) => context.name === provider.contextName(name) && context.local === false && !provider.ownsContext(context, name),
  )
    ? [name]
    : []
}
