import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { parseEvent } from './events.ts'
import { profilesFolder } from './home.ts'

/** What a profile's config.json says, as far as Cove needs it. The same object is `Config` in `minikube profile list -o json`. Every field may be missing: they vary by version. */
const nodeSchema = z.looseObject({
  /** Empty for the first node, else `m02`. */
  Name: z.string().catch(''),
  IP: z.string().catch(''),
  Port: z.number().catch(0),
  KubernetesVersion: z.string().catch(''),
  ContainerRuntime: z.string().catch(''),
  ControlPlane: z.boolean().catch(false),
})
const optionSchema = z.looseObject({ Component: z.string(), Key: z.string(), Value: z.string() })
export const profileConfigSchema = z.looseObject({
  Name: z.string().catch(''),
  Driver: z.string().catch(''),
  Memory: z.number().catch(0),
  CPUs: z.number().catch(0),
  DiskSize: z.number().catch(0),
  InsecureRegistry: z.array(z.string()).nullable().catch(null),
  RegistryMirror: z.array(z.string()).nullable().catch(null),
  APIServerPort: z.number().catch(0),
  KubernetesConfig: z
    .looseObject({
      KubernetesVersion: z.string().catch(''),
      ContainerRuntime: z.string().catch(''),
      FeatureGates: z.string().catch(''),
      ServiceCIDR: z.string().catch(''),
      CNI: z.string().catch(''),
      DNSDomain: z.string().catch(''),
      ExtraOptions: z.array(optionSchema).nullable().catch(null),
    })
    .nullable()
    .catch(null),
  Nodes: z.array(nodeSchema).nullable().catch(null),
  Addons: z.record(z.string(), z.boolean()).nullable().catch(null),
  ExposedPorts: z.array(z.string()).nullable().catch(null),
  Network: z.string().catch(''),
  Subnet: z.string().catch(''),
  Mount: z.boolean().catch(false),
  MountString: z.string().catch(''),
})
export type ProfileConfig = z.infer<typeof profileConfigSchema>

/** What minikube did last with a profile, from its events.json. */
export type LastOperation = {
  readonly what: 'start' | 'stop' | 'pause' | 'unpause' | 'other'
  readonly done: boolean
  /** It said why it ended. */
  readonly failed: boolean
  readonly changedAt: number
}

export type Profile = {
  readonly name: string
  /** Null: there is none that could be read. */
  readonly config: ProfileConfig | null
  readonly createdAt: number | null
  readonly last: LastOperation | null
}

/** All profiles of a minikube home by name, without asking minikube, which reads the same files in 50 ms. Empty where there is no such folder. Throws what reading it throws otherwise. */
export async function readProfiles(home: string): Promise<Profile[]> {
  const folder = profilesFolder(home)
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
  const names = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => entry.name)
  const profiles = await Promise.all(names.map((name) => readProfile(home, name)))
  return profiles.flatMap((profile) => profile ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Null: no such folder. */
export async function readProfile(home: string, name: string): Promise<Profile | null> {
  const folder = join(profilesFolder(home), name)
  const found = await stat(folder).catch(() => null)
  if (!found?.isDirectory()) return null
  const [config, last] = await Promise.all([readConfig(join(folder, 'config.json')), readLastOperation(join(folder, 'events.json'))])
  // Where the file system keeps no time of birth it is the time of the last change.
  const createdAt = found.birthtimeMs > 0 ? Math.round(found.birthtimeMs) : null
  return { name, config, createdAt, last }
}

/** minikube removes the file and then renames the new one into its place, so one that is missing or cut is looked for a second time. */
async function readConfig(file: string): Promise<ProfileConfig | null> {
  for (let attempt = 0; attempt < 3; attempt++) {
    if (attempt > 0) await sleep(20)
    const config = parseConfig(await readFile(file, 'utf8').catch(() => ''))
    if (config !== null) return config
  }
  return null
}

/** Null: not such JSON. Pure. */
export function parseConfig(text: string): ProfileConfig | null {
  try {
    return profileConfigSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

async function readLastOperation(file: string): Promise<LastOperation | null> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)])
    return lastOperation(text, Math.round(mtimeMs))
  } catch {
    return null
  }
}

const operations: Readonly<Record<string, LastOperation['what']>> = {
  'Initial Minikube Setup': 'start',
  Stopping: 'stop',
  PowerOff: 'stop',
  Pausing: 'pause',
  Unpausing: 'unpause',
}

/** Pure. What is written in text mode may lack its last lines: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/out/register/cloud_events.go */
export function lastOperation(text: string, changedAt: number): LastOperation | null {
  const events = text.split('\n').flatMap((line) => parseEvent(line) ?? [])
  const steps = events.flatMap((event) => (event.kind === 'step' ? event.name : []))
  if (events.length === 0) return null
  const failed = events.some((event) => event.kind === 'error' && event.exitCode !== null)
  return { what: operations[steps[0] ?? ''] ?? 'other', done: steps.at(-1) === 'Done', failed, changedAt }
}

/** Name of a node's machine, which is also its container's: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/config/profile.go */
export function machineName(profile: string, node: string): string {
  return node === '' ? profile : `${profile}-${node}`
}

/** Names of all machines that a profile knows. */
export function machinesOf({ name, config }: Pick<Profile, 'name' | 'config'>): string[] {
  return (config?.Nodes ?? []).map((node) => machineName(name, node.Name))
}

/** As minikube itself tells a profile that it can use from one that is damaged. */
export function isUsable(config: ProfileConfig | null): config is ProfileConfig {
  return (
    config !== null &&
    config.Driver !== '' &&
    (config.Nodes ?? []).length > 0 &&
    (config.Nodes ?? []).every((node) => node.KubernetesVersion !== '')
  )
}
