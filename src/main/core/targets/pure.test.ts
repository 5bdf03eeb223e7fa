import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseInits } from './containers.ts'
import { archName, parseLook } from './parse-look.ts'
import { checkDestination } from './ssh-destination.ts'
import { targetIdSchema } from '#shared/contract/targets.ts'

describe('what a target is', () => {
  const debian = `kernel=Linux
machine=x86_64
bits=64
uid=1000
user=ann
product= 
sudo=yes
pkexec=yes
--
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
ID=debian
`
  test('by uname and os-release', () => {
    expect(parseLook(debian, true)).toEqual({
      os: 'linux',
      arch: 'amd64',
      system: 'Debian GNU/Linux 12 (bookworm)',
      distribution: ['debian'],
      user: 'ann',
      root: 'sudo',
    })
  })
  test('root by the first way that works, a window only where there is one', () => {
    const root = (text: string, display: boolean) => parseLook(text, display)?.root
    expect(root(debian.replace('uid=1000', 'uid=0'), true)).toBe('direct')
    expect(root(debian.replace('sudo=yes\n', ''), true)).toBe('pkexec')
    expect(root(debian.replace('sudo=yes\n', ''), false)).toBe('none')
    expect(root(debian.replace('sudo=yes\n', '').replace('pkexec=yes\n', ''), true)).toBe('none')
  })
  test('without os-release by its own name; quotes and several relatives are read', () => {
    expect(parseLook('kernel=Darwin\nmachine=arm64\nuid=501\nuser=a\nproduct=macOS 15.1\n--\n', false)).toMatchObject({
      os: 'darwin',
      arch: 'arm64',
      system: 'macOS 15.1',
      distribution: [],
    })
    const suse = debian.replace(/--[^]*/, `--\nID='opensuse-leap'\nID_LIKE="suse opensuse"\nPRETTY_NAME='a \\"b\\"'\n`)
    expect(parseLook(suse, false)).toMatchObject({ distribution: ['opensuse-leap', 'suse', 'opensuse'], system: 'a "b"' })
    expect(parseLook('command not found', false)).toBeNull()
  })
  test.each([
    ['x86_64', '64', 'amd64'],
    ['x86_64', '32', '386'],
    ['aarch64', '64', 'arm64'],
    ['aarch64', '32', 'arm'],
    ['armv7l', '32', 'arm'],
    ['i686', '32', '386'],
    ['ppc64le', '64', 'ppc64le'],
    ['s390x', '64', 's390x'],
    ['riscv64', '64', 'riscv64'],
    ['loongarch64', '64', 'loong64'],
    ['arm64', '', 'arm64'],
  ])('%s with %s bits is %s', (machine, bits, arch) => expect(archName(machine, bits)).toBe(arch))
})

describe('ssh destinations', () => {
  test.each([
    'box',
    'ann@box',
    'ann@10.0.0.7',
    'ann@fe80::1',
    'ssh://box',
    'ssh://ann@box:2222',
    'ssh://[::1]:22',
    'a_b.example.org',
    'ann@corp@box',
    'ann@机器',
  ])('%s is one', (text) => {
    expect(checkDestination(` ${text} `)).toBe(text)
    expect(targetIdSchema.safeParse(`ssh:${text}`).success).toBe(true)
  })
  test.each([
    '',
    '-oProxyCommand=id',
    'ann@-oProxyCommand=id',
    '-l@box',
    'box:22',
    'a b',
    'box;id',
    '$(id)@box',
    'ann@`id`',
    "ann@b'x",
    'ssh://box:0',
    'ssh://box:70000',
    'ssh://box/path',
    'ssh://-x',
    'http://box',
    'ann@',
    '@box',
    'b\nx',
    `b${'x'.repeat(250)}`,
  ])('%j is none', (text) => {
    let code = ''
    try {
      checkDestination(text)
    } catch (error) {
      code = (error as { code: string }).code
    }
    expect(code).toBe('ssh-destination-invalid')
  })
  test('whatever passes is no option and nothing to a shell', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'ann@', 'ssh://', 'ssh://a@'), (text, start) => {
        let kept = ''
        try {
          kept = checkDestination(start + text)
        } catch {
          return
        }
        expect(kept).not.toMatch(/^-|@-|\/-|[\s'"`$;&|<>(){}*?!\\~#]/)
      }),
    )
  })
})

test('containers with an init are hosts, others are not', () => {
  const row = (Name: string, Path: string, Args: string[] | null, StopSignal: string | null = null) =>
    JSON.stringify({ Name, Path, Args, Config: { StopSignal } })
  const rows = [
    row('/kit', '/usr/local/bin/entrypoint', [], 'SIGRTMIN+3'),
    row('/kind', '/usr/local/bin/entrypoint', ['/sbin/init'], 'SIGRTMIN+3'),
    row('/plain', '/sbin/init', null),
    row('/tini-kind', '/usr/local/bin/entrypoint', ['/sbin/init']),
    row('/sd', '/lib/systemd/systemd', ['--system']),
    row('/web', 'nginx', ['-g', 'daemon off;'], 'SIGQUIT'),
    row('/tini', '/sbin/docker-init', ['--', 'init-db']),
    'no json',
    '',
  ]
  expect(parseInits(rows.join('\n'))).toEqual(['kit', 'kind', 'plain', 'tini-kind', 'sd'])
})
