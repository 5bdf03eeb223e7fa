import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engines } from '../../engines/types.ts'
import type { Exec } from '../../exec/types.ts'
import { calmNodes } from '../calm.ts'
import type { BelongingKind, ProviderRun } from '../provider.ts'
import { machinesFolder, profileFolder } from './home.ts'
import { clusterLabel, machineLabel } from './inspect.ts'
import { machinesOf, readProfile } from './profiles.ts'

export type Belonging = { readonly kind: BelongingKind; readonly name: string; readonly sizeBytes: number | null }

export type Remains = {
  /** Stops what starts containers inside the nodes. Never fails for it. */
  calm(name: string, run: ProviderRun): Promise<void>
  /** Containers, volumes, networks and folders of this name, as minikube labels and names them. Without the engine: folders only. */
  find(name: string): Promise<Belonging[]>
  /** Removes the container and the volume of one machine. */
  removeMachine(machine: string, run: ProviderRun): Promise<void>
  /** Removes what `find` finds, and this network, until nothing is seen for `settleMs`, at most for 20 s; then says what is left. */
  sweep(name: string, network: string | null, settleMs: number, run: ProviderRun): Promise<Belonging[]>
}

/** The runtime and the kubelet of whatever sort; those that a node lacks do not matter, a node that does not answer yet does. */
const stopScript = `systemctl list-units --no-pager >/dev/null 2>&1 || exit
for unit in kubelet containerd crio docker.socket docker; do systemctl stop "$unit" 2>/dev/null; done`

/** What a profile of minikube leaves, whoever made it and however far it came. `home`: minikube's own folder. */
export function createRemains({ exec, engines }: { exec: Exec; engines: Engines }, home: () => Promise<string>): Remains {
  async function docker(args: readonly string[], run?: ProviderRun): Promise<string> {
    const { docker: file } = await engines.require()
    const limits = { timeoutMs: 60_000, ...(run === undefined ? { quiet: true } : { jobId: run.jobId, signal: run.signal }) }
    return (await exec.run({ file, args, ...limits })).stdout
  }

  /** A machine of this name, and of no other profile: `dev-m02` can be a profile too, made by hand. */
  async function ownMachine(name: string): Promise<(machine: string) => boolean> {
    const folder = await home()
    const known = new Set((await readProfile(folder, name).then((profile) => profile && machinesOf(profile))) ?? [])
    const others = new Set((await readdir(join(folder, 'profiles')).catch(() => [])).filter((one) => one !== name))
    const numbered = new RegExp(`^${name.replace(/[.]/g, '\\.')}(?:-m\\d{2,3})?$`)
    return (machine) => known.has(machine) || (numbered.test(machine) && !others.has(machine))
  }

  async function containers(name: string) {
    const own = await ownMachine(name)
    return (await engines.containers(clusterLabel)).filter((one) => own(one.labels[machineLabel] ?? one.name))
  }

  /** Names of volumes or networks with minikube's label whose machine or profile is of this name. */
  async function labelled(what: 'volume' | 'network', name: string): Promise<string[]> {
    const own = await ownMachine(name)
    const text = await docker([what, 'ls', `--filter=label=${clusterLabel}=true`, `--format={{.Name}}\t{{.Label "${machineLabel}"}}`])
    return text.split('\n').flatMap((line) => {
      const [found = '', machine = ''] = line.split('\t')
      return found !== '' && own(machine) ? [found] : []
    })
  }

  async function folders(name: string): Promise<Belonging[]> {
    const own = await ownMachine(name)
    const root = machinesFolder(await home())
    const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
    const machines = entries.filter((entry) => entry.isDirectory() && own(entry.name)).map((entry) => join(root, entry.name))
    const paths = [profileFolder(await home(), name), ...machines]
    const found = await Promise.all(paths.map(async (path) => ((await stat(path).catch(() => null)) === null ? [] : [path])))
    return Promise.all(found.flat().map(async (path) => ({ kind: 'file' as const, name: path, sizeBytes: await sizeOf(path) })))
  }

  async function inEngine(name: string): Promise<Belonging[]> {
    const [nodes, volumes, networks] = await Promise.all([containers(name), labelled('volume', name), labelled('network', name)])
    const row = (kind: BelongingKind, found: readonly string[]) => found.map((one): Belonging => ({ kind, name: one, sizeBytes: null }))
    return [
      ...row(
        'container',
        nodes.map((one) => one.name),
      ),
      ...row('volume', volumes),
      ...row('network', networks),
    ]
  }

  const engineThere = () =>
    engines.require().then(
      () => true,
      () => false,
    )

  async function sweepEngine(name: string, network: string | null, settleMs: number, run: ProviderRun): Promise<void> {
    const begun = performance.now()
    for (let seen = begun; performance.now() - begun < 20_000; ) {
      const ids = (await containers(name)).map((one) => one.id)
      if (ids.length > 0) {
        await docker(['rm', '--force', '--volumes', '--', ...ids], run)
        seen = performance.now()
      } else if (performance.now() - seen >= settleMs) break
      else await sleep(Math.min(300, settleMs))
    }
    const volumes = await labelled('volume', name)
    if (volumes.length > 0) await docker(['volume', 'rm', '--', ...volumes], run)
    const networks = await labelled('network', name)
    // A network of another name is only minikube's where it has its label, and the engine keeps one that somebody else uses.
    if (network !== null) {
      const all = (await docker(['network', 'ls', `--filter=label=${clusterLabel}=true`, '--format={{.Name}}'])).split('\n')
      if (all.includes(network) && !networks.includes(network)) networks.push(network)
    }
    for (const one of networks) await docker(['network', 'rm', '--', one], run)
  }

  return {
    calm: async (name, run) => {
      const nodes = (await containers(name)).filter((one) => one.state === 'running')
      if (nodes.length === 0) return
      await calmNodes({ exec, engines }, { label: clusterLabel, ids: nodes.map((one) => one.id), stop: stopScript }, run)
    },
    find: async (name) => [...((await engineThere()) ? await inEngine(name) : []), ...(await folders(name))],
    removeMachine: async (machine, run) => {
      const ids = (await engines.containers(clusterLabel))
        .filter((one) => (one.labels[machineLabel] ?? one.name) === machine)
        .map((one) => one.id)
      if (ids.length > 0) await docker(['rm', '--force', '--volumes', '--', ...ids], run)
      const volumes = (await docker(['volume', 'ls', '--quiet', `--filter=label=${machineLabel}=${machine}`]))
        .split('\n')
        .filter((one) => one !== '')
      if (volumes.length > 0) await docker(['volume', 'rm', '--', ...volumes], run)
    },
    sweep: async (name, network, settleMs, run) => {
      const there = await engineThere()
      if (there) await sweepEngine(name, network, settleMs, run)
      for (const { name: path } of await folders(name)) await rm(path, { recursive: true, force: true })
      return [...(there ? await inEngine(name) : []), ...(await folders(name))]
    },
  }
}

/** Bytes of all files below a folder; null where it cannot be read. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    const sizes = await Promise.all(
      entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)).then(({ size }) => size)),
    )
    return sizes.reduce((sum, size) => sum + size, 0)
  } catch {
    return null
  }
}
