import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { type Machine, makeMachine } from './cove.ts'
import { programsOf, test as base } from './test.ts'

export { expect } from './test.ts'

const root = resolve(import.meta.dirname, '../..')
const cache = process.env['COVE_KIT_CACHE'] ?? join(homedir(), '.cache', 'cove-real-cluster')

type Fixtures = {
  /** Variables under which `minikube start` works here without knowing any flag. Skips the test by name where there is no real minikube. */
  minikubeVariables: Record<string, string>
  /** A machine with an engine, minikube and kubectl. */
  minikubeMachine: Machine
}

export const test = base.extend<Fixtures>({
  minikubeVariables: async ({ ground }, use, info) => {
    const missing =
      ground.kind !== 'kit'
        ? 'the kit'
        : existsSync(join(cache, 'bin/minikube'))
          ? null
          : 'e2e/real-cluster/minikube/up, which builds the real minikube for a quarter of an hour'
    info.skip(missing !== null, `needs ${missing}`)
    const { stdout } = await execa('bash', ['-c', 'eval "$("$0")" && env -0', join(root, 'e2e/real-cluster/minikube/up')], {
      stdin: 'ignore',
    })
    const all = stdout.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
    await use(Object.fromEntries(all.filter(([name]) => name.startsWith('MINIKUBE_'))))
  },
  minikubeMachine: async ({ ground, minikubeVariables }, use) => {
    const machine = await makeMachine({
      programs: await programsOf({ ...ground, path: `${join(cache, 'bin')}:${ground.path}` }, ['minikube', 'kubectl']),
      env: minikubeVariables,
    })
    // minikube leaves locks and logs of each run in the temporary folder, and clears none away.
    const temporary = await mkdtemp(join(tmpdir(), 'cove-mk-'))
    machine.env['TMPDIR'] = temporary
    await use(machine)
    await machine.remove()
    await rm(temporary, { recursive: true, force: true })
  },
})

/** What the engine and a machine's home hold of minikube, by name. Other clusters of the same engine come and go meanwhile. */
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
    profiles: await readdir(join(folder, 'profiles')).catch(() => []),
    // Beside the machines lie the keys that all of them share.
    machines: (await readdir(join(folder, 'machines')).catch(() => [])).filter((name) => !name.endsWith('.pem')),
  }
}
