import { expect, test } from 'vitest'
import type { HostIntent } from '#shared/contract/host-checks.ts'
import type { RootWay } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import type { PlanProposal } from '../host-changes/types.ts'
import type { Target, TargetCommand } from '../targets/types.ts'
import { all, type Edit, recorded, section, swap } from './fixtures/ground.ts'
import { createHostChecks } from './host-checks.ts'

const intent: HostIntent = { role: 'control-plane', kubernetes: null, podSubnets: [], serviceSubnets: [], criSocket: null }
const now: Edit = section('clock', [String(Math.round(Date.now() / 1000))])

/** Machines that answer with a record; `files` are what is read of them. */
function checks(
  texts: Readonly<Record<string, string | AppError>>,
  files: Readonly<Record<string, string | AppError>> = {},
  rootWay: RootWay = 'direct',
  /** What dpkg lists as installed; null: it gives no answer. */
  installed: readonly string[] | null = [],
) {
  const asked: TargetCommand[] = []
  const offered: PlanProposal[] = []
  const get = async (id: string) => {
    const text = texts[id]
    if (text === undefined || text instanceof AppError) throw text ?? new AppError('not-found', { what: 'target', name: id })
    const target: Pick<Target, 'name' | 'check' | 'run' | 'readFile' | 'rootWay'> = {
      name: id,
      rootWay: async () => rootWay,
      check: async (command) => {
        asked.push(command)
        return { stdout: text } as Awaited<ReturnType<Target['check']>>
      },
      run: async ({ argv }) => {
        expect(argv[0]).toBe('dpkg-query')
        const stdout = (installed ?? []).map((name) => `${name} installed\n`).join('')
        return { exitCode: installed === null ? null : 1, stdout } as Awaited<ReturnType<Target['run']>>
      },
      readFile: async (path) => {
        const file = files[path] ?? null
        if (file instanceof AppError) throw file
        return file
      },
    }
    return target as Target
  }
  const offer = async (proposal: PlanProposal) => {
    offered.push(proposal)
    return { id: 'p1' } as never
  }
  return { service: createHostChecks({ targets: { get }, hostChanges: { offer } }), asked, offered }
}
const host = (...edits: Edit[]) => ({ 'container:h1': all(now, ...edits)(recorded('bare-host')) })
const withoutTools = swap(/^\|(?:ethtool|mount) .*\n/gm, '')

test('a report says what was looked at, as what, and which findings can be put right on this very machine', async () => {
  const { service, asked } = checks(host(withoutTools))
  const report = await service.run('container:h1', { ...intent, criSocket: '/run/containerd/containerd.sock' })
  expect(report).toMatchObject({ hostname: 'h1', root: true, member: false, intent: { kubernetes: 'v1.34.4' } })
  expect(asked).toMatchObject([{ argv: ['sh', '-s', '--', '/run/containerd/containerd.sock'], root: true }])
  // Only a control plane speaks to an etcd outside the cluster.
  const etcd = { endpoints: ['https://etcd:2379/'], caFile: '/etc/etcd/ca.crt', certFile: null, keyFile: null }
  await service.run('container:h1', { ...intent, etcd })
  await service.run('container:h1', { ...intent, role: 'worker', etcd })
  expect(asked.slice(1)).toMatchObject([
    { argv: ['sh', '-s', '--', '', '/etc/etcd/ca.crt', '', '', 'https://etcd:2379'] },
    { argv: ['sh', '-s', '--', ''] },
  ])
  const fixable = report.findings.flatMap(({ id, fixable: can }) => (can ? [id] : []))
  expect(fixable).toEqual(['sysctl-persistent', 'inotify-instances', 'tool-ethtool', 'tool-mount'])
  expect(report.findings.find(({ id }) => id === 'clock')?.variant).toBe('ok')
})

test('nobody is asked for a password only to look', async () => {
  for (const way of ['pkexec', 'none'] as const) {
    const { service, asked } = checks({ local: now(recorded('bare-host-as-user')) }, {}, way)
    expect((await service.run('local', intent)).root).toBe(false)
    expect(asked[0]?.root).toBe(false)
  }
})

test('all at once leaves out packages that Kubernetes runs without; by name they are taken', async () => {
  const { service, offered } = checks(host(withoutTools))
  await service.plan('container:h1', intent, [])
  expect(offered[0]?.steps.flatMap(({ id, facts }) => [id, facts['package'] ?? ''])).toEqual(
    expect.arrayContaining(['package-install', 'mount', 'sysctl-file']),
  )
  expect(offered[0]?.steps.some(({ facts }) => facts['package'] === 'ethtool')).toBe(false)
  await service.plan('container:h1', intent, ['tool-ethtool'])
  expect(offered[1]?.steps.map(({ facts }) => facts['package'])).toEqual(['ethtool'])
  await expect(service.plan('container:h1', intent, ['cpus'])).rejects.toMatchObject({ code: 'host-nothing-to-fix' })
})

test.each([
  ['is not there', [], ['ethtool']],
  ['is there, though its program is not', ['ethtool', 'mount'], []],
  ['may be there', null, []],
])('the undo of a package that %s takes away what the plan brought and nothing else', async (_, installed, removed) => {
  const { service, offered } = checks(host(withoutTools), {}, 'direct', installed)
  await service.plan('container:h1', intent, ['tool-ethtool', 'tool-mount'])
  const undos = offered[0]?.steps.flatMap(({ actions }) => actions.map((one) => (one.kind === 'command' ? one.undo : [])))
  expect(undos).toHaveLength(3)
  // The lists need no undo, and the system stands on mount.
  expect([undos?.[0], undos?.[2]]).toEqual([[], null])
  expect(undos?.[1]?.slice((undos[1]?.indexOf('remove') ?? 0) + 1) ?? []).toEqual(removed)
})

test('a file that cannot be read spoils a plan, not the report', async () => {
  const unreadable = { '/etc/sysctl.d/k8s.conf': new AppError('host-file-unreadable', { path: '/etc/sysctl.d/k8s.conf', reason: 'x' }) }
  const { service } = checks(host(), unreadable)
  expect((await service.run('container:h1', intent)).findings.length).toBeGreaterThan(70)
  await expect(service.plan('container:h1', intent, [])).rejects.toMatchObject({ code: 'host-file-unreadable' })
})

test('off Linux there is one thing to say', async () => {
  const { service } = checks(host(section('uname', ['Darwin 24.1.0 arm64'])))
  expect((await service.run('container:h1', intent)).findings.map(({ id, variant }) => [id, variant])).toEqual([['os', 'other-os']])
})

test('a clock is off only by what the look itself cannot explain', async () => {
  const { service } = checks(host(section('clock', [String(Math.round(Date.now() / 1000) - 3600)])))
  const found = (await service.run('container:h1', intent)).findings.find(({ id }) => id === 'clock')
  expect(found?.variant).toBe('far-off')
  expect(Math.abs(Number(found?.facts['seconds']) + 3600)).toBeLessThan(60)
})

test('machines are compared with each other, and who was not reached is named', async () => {
  const text = now(recorded('bare-host'))
  const { service } = checks({ 'container:a': text, 'container:b': text, 'ssh:c': new AppError('ssh-timeout', { host: 'c' }) })
  const { machines, unreached } = await service.compare(['container:a', 'container:b', 'ssh:c'])
  expect(machines.map(({ target, findings }) => [target, findings.find(({ id }) => id === 'unique-machine-id')?.facts['others']])).toEqual([
    ['container:a', 'container:b'],
    ['container:b', 'container:a'],
  ])
  expect(unreached).toMatchObject([{ target: 'ssh:c', error: { code: 'ssh-timeout' } }])
})
