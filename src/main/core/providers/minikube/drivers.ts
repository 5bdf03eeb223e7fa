import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

export const driverNames = [
  'docker',
  'podman',
  'kvm2',
  'qemu2',
  'vfkit',
  'hyperkit',
  'virtualbox',
  'vmware',
  'parallels',
  'hyperv',
  'none',
  'ssh',
] as const
export type DriverName = (typeof driverNames)[number]

export type Driver = {
  readonly name: DriverName
  readonly usable: boolean
  /** `os`: not for this system; `program`: `detail` is not installed; `root`: not as root; `needs-root`; `no-kvm`; `engine`: the engine does not answer. Null: usable. */
  readonly problem: 'os' | 'program' | 'root' | 'needs-root' | 'no-kvm' | 'engine' | null
  /** Name of the program that is missing. */
  readonly detail: string | null
}

/** What of this machine decides over drivers. */
export type DriverGround = {
  /** GOOS and GOARCH. */
  readonly os: string
  readonly arch: string
  readonly root: boolean
  /** `--force` or `MINIKUBE_FORCE`: minikube then runs its container drivers as root too. */
  readonly force: boolean
  readonly programs: ReadonlySet<string>
  readonly kvm: boolean
  /** Docker answers. */
  readonly engine: boolean
}

type Need = {
  readonly os: readonly string[]
  readonly arch?: readonly string[]
  /** Any one of them. */
  readonly program?: (ground: DriverGround) => readonly string[]
  readonly root?: 'never' | 'always'
  readonly kvm?: true
  readonly engine?: true
}

/** Systems: https://github.com/kubernetes/minikube/tree/v1.36.0/pkg/minikube/driver, programs: `status` of each in pkg/minikube/registry/drvs. */
const needs: Readonly<Record<DriverName, Need>> = {
  docker: { os: ['linux', 'darwin', 'windows'], program: () => ['docker'], root: 'never', engine: true },
  podman: { os: ['linux', 'darwin', 'windows'], program: () => ['podman'], root: 'never' },
  kvm2: { os: ['linux'], arch: ['amd64'], program: () => ['virsh'], kvm: true, root: 'never' },
  qemu2: {
    os: ['linux', 'darwin', 'windows'],
    program: (ground) => [`qemu-system-${ground.arch === 'arm64' ? 'aarch64' : 'x86_64'}`],
    root: 'never',
  },
  vfkit: { os: ['darwin'], program: () => ['vfkit'], root: 'never' },
  hyperkit: { os: ['darwin'], arch: ['amd64'], program: () => ['hyperkit'], root: 'never' },
  virtualbox: { os: ['linux', 'darwin', 'windows'], arch: ['amd64'], program: () => ['VBoxManage'], root: 'never' },
  vmware: { os: ['linux', 'darwin', 'windows'], arch: ['amd64'], program: () => ['vmrun'], root: 'never' },
  parallels: { os: ['darwin'], program: () => ['prlctl'], root: 'never' },
  hyperv: { os: ['windows'], arch: ['amd64'], program: () => ['powershell'] },
  none: { os: ['linux'], program: () => ['iptables'], root: 'always' },
  ssh: { os: ['linux', 'darwin', 'windows'] },
}

/** Which drivers this machine can use, and why not the others; the usual ones first. Pure. */
export function driversOf(ground: DriverGround): Driver[] {
  return driverNames.map((name): Driver => {
    const problem = problemOf(needs[name], ground)
    return { name, usable: problem === null, problem: problem?.problem ?? null, detail: problem?.detail ?? null }
  })
}

function problemOf(
  need: Need,
  ground: DriverGround,
): { readonly problem: NonNullable<Driver['problem']>; readonly detail: string | null } | null {
  const none = (problem: NonNullable<Driver['problem']>) => ({ problem, detail: null })
  if (!need.os.includes(ground.os) || !(need.arch ?? [ground.arch]).includes(ground.arch)) return none('os')
  const programs = need.program?.(ground) ?? []
  if (programs.length > 0 && !programs.some((program) => ground.programs.has(program)))
    return { problem: 'program', detail: programs[0] ?? null }
  if (need.root === 'always' && !ground.root) return none('needs-root')
  if (need.root === 'never' && ground.root && !ground.force) return none('root')
  if (need.kvm === true && !ground.kvm) return none('no-kvm')
  if (need.engine === true && !ground.engine) return none('engine')
  return null
}

/** Looks at this machine: files only, no process. `env`: the environment that tools get. */
export async function driverGround(
  machine: { readonly os: string; readonly arch: string },
  env: Readonly<Record<string, string | undefined>>,
  engine: boolean,
): Promise<DriverGround> {
  const suffix = machine.os === 'windows' ? '.exe' : ''
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const wanted = new Set(Object.values(needs).flatMap((need) => need.program?.({ ...machine } as DriverGround) ?? []))
  const found = await Promise.all(
    [...wanted].map(async (program) => {
      const places = await Promise.all(folders.map((folder) => isThere(join(folder, `${program}${suffix}`), constants.X_OK)))
      return places.some(Boolean) ? [program] : []
    }),
  )
  return {
    ...machine,
    root: process.getuid?.() === 0,
    force: env['MINIKUBE_FORCE'] === 'true',
    programs: new Set(found.flat()),
    kvm: await isThere('/dev/kvm', constants.R_OK | constants.W_OK),
    engine,
  }
}

const isThere = (path: string, mode: number) =>
  access(path, mode).then(
    () => true,
    () => false,
  )
