import { isAbsolute } from 'node:path'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import { registryImage } from '#shared/contract/registry-wiring.ts'
import { AppError } from '../../error.ts'
import type { CommandResult, Exec } from '../../exec/types.ts'
import { publishes, readRegistryState, registryStateArgs } from '../extras.ts'
import { missing } from './host.ts'
import { overlap } from './ports.ts'
import type { Wish } from './wish.ts'

/** What this machine says of the registry, the images and the manifests that a document asks for. What does not answer says nothing. */
export type ExtrasGround = {
  readonly missingManifests: readonly string[]
  /** Images to load that the engine does not hold. */
  readonly missingImages: readonly string[]
  /** `other`: a container has its name and is not published at its port; null: none is asked for, or the engine does not say. */
  readonly registry: 'absent' | 'stopped' | 'running' | 'other' | null
  /** Images that are needed beside those of the nodes, and have to be pulled. */
  readonly pulls: readonly string[]
}

/** kind's guide publishes it on this machine alone: https://kind.sigs.k8s.io/docs/user/local-registry/ */
const registryAddress = '127.0.0.1'

export const nothingFound: ExtrasGround = { missingManifests: [], missingImages: [], registry: null, pulls: [] }

/** Asks nobody where the document asks for nothing. `docker`: null where no engine answers. Throws AppErrors of `exec`. */
export async function lookAtExtras(
  wish: Pick<Wish, 'images' | 'manifests' | 'registry'>,
  docker: string | null,
  exec: Exec,
): Promise<ExtrasGround> {
  const ask = async (args: readonly string[]) => (docker === null ? null : exec.run({ file: docker, args, timeoutMs: 10_000, quiet: true }))
  const lacks = async (image: string) => saysAbsent(await ask(['image', 'inspect', '--format={{.Id}}', '--', image]))
  const { registry } = wish
  const [missingManifests, lacking, state] = await Promise.all([
    // An address is fetched by the create and by nothing else.
    missing(wish.manifests.filter((manifest) => isAbsolute(manifest))),
    Promise.all(wish.images.map(lacks)),
    registry === null ? Promise.resolve(null) : ask(registryStateArgs(registry.name)).then((result) => stateOf(registry, result)),
  ])
  return {
    missingManifests,
    missingImages: wish.images.filter((_, index) => lacking[index]),
    registry: state,
    pulls: state === 'absent' && (await lacks(registryImage)) ? [registryImage] : [],
  }
}

/** The port that a registry will take that does not run yet. Pure. */
export function registryPort({ registry }: Pick<Wish, 'registry'>, state: ExtrasGround['registry']): CreateSpec['ports'] {
  if (registry === null || (state !== 'absent' && state !== 'stopped')) return []
  return [{ hostPort: registry.port, containerPort: 5000, protocol: 'TCP', listenAddress: registryAddress }]
}

/** The registry and a node cannot both listen there. Pure. */
export function registryClash({ registry }: Pick<Wish, 'registry'>, ports: CreateSpec['ports']): AppError[] {
  const isSame = (one: CreateSpec['ports'][number]) =>
    one.hostPort === registry?.port && one.protocol === 'TCP' && overlap(one.listenAddress, registryAddress)
  if (registry === null || !ports.some(isSame)) return []
  return [new AppError('port-taken', { port: registry.port, holder: registry.name, free: null })]
}

function stateOf(registry: NonNullable<Wish['registry']>, result: CommandResult | null): ExtrasGround['registry'] {
  if (saysAbsent(result)) return 'absent'
  if (result?.exitCode !== 0) return null
  const { running, bindings } = readRegistryState(result.stdout)
  if (!publishes(bindings, registry.port)) return 'other'
  return running ? 'running' : 'stopped'
}

/** In docker's words, and in podman's: an engine that is gone by now says something else. */
const saysAbsent = (result: CommandResult | null): boolean =>
  result !== null && result.exitCode !== 0 && /no such (?:image|container|object)|image not known/i.test(result.stderr)
