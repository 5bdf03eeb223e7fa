import { expect, test } from 'vitest'
import { type MachineSigns, machineOf, machineSigns, reasonOf } from './machine.ts'

const base: MachineSigns = { platform: 'linux', arch: 'x64', uname: 'x86_64', cpuModel: 'Intel(R) Xeon(R)', littleEndian: true, env: {} }

test.each<[string, Partial<MachineSigns>, string, string?]>([
  ['Linux', {}, 'linux/amd64'],
  ['Linux on ARM', { arch: 'arm64', uname: 'aarch64' }, 'linux/arm64'],
  ['a 32-bit program on a 64-bit kernel', { arch: 'ia32' }, 'linux/amd64', 'kernel'],
  ['a 32-bit kernel', { arch: 'ia32', uname: 'i686' }, 'linux/386'],
  ['Raspberry Pi with a 32-bit system', { arch: 'arm', uname: 'armv7l' }, 'linux/arm'],
  ['Raspberry Pi with a 32-bit system on a 64-bit kernel', { arch: 'arm', uname: 'aarch64' }, 'linux/arm64', 'kernel'],
  ['a 64-bit kernel that keeps up 32 bits (linux32)', { arch: 'arm', uname: 'armv8l' }, 'linux/arm'],
  ['a 64-bit kernel that keeps up 32 bits (linux32) on x86', { arch: 'ia32', uname: 'i686' }, 'linux/386'],
  ['IBM Z', { arch: 's390x', uname: 's390x' }, 'linux/s390x'],
  ['POWER', { arch: 'ppc64', uname: 'ppc64le' }, 'linux/ppc64le'],
  ['POWER, big-endian', { arch: 'ppc64', uname: 'ppc64', littleEndian: false }, 'linux/ppc64'],
  ['Intel Mac', { platform: 'darwin', cpuModel: 'Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz' }, 'darwin/amd64'],
  ['Apple silicon', { platform: 'darwin', arch: 'arm64', uname: 'arm64', cpuModel: 'Apple M3' }, 'darwin/arm64'],
  ['Apple silicon under Rosetta', { platform: 'darwin', cpuModel: 'VirtualApple @ 2.50GHz' }, 'darwin/arm64', 'rosetta'],
  ['Windows', { platform: 'win32', env: { PROCESSOR_ARCHITECTURE: 'AMD64', PROCESSOR_IDENTIFIER: 'Intel64 Family 6' } }, 'windows/amd64'],
  [
    'x64 emulated on Windows on ARM',
    { platform: 'win32', env: { PROCESSOR_ARCHITECTURE: 'AMD64', PROCESSOR_IDENTIFIER: 'ARMv8 (64-bit) Family 8' } },
    'windows/arm64',
    'windows-emulation',
  ],
  ['32-bit on Windows', { platform: 'win32', arch: 'ia32', env: { PROCESSOR_ARCHITEW6432: 'AMD64' } }, 'windows/amd64', 'kernel'],
  [
    '32-bit on Windows on ARM',
    { platform: 'win32', arch: 'ia32', env: { PROCESSOR_ARCHITEW6432: 'ARM64' } },
    'windows/arm64',
    'windows-emulation',
  ],
  ['Windows of 32 bits', { platform: 'win32', arch: 'ia32', env: { PROCESSOR_ARCHITECTURE: 'x86' } }, 'windows/386'],
  [
    'Windows on ARM, a program of its own',
    { platform: 'win32', arch: 'arm64', env: { PROCESSOR_IDENTIFIER: 'ARMv8 (64-bit)' } },
    'windows/arm64',
  ],
])('%s', (_, signs, expected, reason = 'same') => {
  const { os, arch } = machineOf({ ...base, ...signs })
  expect(`${os}/${arch}`).toBe(expected)
  expect(reasonOf({ ...base, ...signs })).toBe(reason)
})

test('this machine is one that something runs on', () => {
  const { os, arch } = machineOf(machineSigns(process.env))
  expect(`${os}/${arch}`).toMatch(/^(linux|darwin|windows)\/(amd64|arm64)$/)
})
