import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { until } from '../clusters/fixtures/ground.ts'
import { groupMembers } from '../exec/fixtures/harness.ts'
import { endRest } from './end-rest.ts'
import { type Ground, makeGround } from '../providers/minikube/fixtures/ground.ts'
import { transcript } from '../providers/minikube/fixtures/transcripts.ts'

// Each asks a dozen small processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 60_000 })

const config = (JSON.parse(transcript('profile-list.json')) as { valid: { Config: object }[] }).valid[0]?.Config ?? {}
const route = { subnet: '10.96.0.0/12', gateway: '192.168.58.2' }
const line = `${route.subnet} via ${route.gateway} dev br-1\n`
const works = [
  { command: 'tunnel', tunnel: route },
  { command: 'stop', file: 'stop.jsonl', live: { config } },
  { command: 'pause', file: 'pause.jsonl' },
  { command: 'delete', file: 'delete.jsonl', live: { config } },
]

let at: Ground
let id: string
async function begin(tools: readonly string[] = ['docker', 'kubectl', 'minikube', 'sudo', 'ip']) {
  at = await makeGround({ tools })
  await at.replay(...works)
  await at.profile('one', config, transcript('start.jsonl'))
  await at.container('one')
  await mkdir(join(at.home, '.minikube', 'machines', 'one'), { recursive: true })
  id = (await at.clusters.refresh()).clusters.find(({ provider }) => provider === 'minikube')?.id ?? ''
}
afterEach(() => at.dispose())

const put = (name: string, text = '') => writeFile(join(at.state, name), text)
const routes = () => readFile(join(at.state, 'routes'), 'utf8').catch(() => '')
const asRoot = async () => (await readFile(join(at.state, 'as-root'), 'utf8').catch(() => '')).split('\n').filter(Boolean)
const folders = async () => (await readdir(join(at.home, 'data', 'tmp'))).filter((name) => name.startsWith('tunnel-'))
const pid = async () => Number(await readFile(join(at.state, 'hangs'), 'utf8'))
const state = () => at.tunnels.get(id)

/** One that runs, and its process group, which has two members. */
async function running(): Promise<number> {
  await put('services', 'web')
  await at.tunnels.start(id)
  await until(() => state()?.services.length === 1)
  const group = await pid()
  await until(() => groupMembers(group).length === 2)
  return group
}
async function expectNothing(group: number) {
  expect(groupMembers(group)).toEqual([])
  expect(await routes()).toBe('')
  expect(await folders()).toEqual([])
}

describe.skipIf(process.platform !== 'linux')('a tunnel of a scripted minikube (needs Linux: routes of ip, /proc)', () => {
  beforeEach(() => begin())

  test('is shown whole before; it goes on until it is ended, with the services that it serves; a second start joins it', async () => {
    expect(await at.tunnels.plan(id)).toEqual({
      command: [at.program, 'tunnel', '--profile=one', '--cleanup=true'],
      asRoot: [
        ['sudo', 'ip', 'route', 'add', route.subnet, 'via', route.gateway],
        ['sudo', 'ip', 'route', 'delete', route.subnet],
      ],
      way: 'route',
      sudo: 'ready',
    })
    expect(await asRoot()).toEqual([])
    expect(state()).toBeNull()

    let told = 0
    const off = at.changes.on((topic) => void (told += topic === 'tunnels' ? 1 : 0))
    const [first, second] = await Promise.all([at.tunnels.start(id), at.tunnels.start(id)])
    expect(first).toMatchObject({ state: 'starting', clusterId: id, services: [], problem: null, endedAt: null })
    expect(second.commandId).toBe(first.commandId)
    await until(() => state()?.state === 'running')
    expect(await routes()).toBe(line)
    await put('services', 'web shop')
    await until(() => state()?.services.length === 2)
    expect(state()).toMatchObject({ state: 'running', services: ['web', 'shop'], problem: null, endedBy: null })
    expect(state()?.lines).toContain('\tservices: [web, shop]')
    expect((await at.tunnels.start(id)).commandId).toBe(first.commandId)
    expect(await at.calls('tunnel')).toHaveLength(1)
    const group = await pid()

    await at.tunnels.end(id)
    expect(state()).toMatchObject({ state: 'ended', endedBy: 'asked', problem: null, services: [] })
    await expectNothing(group)
    off()
    expect(told).toBeGreaterThan(5)
    // minikube itself did both, and the journal has the whole command.
    expect(await asRoot()).toEqual(['ip route add 10.96.0.0/12 via 192.168.58.2', 'ip route delete 10.96.0.0/12'])
    expect(at.exec.command(first.commandId)).toMatchObject({
      state: 'cancelled',
      exitCode: 0,
      argv: [at.program, 'tunnel', '--profile=one', '--cleanup=true'],
    })

    // And once more.
    const third = await at.tunnels.start(id)
    expect(third.commandId).not.toBe(first.commandId)
    await at.tunnels.end(id)
  })

  test('has a kubeconfig of its own, which leads to the cluster', async () => {
    await running()
    const [call] = await at.calls('tunnel')
    expect(call?.variables['KUBECONFIG']).toBe(join(at.home, 'data', 'tmp', (await folders())[0] ?? '', 'kubeconfig'))
    expect((await at.calls('update-context')).map(({ variables }) => variables['KUBECONFIG'])).toEqual([call?.variables['KUBECONFIG']])
  })

  test.each(['stop', 'pause', 'delete'] as const)('ends in its own step of a %s, before the cluster goes down', async (what) => {
    const group = await running()
    const { jobId } = await at.clusters[what](id)
    const job = await at.jobs.done(jobId)
    expect(job.steps[0]).toMatchObject({ id: 'end-tunnel', state: 'done' })
    expect(state()).toMatchObject({ state: 'ended', endedBy: 'cluster', problem: null })
    await expectNothing(group)
    // Without a tunnel there is no such step.
    if (what !== 'stop') return
    const again = await at.jobs.done((await at.clusters.delete(id)).jobId)
    expect(again.steps.map((step) => step.id)).not.toContain('end-tunnel')
  })

  test('is not started while a job works on the cluster, nor where the cluster does not run', async () => {
    await at.replay({ command: 'stop', hang: true }, ...works)
    const { jobId } = await at.clusters.stop(id)
    await expect(at.tunnels.start(id)).rejects.toMatchObject({ code: 'busy', facts: { name: 'one', jobId } })
    await at.jobs.cancel(jobId)
    await at.container('one', 'exited')
    await at.clusters.refresh()
    await expect(at.tunnels.start(id)).rejects.toMatchObject({ code: 'tunnel-not-running', facts: { name: 'one' } })
    await expect(at.tunnels.start('minikube:none:1')).rejects.toMatchObject({ code: 'not-found' })
    expect(await at.calls('tunnel')).toEqual([])
    expect(await folders()).toEqual([])
  })

  test('whose minikube is killed says so with its last lines, and its route is taken back', async () => {
    const group = await running()
    process.kill(group, 'SIGKILL')
    await until(() => state()?.state === 'ended')
    expect(state()).toMatchObject({
      endedBy: 'itself',
      problem: { code: 'tunnel-died', facts: { name: 'one', exitCode: null, signal: 'SIGKILL' } },
    })
    expect(String(state()?.problem?.facts['tail'])).toContain('services: [web]')
    expect(state()?.lines.join('\n')).toContain('services: [web]')
    expect(await routes()).toBe('')
    expect((await asRoot()).at(-1)).toBe('ip route delete 10.96.0.0/12')
    // Nor is left what it had started.
    await expectNothing(group)
  })

  test('whose route cannot be taken back says which command is left to do', async () => {
    const group = await running()
    await put('sudo-asks')
    await at.tunnels.end(id)
    expect(state()).toMatchObject({
      state: 'ended',
      endedBy: 'asked',
      problem: { code: 'tunnel-route-left', facts: { route: '10.96.0.0/12 → 192.168.58.2', command: 'sudo ip route delete 10.96.0.0/12' } },
    })
    expect(groupMembers(group)).toEqual([])
    expect(await routes()).toBe(line)
  })

  test('ends by itself, and without a fault, when somebody else stops the cluster', async () => {
    const group = await running()
    await put('cluster-stops')
    await until(() => state()?.state === 'ended')
    expect(state()).toMatchObject({ endedBy: 'cluster', problem: null })
    await expectNothing(group)
  })

  test('for which sudo would ask for a password is not begun, and the command to copy is named', async () => {
    await put('sudo-asks')
    expect(await at.tunnels.plan(id)).toMatchObject({ sudo: 'password' })
    await expect(at.tunnels.start(id)).rejects.toMatchObject({
      code: 'tunnel-needs-password',
      facts: { name: 'one', command: 'minikube tunnel --profile=one --cleanup=true' },
    })
    expect(await at.calls('tunnel')).toEqual([])
    expect(await folders()).toEqual([])
  })

  test('whose sudo begins to ask after it was looked at goes on and says what it needs', async () => {
    const asking = at.tunnels.start(id)
    await until(async () => (await at.calls('update-context')).length > 0)
    await put('sudo-asks')
    await asking
    await until(() => state()?.problem !== null)
    expect(state()).toMatchObject({ state: 'running', services: [], problem: { code: 'tunnel-needs-password' } })
    // Whoever was let in meanwhile has a tunnel that works.
    await rm(join(at.state, 'sudo-asks'))
    await put('services', 'web')
    await until(() => state()?.services.length === 1)
    expect(state()).toMatchObject({ state: 'running', problem: null })
  })

  test('beside which another one runs ends, and leaves the route of that one alone', async () => {
    await put('routes', line)
    const stderr =
      '\nX Exiting due to TUNNEL_ALREADY_RUNNING: Another tunnel process is already running, terminate the existing instance to start a new one\n'
    await at.replay({ command: 'tunnel', stderr, exitCode: 111 })
    await at.tunnels.start(id)
    await until(() => state()?.state === 'ended')
    expect(state()).toMatchObject({ endedBy: 'itself', problem: { code: 'tunnel-taken', facts: { name: 'one' } } })
    expect(await routes()).toBe(line)
    expect(await asRoot()).toEqual([])
  })

  test('the end of Cove ends it too, and none is started any more', async () => {
    const group = await running()
    await at.tunnels.dispose()
    await expectNothing(group)
    await expect(at.tunnels.start(id)).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('that is just being started when Cove ends is not begun', async () => {
    const starting = at.tunnels.start(id)
    starting.catch(() => undefined)
    await until(async () => (await folders()).length === 1)
    await at.tunnels.dispose()
    await expect(starting).rejects.toMatchObject({ code: 'cancelled' })
    expect(await at.calls('tunnel')).toEqual([])
    expect(await folders()).toEqual([])
  })

  test('leaves processes of root to sudo to end, which is never asked for a password', async () => {
    const group = execa('sleep', ['100'], { detached: true, reject: false })
    await put('sudo-asks')
    // Nobody but sudo may end it: it is ended as any other afterwards, which as root works too.
    await endRest(at.exec, group.pid ?? 0, () => true)
    await group
    expect(at.exec.commands({ limit: 1 })[0]).toMatchObject({
      argv: ['sudo', '-n', 'kill', '-s', 'TERM', '--', `-${group.pid}`],
      state: 'failed',
    })
  })

  test('that a killed Cove left is ended by the next one, and that of a Cove that runs is not', async () => {
    const program = fileURLToPath(new URL('../providers/minikube/fixtures/cove.ts', import.meta.url))
    const cove = execa(process.execPath, [program, at.home, 'tunnel', 'one'], { reject: false })
    await until(
      async () => (await routes()) === line && existsSync(join(at.home, 'data', 'tmp', (await folders())[0] ?? '', 'tunnel.json')),
    )
    await until(async () =>
      (await readFile(join(at.home, 'data', 'tmp', (await folders())[0] ?? '', 'tunnel.json'), 'utf8')).includes('"pid"'),
    )
    const group = await pid()
    // Besides the two there may be a sudo just now.
    const goesOn = () => until(() => groupMembers(group).length === 2)
    await at.tunnels.reconcile()
    await goesOn()

    cove.kill('SIGKILL')
    await cove
    await goesOn()
    await at.tunnels.reconcile()
    await expectNothing(group)
  })
})

test('a folder without a mark goes when its Cove is gone, and stays while it lives', async () => {
  await begin()
  const { stdout: gone } = await execa(process.execPath, ['-p', 'process.pid'])
  for (const pid of [gone, process.pid]) await mkdir(join(at.home, 'data', 'tmp', `tunnel-${pid}-x`), { recursive: true })
  await at.tunnels.reconcile()
  expect(await folders()).toEqual([`tunnel-${process.pid}-x`])
})

test.skipIf(process.platform !== 'linux')('without sudo no tunnel is begun, as minikube calls it by name (needs Linux)', async () => {
  await begin(['docker', 'kubectl', 'minikube', 'ip'])
  expect(await at.tunnels.plan(id)).toMatchObject({ sudo: 'absent' })
  await expect(at.tunnels.start(id)).rejects.toMatchObject({ code: 'tunnel-no-sudo', facts: { name: 'one' } })
  expect(await at.calls('tunnel')).toEqual([])
})

test('services of type LoadBalancer have the addresses that the API says; one that has none yet is told from those of other types', async () => {
  await begin()
  const list = [
    { Namespace: 'default', Name: 'web', URLs: ['http://192.168.58.2:32533'] },
    { Namespace: 'default', Name: 'wait', URLs: [] },
    { Namespace: 'default', Name: 'kubernetes', URLs: [] },
  ]
  await at.replay({ command: 'service list', stdout: JSON.stringify(list) })
  const service = (name: string, type: string, ...ips: string[]) => ({
    metadata: { namespace: 'default', name },
    spec: { type, ports: [{ port: 8080 }, { port: 443 }] },
    status: { loadBalancer: ips.length === 0 ? {} : { ingress: ips.map((ip) => ({ ip })) } },
  })
  const items = [
    service('web', 'LoadBalancer', '10.101.90.184', 'fd00::1'),
    service('wait', 'LoadBalancer'),
    service('kubernetes', 'ClusterIP'),
  ]
  await put('api-services', JSON.stringify({ items }))
  expect(await at.clusters.services(id)).toEqual([
    {
      namespace: 'default',
      name: 'web',
      urls: ['http://192.168.58.2:32533'],
      balancer: ['10.101.90.184:8080', '10.101.90.184:443', '[fd00::1]:8080', '[fd00::1]:443'],
    },
    { namespace: 'default', name: 'wait', urls: [], balancer: [] },
    { namespace: 'default', name: 'kubernetes', urls: [], balancer: null },
  ])
  // What the API does not say is not known, and takes nothing else away.
  await put('api-services', 'no JSON')
  expect((await at.clusters.services(id))?.map(({ urls, balancer }) => [urls.length, balancer])).toEqual([
    [1, null],
    [0, null],
    [0, null],
  ])
})
