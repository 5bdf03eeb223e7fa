import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { execa } from 'execa'
import { type Machine, makeMachine } from './cove.ts'
import type { Ground } from './ground.ts'
import { programsOf, test as base } from './test.ts'

export { expect } from './test.ts'

const root = resolve(import.meta.dirname, '../..')
/** Where the kit keeps its programs. */
const cache = process.env['COVE_KIT_CACHE'] ?? join(homedir(), '.cache', 'cove-real-cluster')

/** Programs of the kit that its hosts do not have: crictl is there once its minikube is built, nft is taken out of its nodes. */
export const kitPrograms = { crictl: join(cache, 'minikube/crictl'), nft: join(cache, 'base/usr/sbin/nft') }

type Fixtures = {
  /** Variables under which `minikube start` works here without knowing any flag. Skips the test by name where there is no real minikube. */
  minikubeVariables: Record<string, string>
  /** A machine with an engine, minikube and kubectl. */
  minikubeMachine: Machine
}

export const test = base.extend<Fixtures>({
  minikubeVariables: async ({ ground }, use, info) => {
    const found = await minikubeVariables(ground)
    info.skip('missing' in found, `needs ${'missing' in found ? found.missing : ''}`)
    if (!('missing' in found)) await use(found)
  },
  minikubeMachine: async ({ ground, minikubeVariables }, use) => {
    const machine = await makeMinikubeMachine(ground, minikubeVariables, ['minikube', 'kubectl'])
    await use(machine)
    await machine.remove()
  },
})

/** A machine with an engine and these programs, on which `minikube start` works without knowing any flag. */
export async function makeMinikubeMachine(
  ground: Exclude<Ground, { kind: 'none' }>,
  variables: Readonly<Record<string, string>>,
  programs: string[],
): Promise<Machine> {
  // minikube leaves locks and logs of each run in the temporary folder, and clears none away.
  const temporary = await mkdtemp(join(tmpdir(), 'cove-mk-'))
  const machine = await makeMachine({ programs: await minikubePrograms(ground, programs), env: { ...variables, TMPDIR: temporary } })
  // minikube calls sudo by name; all it does for root is to run the command.
  const hasSudo = (machine.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'sudo')))
  if (!hasSudo && process.getuid?.() === 0)
    await writeFile(join(machine.home, 'programs/sudo'), '#!/bin/sh\n[ "$1" = -n ] && shift\n[ "$1" = -- ] && shift\nexec "$@"\n', {
      mode: 0o755,
    })
  return {
    ...machine,
    remove: async () => {
      await machine.remove()
      await rm(temporary, { recursive: true, force: true })
    },
  }
}

/** The variables of the fixture; or what is missing for a real minikube. */
export async function minikubeVariables({ kind }: Ground): Promise<Record<string, string> | { readonly missing: string }> {
  if (kind !== 'kit') return { missing: 'the kit' }
  if (!existsSync(join(cache, 'bin/minikube')))
    return { missing: 'e2e/real-cluster/minikube/up, which builds the real minikube for a quarter of an hour' }
  const { stdout } = await execa('bash', ['-c', 'eval "$("$0")" && env -0', join(root, 'e2e/real-cluster/minikube/up')], {
    stdin: 'ignore',
  })
  const all = stdout.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
  return Object.fromEntries(all.filter(([name]) => name.startsWith('MINIKUBE_')))
}

/** Paths of these programs, minikube among them. */
const minikubePrograms = (ground: Exclude<Ground, { kind: 'none' }>, names: string[]) =>
  programsOf({ ...ground, path: `${join(cache, 'bin')}:${ground.path}` }, names)

/** What the engine and a machine's home hold of minikube, by name, and what `ip` has of its networks. Other clusters of the same engine come and go meanwhile. */
export async function minikubeState(machine: Machine) {
  const names = async (...args: string[]) => (await execa('docker', args)).stdout.split('\n').filter(Boolean)
  const lines = async (...args: string[]) => {
    const labelled = await names(...args, '--filter=label=created_by.minikube.sigs.k8s.io')
    const named = (await names(...args)).filter((name) => name.startsWith('cove-mk'))
    return [...new Set([...labelled, ...named])].sort()
  }
  const folder = join(machine.home, '.minikube')
  return {
    containers: await lines('ps', '--all', '--format={{.Names}}'),
    volumes: await lines('volume', 'ls', '--format={{.Name}}'),
    networks: await lines('network', 'ls', '--format={{.Name}}'),
    ...(await linksState()),
    profiles: await readdir(join(folder, 'profiles')).catch(() => []),
    // Beside the machines lie the keys that all of them share.
    machines: (await readdir(join(folder, 'machines')).catch(() => [])).filter((name) => !name.endsWith('.pem')),
  }
}

/**
 * Bridges of minikube's networks, and routes that lead over them. Known by their addresses, since the engine's name of a network that is gone says nothing any more:
 * minikube takes /24 from 192.168.49.0 on, docker by itself never so small ones: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/drivers/kic/oci/network_create.go
 */
async function linksState(): Promise<Record<'bridges' | 'routes', string[]>> {
  const ip = async (...args: string[]) => (await execa('ip', ['-oneline', '-4', ...args])).stdout.split('\n')
  const [addresses, routes] = await Promise.all([ip('address', 'show', 'type', 'bridge'), ip('route', 'show')])
  return {
    bridges: addresses.flatMap((line) => (/ inet 192\.168\.\d+\.\d+\/24 /.test(line) ? [line.split(/\s+/)[1] ?? ''] : [])).sort(),
    // To the network itself, or to what a tunnel reaches through it. Whether anything is on the network just now is no matter.
    routes: routes
      .filter((line) => /^192\.168\.\d+\.0\/24 dev br-| via 192\.168\.\d+\.\d+ dev br-/.test(line))
      .map((line) => line.replace(/ linkdown/, '').trim())
      .sort(),
  }
}
