import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { Leftover } from '#shared/contract/leftovers.ts'
import { AppError } from '../error.ts'
import { minikubeHome } from '../providers/minikube/home.ts'
import { isAnyBusy, isBusy, isYoung, profilesOf } from './busy.ts'
import { filesIn, foldersIn, isOurs, isThere, measure } from './files.ts'
import { type LeftoversDeps, minikubeLabel, minikubeNameLabel, type Round, type Surroundings } from './types.ts'

type Deps = Pick<LeftoversDeps, 'exec' | 'env' | 'homeDir'>

/** minikube's folder as it is for the tools that Cove runs: the login shell may say another than what Cove was started with. */
export async function homeOfTools({ exec, homeDir }: Deps): Promise<string> {
  return minikubeHome(await exec.environment(), homeDir)
}

/** Names of all profiles, also damaged ones, in every folder that is known of: nothing of theirs in the engine is a leftover. Throws `file-unreadable`. */
export async function knownProfiles(deps: Deps): Promise<ReadonlySet<string>> {
  const homes = [await homeOfTools(deps), minikubeHome(deps.env, deps.homeDir), join(deps.homeDir, '.minikube')]
  const names = await Promise.all([...new Set(homes)].map((home) => foldersIn(join(home, 'profiles'))))
  return new Set(names.flat())
}

/**
 * Folders of profiles without a readable `config.json`, which minikube itself calls invalid, and folders of machines that no profile has. Nothing whose
 * container exists; one with a virtual machine is shown, but its machine is minikube's to remove.
 */
export async function profileLeftovers(home: string, round: Round): Promise<Leftover[]> {
  const [profiles, machines] = await Promise.all([foldersIn(join(home, 'profiles')), foldersIn(join(home, 'machines'))])
  const states = new Map(await Promise.all(profiles.map(async (name) => [name, await stateOf(join(home, 'profiles', name))] as const)))
  const doubtful = [
    ...profiles.filter((name) => states.get(name) !== 'whole'),
    ...machines.filter((name) => !profilesOf(name).some((one) => states.get(one) === 'whole')),
  ]
  if (doubtful.length === 0) return []
  const { containers } = await round.things()
  const living = new Set(containers.flatMap((one) => (one.labels[minikubeLabel] === 'true' ? (one.labels[minikubeNameLabel] ?? []) : [])))
  const inUse = (name: string) =>
    profilesOf(name).some((one) => isBusy(round.around, one)) ||
    [...living].some((machine) => profilesOf(machine).includes(name) || profilesOf(name).includes(machine))

  const found = await Promise.all([
    ...profiles.map(async (name): Promise<Leftover | null> => {
      const state = states.get(name)
      if (state === undefined || state === 'whole' || inUse(name)) return null
      const path = join(home, 'profiles', name)
      const kind = state === 'certificates' ? 'certificates' : 'profile'
      const code = state === 'damaged' ? 'profile-damaged' : 'profile-gone'
      return folderItem({ path, name, kind, code, machine: join(home, 'machines', name) }, round.around)
    }),
    ...machines.map(async (name): Promise<Leftover | null> => {
      if (profilesOf(name).some((one) => states.get(one) === 'whole') || inUse(name)) return null
      const path = join(home, 'machines', name)
      const code = profilesOf(name).some((one) => states.has(one)) ? 'profile-damaged' : 'profile-gone'
      return folderItem({ path, name, kind: 'machine', code, machine: path }, round.around)
    }),
  ])
  return found.filter((one) => one !== null)
}

type Folder = {
  readonly path: string
  readonly name: string
  readonly kind: 'profile' | 'certificates' | 'machine'
  readonly code: 'profile-damaged' | 'profile-gone'
  readonly machine: string
}

async function folderItem({ path, name, kind, code, machine }: Folder, around: Surroundings): Promise<Leftover | null> {
  const measured = await measure(path)
  if (measured === null || isYoung(around, measured.newestMs)) return null
  const blocked = (await mayHaveMachine(machine)) ? 'machine-driver' : (await isOurs(path)) ? null : 'not-owner'
  return {
    id: `${kind}:${path}:${measured.identity}`,
    source: 'minikube',
    kind,
    name,
    path,
    provider: 'minikube',
    cluster: name,
    sizeBytes: measured.bytes,
    createdAt: Math.round(measured.madeMs),
    why: { code, facts: { cluster: name } },
    blocked,
    preselected: true,
  }
}

/** Node images, images to preload and disks that minikube keeps to make the next cluster faster. Never what a stopped cluster starts with (`cache/linux`, `cache/images`). */
export async function cacheLeftovers(home: string, { around }: Round): Promise<Leftover[]> {
  if (isAnyBusy(around)) return []
  const cache = join(home, 'cache')
  const folders = ['kic', 'iso'].map((name) => join(cache, name))
  const inside = (
    await Promise.all(folders.map(async (folder) => [folder, ...(await foldersIn(folder)).map((name) => join(folder, name))]))
  ).flat()
  const found = await Promise.all(
    [...inside, join(cache, 'preloaded-tarball')].map(async (folder) => {
      const files = (await filesIn(folder)).filter((name) => /\.(?:tar|tar\.lz4|iso)$/.test(name))
      return Promise.all(files.map((name) => cacheItem(join(folder, name), around)))
    }),
  )
  return found.flat().filter((one) => one !== null)
}

async function cacheItem(path: string, around: Surroundings): Promise<Leftover | null> {
  const measured = await measure(path)
  if (measured === null || isYoung(around, measured.newestMs)) return null
  return {
    id: `cache:${path}:${measured.identity}`,
    source: 'minikube-cache',
    kind: 'cache',
    name: basename(path),
    path,
    provider: 'minikube',
    cluster: null,
    sizeBytes: measured.bytes,
    createdAt: Math.round(measured.madeMs),
    why: { code: 'cache', facts: {} },
    blocked: (await isOurs(path)) ? null : 'not-owner',
    preselected: false,
  }
}

/** As minikube reads it: https://github.com/kubernetes/minikube/blob/master/pkg/minikube/config/profile.go (IsValid) */
const configSchema = z.object({ Name: z.string().min(1), Driver: z.string().min(1), Nodes: z.array(z.unknown()).min(1) })

/** `whole`: minikube can start it. What cannot be read is taken as whole: unknown is never gone. */
async function stateOf(profile: string): Promise<'whole' | 'damaged' | 'certificates' | 'empty'> {
  try {
    const text = await readFile(join(profile, 'config.json'), 'utf8')
    return configSchema.safeParse(parsed(text)).success ? 'whole' : 'damaged'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return 'whole'
  }
  const files = await filesIn(profile)
  const certificate = (name: string) => /\.(?:crt|key|pem)(?:\.[0-9a-f]+)?$/.test(name)
  if (files.length === 0) return 'empty'
  return files.every((name) => certificate(name) || name === 'events.json' || name === 'pid') ? 'certificates' : 'damaged'
}

const machineSchema = z.object({ DriverName: z.string() })
/** Drivers whose machines are containers, or none at all: where the engine has no container there is nothing. */
const containerDrivers = ['docker', 'podman', 'none', 'ssh']

/** True where a virtual machine may be behind the folder, which would go on without it. */
async function mayHaveMachine(machine: string): Promise<boolean> {
  if (!(await isThere(machine))) return false
  try {
    const { DriverName } = machineSchema.parse(parsed(await readFile(join(machine, 'config.json'), 'utf8')))
    // Podman's containers are not seen from docker.
    return DriverName === 'podman' || !containerDrivers.includes(DriverName)
  } catch (error) {
    if (error instanceof AppError || (error as NodeJS.ErrnoException).code === 'ENOENT')
      return (await filesIn(machine)).some((name) => /\.(?:iso|rawdisk|vmdk|qcow2|img|vhdx?|hds|hdd)$/i.test(name))
    return true
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
