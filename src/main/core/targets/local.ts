import { arch, hostname, platform, release, userInfo } from 'node:os'
import type { TargetLook } from '#shared/contract/targets.ts'
import type { Exec } from '../exec/types.ts'
import type { Transport } from './transport.ts'

/** Where programs of the system are that an ordinary user's PATH often leaves out. */
export const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** This machine. On Windows only programs can be run: its files and services are not those that Kubernetes hosts have. */
export function localTransport(
  exec: Pick<Exec, 'environment'>,
  env: Readonly<Record<string, string | undefined>>,
  system: NodeJS.Platform = process.platform,
): Transport {
  const windows = system === 'win32'
  return {
    id: 'local',
    kind: 'local',
    name: hostname(),
    ready: async () => {},
    wrap: async ({ argv: [file = '', ...args], env: more }) => {
      if (windows) return { file, args, env: more }
      const { PATH = '' } = await exec.environment()
      const folders = PATH.split(':')
      const path = [...folders, ...systemFolders.filter((folder) => !folders.includes(folder))].join(':')
      return { file: 'env', args: [file, ...args], env: { PATH: path, ...more } }
    },
    shown: (argv) => argv,
    unreachable: async () => null,
    leavesRunning: false,
    display: system === 'linux' && Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']),
    known: windows ? windowsLook() : null,
    root: windows ? 'none' : null,
  }
}

function windowsLook(): TargetLook {
  const goArch: Record<string, string> = { x64: 'amd64', ia32: '386' }
  return {
    os: 'windows',
    arch: goArch[arch()] ?? arch(),
    system: `Windows ${release()} (${platform()})`,
    distribution: [],
    user: userInfo().username,
    root: 'none',
  }
}
