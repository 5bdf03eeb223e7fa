import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tunnelProblem } from '../../tunnels/problem.ts'
import { transcript } from './fixtures/transcripts.ts'
import { parseConfig, type ProfileConfig } from './profiles.ts'
import { createTunnelReader, tunnelPlan, type TunnelReport } from './tunnel.ts'

/** Every report of what the real minikube v1.36.0 printed. For `password.txt` a script stood in for sudo, which said what sudo 1.9 says. */
function reportsOf(file: string): TunnelReport[] {
  const read = createTunnelReader()
  const lines = readFileSync(join(import.meta.dirname, 'fixtures', 'tunnel', file), 'utf8').split('\n')
  return lines.flatMap((line) => read(line) ?? [])
}

test('with a route: a block for each change, with all services', () => {
  expect(reportsOf('two-services.txt')).toEqual([
    { services: ['web'], lowPorts: [], fault: null },
    { services: ['other', 'web'], lowPorts: [], fault: null },
  ])
})

test('through ssh: a line for each service, and those with ports that need root', () => {
  const reports = reportsOf('forward.txt')
  expect(reports[0]).toEqual({ services: [], lowPorts: [], fault: null })
  expect(reports.find(({ services }) => services.length === 3)).toEqual({
    services: ['low', 'other', 'web'],
    lowPorts: ['low'],
    fault: null,
  })
  expect(reports.at(-1)).toEqual({ services: [], lowPorts: [], fault: null })
})

const own = { name: 'lab', argv: ['/opt/minikube', 'tunnel', '--profile=lab'] }
test.each([
  ['password.txt', 'tunnel-needs-password', { name: 'lab', command: 'minikube tunnel --profile=lab' }],
  ['no-sudo.txt', 'tunnel-no-sudo', { name: 'lab' }],
])('%s: what it lacks is known', (file, code, facts) => {
  const [report] = reportsOf(file)
  expect(report).toMatchObject({ services: [], lowPorts: [] })
  expect(tunnelProblem(report?.fault ?? '', own)).toMatchObject({ code, facts })
})

test('a cluster that stops is a fault until minikube has ended the tunnel for it', () => {
  const reports = reportsOf('cluster-stops.txt')
  expect(reports.map(({ services }) => services)).toEqual([['other', 'web'], [], []])
  expect(reports.at(-1)?.fault).toMatch(/^Get "https:\/\/192\.168\.49\.2:8443\/api\/v1\/services": dial tcp .*unexpected EOF$/)
})

test('faults in the words of its source', () => {
  // pkg/minikube/tunnel/tunnel.go and route.go
  expect(tunnelProblem('conflicting route: 10.96.0.0/12 via 192.168.49.2 dev br-1', own)).toMatchObject({
    code: 'tunnel-route-taken',
    facts: { name: 'lab', route: '10.96.0.0/12 via 192.168.49.2 dev br-1' },
  })
  expect(tunnelProblem('there is already a running tunnel for this machine: ID { … }', own)).toMatchObject({ code: 'tunnel-taken' })
  expect(tunnelProblem('something else', own)).toMatchObject({ code: 'tunnel-failed', facts: { name: 'lab', reason: 'something else' } })
})

const config = (part: Partial<ProfileConfig> = {}) => {
  const [{ Config }] = (JSON.parse(transcript('profile-list.json')) as { valid: [{ Config: object }] }).valid
  return parseConfig(JSON.stringify({ ...Config, ...part })) as ProfileConfig
}
const args = ['tunnel']

test('what is run as root is known before: a route on Linux and macOS, nothing on Windows', () => {
  const plan = (os: string) => tunnelPlan(config({ Driver: 'kvm2' }), args, { os, apart: os !== 'linux' })
  expect(plan('linux')).toEqual({
    args,
    route: { subnet: '10.96.0.0/12', gateway: '192.168.58.2' },
    asRoot: [['sudo', 'ip', 'route', 'add', '10.96.0.0/12', 'via', '192.168.58.2']],
    undo: [['sudo', 'ip', 'route', 'delete', '10.96.0.0/12']],
  })
  expect(plan('darwin')?.undo).toEqual([
    ['sudo', 'route', '-n', 'delete', '10.96.0.0/12'],
    ['sudo', 'rm', '-f', '/etc/resolver/cluster.local'],
  ])
  expect(plan('windows')).toMatchObject({ asRoot: [], undo: [] })
})

test('an engine in a virtual machine has no route to its containers; services answer on ports of this machine', () => {
  expect(tunnelPlan(config(), args, { os: 'darwin', apart: true })).toEqual({ args, route: null, asRoot: [], undo: [] })
  expect(tunnelPlan(config(), args, { os: 'linux', apart: false })?.route).not.toBeNull()
})

test('no tunnel has a use where there is no machine, or where minikube has none for its network', () => {
  expect(tunnelPlan(config({ Driver: 'none' }), args, { os: 'linux', apart: false })).toBeNull()
  expect(tunnelPlan(config({ Driver: 'qemu2', Network: 'builtin' }), args, { os: 'linux', apart: false })).toBeNull()
  expect(tunnelPlan(config({ Driver: 'qemu2', Network: 'socket_vmnet' }), args, { os: 'darwin', apart: true })?.route).not.toBeNull()
})
