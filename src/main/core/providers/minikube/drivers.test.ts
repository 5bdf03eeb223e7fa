import { expect, test } from 'vitest'
import { type DriverGround, driverGround, driversOf } from './drivers.ts'

const ground: DriverGround = { os: 'linux', arch: 'amd64', root: false, force: false, programs: new Set(), kvm: false, engine: false }
const say = (over: Partial<DriverGround>) =>
  Object.fromEntries(
    driversOf({ ...ground, ...over }).map(({ name, problem, detail }) => [name, detail === null ? problem : `${problem} ${detail}`]),
  )

test('a Linux machine with Docker, Podman, libvirt without KVM', () => {
  expect(say({ programs: new Set(['docker', 'podman', 'virsh', 'iptables']), engine: true })).toEqual({
    docker: null,
    podman: null,
    kvm2: 'no-kvm',
    qemu2: 'program qemu-system-x86_64',
    vfkit: 'os',
    hyperkit: 'os',
    virtualbox: 'program VBoxManage',
    vmware: 'program vmrun',
    parallels: 'os',
    hyperv: 'os',
    none: 'needs-root',
    ssh: null,
  })
})

test('root: all but none and ssh refuse, unless they are forced', () => {
  const programs = new Set(['docker', 'podman', 'iptables'])
  expect(say({ programs, engine: true, root: true })).toMatchObject({ docker: 'root', podman: 'root', none: null, ssh: null })
  expect(say({ programs, engine: true, root: true, force: true })).toMatchObject({ docker: null, podman: null, none: null })
})

test('an engine that does not answer, and other systems', () => {
  expect(say({ programs: new Set(['docker']) })).toMatchObject({ docker: 'engine' })
  expect(say({ os: 'darwin', arch: 'arm64', programs: new Set(['vfkit', 'qemu-system-aarch64']) })).toMatchObject({
    vfkit: null,
    qemu2: null,
    hyperkit: 'os',
    kvm2: 'os',
    none: 'os',
  })
  expect(say({ os: 'windows', programs: new Set(['powershell']) })).toMatchObject({ hyperv: null, kvm2: 'os', docker: 'program docker' })
})

test('programs are looked for on the PATH that tools get', async () => {
  const found = await driverGround({ os: 'linux', arch: 'amd64' }, { PATH: '/nowhere', MINIKUBE_FORCE: 'true' }, true)
  expect(found).toMatchObject({ force: true, engine: true, root: process.getuid?.() === 0 })
  expect(found.programs.size).toBe(0)
})
