import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createChanges } from '../../src/main/core/changes.ts'
import { createExec } from '../../src/main/core/exec/exec.ts'
import { createHostChanges } from '../../src/main/core/host-changes/host-changes.ts'
import { createJobs } from '../../src/main/core/jobs/jobs.ts'
import { createTargets } from '../../src/main/core/targets/targets.ts'
import type { HostStep } from '../../src/shared/contract/host-changes.ts'
import type { TargetId } from '../../src/shared/contract/targets.ts'
import { type BareHost, startBareHost } from '../support/bare-host.ts'
import { made } from '../support/cleanup.ts'
import { type Machine, makeMachine } from '../support/cove.ts'
import { ground } from '../support/ground.ts'
import { succeeds } from '../support/jobs.ts'
import { expect, test } from '../support/test.ts'

// One host for all: it is reached as a container and through ssh.
let host: BareHost
let machine: Machine
test.beforeAll(async () => {
  const chosen = ground()
  test.skip(chosen.kind !== 'kit', 'needs the kit: its node image is the host')
  if (chosen.kind !== 'kit') return
  host = await startBareHost(chosen, { name: 'cove-host-targets', ssh: true })
  machine = await makeMachine({ programs: { ssh: host.ssh?.program ?? '' } })
})
test.afterAll(async () => {
  await machine?.remove()
  await host?.end()
})

/** Core as Cove wires it, without a page: nothing but plans of other rooms comes with one. */
const core = () =>
  made(async (onEnd) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cove targets '))
    onEnd(() => rm(dataDir, { recursive: true, force: true }))
    const { env } = machine
    const changes = createChanges()
    const exec = createExec({ dataDir, env, homeDir: machine.home, changes })
    onEnd(() => exec.dispose())
    const jobs = createJobs({ dataDir, exec, changes })
    onEnd(() => jobs.dispose())
    const engines = { require: async () => ({ docker: 'docker', engine: null as never }), explain: () => null }
    const clusters = { snapshot: async () => ({ clusters: [], sources: [] }) }
    const targets = createTargets({ exec, engines, clusters, changes, dataDir, env })
    onEnd(() => targets.dispose())
    const hostChanges = createHostChanges({ targets, jobs, changes, dataDir })
    return { exec, jobs, targets, hostChanges, dataDir }
  })

const step = (actions: HostStep['actions']): HostStep => ({ id: 'test', facts: {}, actions, root: true, link: null, done: false })

for (const kind of ['local', 'container', 'ssh'] as const) {
  test(`a plan on ${kind === 'local' ? 'this machine' : kind} is applied, read back, undone; refused where a file changed; a cancel leaves nothing`, async () => {
    const { targets, hostChanges, jobs, end } = await core()
    try {
      // Through ssh as somebody who is root only by sudo.
      const destination = `ann@${host.ssh?.destination}`
      if (kind === 'ssh') await host.ssh?.allow('ann', { sudo: true })
      if (kind === 'ssh') await targets.addSsh(destination)
      const id: TargetId = kind === 'local' ? 'local' : kind === 'ssh' ? `ssh:${destination}` : host.target
      expect((await targets.list()).map((one) => one.id)).toContain(id)
      const target = await targets.get(id)
      const who = kind === 'ssh' ? { user: 'ann', root: 'sudo' } : { user: 'root', root: 'direct' }
      const asRoot = { root: true }
      expect(await target.look()).toMatchObject({ os: 'linux', arch: 'amd64', distribution: ['debian'], ...who })

      const folder = join(tmpdir(), `cove-targets-${process.pid}-${kind}`)
      const file = join(folder, "a file 's.conf")
      const text = "first\n'quoted' $HOME \\ 中文\n"
      const there = async (path: string) => (await target.run({ argv: ['ls', '-A', '--', path], ...asRoot })).stdout
      const plan = await hostChanges.offer({
        target: id,
        purpose: 'test',
        steps: [
          step([
            { kind: 'file', path: file, before: null, after: text, mode: 0o640 },
            { kind: 'command', argv: ['touch', `${folder}/made`], undo: ['rm', `${folder}/made`], check: ['test', '-e', `${folder}/made`] },
          ]),
        ],
      })
      const applied = await jobs.done((await hostChanges.apply(plan.id)).jobId)
      expect(applied).toMatchObject({ state: 'succeeded', error: null })
      expect(await target.readFile(file, asRoot)).toBe(text)
      expect((await target.check({ argv: ['stat', '-c', '%a %u', file], ...asRoot })).stdout).toBe('640 0\n')

      // Somebody else changes it: neither a plan that was made before nor the undo goes over that.
      const [record] = await hostChanges.records(id)
      const next = await hostChanges.offer({
        target: id,
        purpose: 'test',
        steps: [step([{ kind: 'file', path: file, before: text, after: 'second\n', mode: null }])],
      })
      await target.writeFile(file, 'by hand\n', asRoot)
      expect((await target.check({ argv: ['stat', '-c', '%a', file], ...asRoot })).stdout).toBe('640\n')
      await expect(hostChanges.apply(next.id)).rejects.toMatchObject({ code: 'host-file-changed' })
      await expect(hostChanges.undo(record?.id ?? '')).rejects.toMatchObject({ code: 'host-file-changed' })
      await target.writeFile(file, text, asRoot)

      // Ended in the middle: what runs is ended over there, what was done is taken back.
      const endedBy = async (how: (jobId: string) => Promise<unknown>) => {
        const script = `${kind === 'container' ? 'trap "" TERM; ' : ''}echo $$ > "$1"; sleep 987; sleep 987`
        const pid = `${folder}/pid`
        const actions: HostStep['actions'] = [
          { kind: 'file', path: file, before: text, after: 'third\n', mode: 0o600 },
          { kind: 'command', argv: ['sh', '-c', script, 'sh', pid], undo: ['rm', '-f', pid], check: null },
        ]
        const long = await hostChanges.offer({ target: id, purpose: 'test', steps: [step(actions)] })
        const { jobId } = await hostChanges.apply(long.id)
        await expect.poll(() => target.readFile(pid, asRoot)).toMatch(/^\d+\n$/)
        expect(await target.readFile(file, asRoot)).toBe('third\n')
        await how(jobId)
        const job = await jobs.done(jobId)
        expect(await target.readFile(file, asRoot)).toBe(text)
        expect((await target.check({ argv: ['stat', '-c', '%a', file], ...asRoot })).stdout).toBe('640\n')
        expect((await target.run({ argv: ['pgrep', '-fx', 'sleep 987'] })).stdout).toBe('')
        expect(await hostChanges.records(id)).toHaveLength(1)
        return job
      }
      expect(await endedBy((jobId) => jobs.cancel(jobId))).toMatchObject({ state: 'cancelled', left: [] })
      if (kind === 'ssh') {
        const lost = await endedBy(() => host.run('pkill', '-KILL', '-f', '^sshd: ann'))
        expect(lost).toMatchObject({ state: 'failed', error: { code: 'ssh-lost' }, left: [] })
        // More at once than sshd takes on one connection (MaxSessions 10).
        const many = await Promise.all(Array.from({ length: 14 }, () => target.run({ argv: ['sleep', '0.5'] })))
        expect(many.map(({ exitCode }) => exitCode)).toEqual(many.map(() => 0))
      }

      const undone = await jobs.done((await hostChanges.undo(record?.id ?? '')).jobId)
      expect(undone).toMatchObject({ state: 'succeeded', error: null })
      expect(await there(folder)).toBe('')
      expect((await hostChanges.records(id))[0]?.undoneAt).not.toBeNull()
    } finally {
      await end()
    }
  })
}

test('ssh hosts are kept, reached as whom they are said to be, and told why not, through the api', async ({ openCove }) => {
  const ssh = host.ssh
  if (ssh === null) throw new Error('the host has no ssh')
  await ssh.allow('ann', { sudo: true })
  await ssh.allow('joe', { sudo: false })
  const { api } = await openCove(machine)
  const refusal = { data: { code: 'ssh-destination-invalid' } }
  await expect(api.targets.addSsh({ destination: '-oProxyCommand=id' })).rejects.toMatchObject(refusal)
  const look = async (destination: string) => {
    const { id } = await api.targets.addSsh({ destination })
    return api.targets.look({ target: id }).then(
      ({ user, root }) => `${user} ${root}`,
      (error: { data?: { code?: string } }) => error.data?.code,
    )
  }
  const name = ssh.destination
  expect((await api.targets.addSsh({ destination: name })).state).toBe('unknown')
  expect([await look(name), await look(`ann@${name}`), await look(`joe@${name}`)]).toEqual(['root direct', 'ann sudo', 'joe none'])
  expect((await api.targets.list()).find((one) => one.id === `ssh:${name}`)?.state).toBe('up')

  // What a check finds is put right there by sudo, and undone.
  const target = `ssh:ann@${name}`
  const forwarding = () => host.run('sysctl', '-n', 'net.ipv4.ip_forward')
  await host.run('sysctl', '-qw', 'net.ipv4.ip_forward=0')
  const intent = { role: 'worker' as const, kubernetes: null, podSubnets: [], serviceSubnets: [], criSocket: null }
  const plan = await api.hostChecks.plan({ target, intent, ids: ['sysctl-ip-forward'] })
  expect(plan).toMatchObject({ target, root: 'sudo' })
  await succeeds(api, api.hostChanges.apply({ planId: plan.id }))
  expect(await forwarding()).toBe('1')
  const [record] = await api.hostChanges.records({ target })
  await succeeds(api, api.hostChanges.undo({ recordId: record?.id ?? '' }))
  expect(await forwarding()).toBe('0')

  // All that is found of the machine, and what the set-up makes of it, is the same by either way.
  const looks = [host.target, target] as const
  const [near, far] = await Promise.all(
    looks.map(async (each) => (await api.hostChecks.run({ target: each, intent })).findings.map(({ id, variant }) => [id, variant])),
  )
  expect(far).toEqual(near)
  const [nearPlan, farPlan] = await Promise.all(
    looks.map(async (each) => (await api.setup.plan({ intent: 'node', target: each })).steps.map(({ id, state }) => [id, state])),
  )
  expect(farPlan).toEqual(nearPlan)

  // Each another way to the same host, so that none shares the connection that is there.
  expect(await look(`nobody2@${name}`)).toBe('ssh-auth-refused')
  expect(await look(`ssh://${name}:1`)).toBe('ssh-unreachable')
  expect(await look('no.such.name.invalid')).toBe('ssh-name-unknown')
  await writeFile(ssh.knownHosts, '')
  expect(await look(`ssh://root@${name}`)).toBe('ssh-host-key-unknown')
  await writeFile(ssh.knownHosts, `${host.address} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAMY9nNEvrXqZwCbkXhBQ0WGrEFBsAsM4Q9D8Wn3Yp7m\n`)
  expect(await look(`ssh://ann@${name}`)).toBe('ssh-host-key-changed')
  await writeFile(ssh.knownHosts, `${ssh.hostKey}\n`)
  expect(await look(`ssh://ann@${name}`)).toBe('ann sudo')

  await api.targets.removeSsh({ target: `ssh:${name}` })
  await expect(api.targets.look({ target: `ssh:${name}` })).rejects.toMatchObject({ data: { code: 'not-found' } })
})
