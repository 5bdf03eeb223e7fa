import { cpus, endianness, machine } from 'node:os'

export type Machine = { /** GOOS: linux, darwin, windows */ readonly os: string /** GOARCH: amd64, arm64, … */; readonly arch: string }

export type MachineSigns = {
  readonly platform: string
  /** `process.arch`: what this program was built for, which is not always what the machine is. */
  readonly arch: string
  /** `uname -m` */
  readonly uname: string
  readonly cpuModel: string
  readonly littleEndian: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** GOOS and GOARCH of the machine, also where this program runs translated. */
export function machineOf(signs: MachineSigns): Machine {
  const os = signs.platform === 'win32' ? 'windows' : signs.platform
  return { os, arch: nativeArch(os, signs) }
}

/** Why the machine is not what this program was built for: translated by Rosetta 2, emulated by Windows, or 32 bits on a 64-bit kernel. */
type MachineReason = 'same' | 'rosetta' | 'windows-emulation' | 'kernel'

export function reasonOf(signs: MachineSigns): MachineReason {
  const { os, arch } = machineOf(signs)
  const built = builtFor(signs)
  if (built === arch) return 'same'
  if (os === 'darwin') return 'rosetta'
  // A 32-bit program on 64-bit Windows of the same maker is no emulation of another processor.
  return os === 'windows' && arch === 'arm64' ? 'windows-emulation' : 'kernel'
}

/** The signs of the machine this runs on. */
export function machineSigns(env: MachineSigns['env']): MachineSigns {
  return {
    platform: process.platform,
    arch: process.arch,
    uname: machine(),
    cpuModel: cpus()[0]?.model ?? '',
    littleEndian: endianness() === 'LE',
    env,
  }
}

function nativeArch(os: string, signs: MachineSigns): string {
  const { uname, cpuModel, env } = signs
  // Under Rosetta 2 `uname -m` says x86_64 too; the processor still says Apple ("VirtualApple @ 2.50GHz").
  if (os === 'darwin' && cpuModel.includes('Apple')) return 'arm64'
  if (os === 'windows') {
    // PROCESSOR_ARCHITECTURE is that of this process. ARCHITEW6432 tells a 32-bit process, IDENTIFIER an emulated x64 one, what is beneath.
    // https://learn.microsoft.com/windows/win32/winprog64/wow64-implementation-details
    if (env.PROCESSOR_IDENTIFIER?.startsWith('ARMv8') || env.PROCESSOR_ARCHITEW6432?.toUpperCase() === 'ARM64') return 'arm64'
    if (env.PROCESSOR_ARCHITEW6432?.toUpperCase() === 'AMD64') return 'amd64'
  }
  // A 32-bit program on a 64-bit kernel: the machine runs the 64-bit builds.
  if (os === 'linux' && uname in byUname) return byUname[uname] as string
  return builtFor(signs)
}

/** GOARCH of this program itself. */
function builtFor({ arch, littleEndian }: MachineSigns): string {
  if (arch === 'ppc64') return littleEndian ? 'ppc64le' : 'ppc64'
  return byNodeArch[arch] ?? arch
}

const byNodeArch: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }
const byUname: Readonly<Record<string, string>> = { x86_64: 'amd64', amd64: 'amd64', aarch64: 'arm64', arm64: 'arm64' }
