// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { ORPCError } from '@orpc/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { HostAction } from '#shared/contract/host-changes.ts'
import type { JobEvent } from '#shared/contract/jobs.ts'
import { calls, hostPlan, hostRecord, hostStep, problem, runningJob, target, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { HostRecords } from './host-records.tsx'
import { officialPage } from './host-words.ts'
import { PlanDialog } from './plan-dialog.tsx'

vi.mock('../../api/client.ts', async () => ({
  ...(await import('../../fixtures/fake-api.ts')),
  iterate: async (_start: unknown, onEvent: (event: JobEvent) => void) => world.events.forEach(onEvent),
}))

const asked = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input)
const fstab: HostAction = {
  kind: 'file',
  path: '/etc/fstab',
  before: '/dev/sda1 / ext4\n/dev/sda2 none swap\n',
  after: '/dev/sda1 / ext4\n',
  mode: null,
}
const swapoff: HostAction = {
  kind: 'command',
  argv: ['swapoff', '--all'],
  undo: ['swapon', '--all'],
  check: ['test', '!', '-s', '/proc/swaps'],
}
const install: HostAction = { kind: 'command', argv: ['apt-get', 'install', 'containerd'], undo: null, check: null }
const link = 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/#swap-configuration'
const noSwap = hostStep('no-swap-here', { facts: { device: '/dev/sda2', size: 2 }, root: true, link, actions: [swapoff, fstab] })
const packages = hostStep('packages-here', { root: true, actions: [install] })
const reread: HostAction = { kind: 'command', argv: ['systemctl', 'daemon-reload'], undo: [], check: null }
const ready = hostStep('ready-here', { done: true, actions: [swapoff] })

const show = (part: Parameters<typeof hostPlan>[1] = {}, language: 'en' | 'zh-CN' = 'en') => {
  world.plan = hostPlan([noSwap, packages, ready], { purpose: 'prepare-here', script: 'swapoff --all\n', root: 'sudo', ...part })
  const told = { closed: 0, applied: 0 }
  renderAt(<PlanDialog planId="plan-1" onClose={() => told.closed++} onApplied={() => told.applied++} />, language)
  return told
}

beforeEach(() => {
  calls.length = 0
  world.targets = [target('local'), target('ssh:ann@build')]
  world.records = []
  world.events = []
  world.refusal = null
})
afterEach(cleanup)

test('a plan says what would be done, step by step: words or id with facts, diffs with signs, commands, what needs root and what cannot be undone', async () => {
  show({ warnings: [{ id: 'nodes-here', facts: { count: 2 } }] })
  const dialog = await screen.findByRole('dialog', { name: 'prepare-here' })
  expect(within(dialog).getByText('On this machine. Nothing has been changed yet.')).toBeTruthy()
  const [first, second, third] = within(dialog)
    .getAllByRole('listitem')
    .map((item) => item.textContent ?? '')
  expect(first).toContain('no-swap-here: device /dev/sda2, size 2')
  expect(first).toContain('needs root')
  expect(first).toContain('sudo swapoff --all')
  expect(first).toContain('test ')
  expect(first).toContain('/etc/fstab')
  expect(first).toContain('removed −/dev/sda2 none swap')
  expect(first).not.toContain('cannot be undone')
  expect(second).toContain('cannot be undone')
  expect(third).toContain('already so')
  expect(third).not.toContain('swapoff')
  // What is to be thought of stands before the steps.
  const text = dialog.textContent ?? ''
  expect(text.indexOf('nodes-here: count 2')).toBeGreaterThan(0)
  expect(text.indexOf('nodes-here: count 2')).toBeLessThan(text.indexOf('no-swap-here'))
  expect(within(dialog).getByText('What needs root is run through sudo, which asks for no password there.')).toBeTruthy()
  expect(asked('hostChanges.apply')).toEqual([])
})

test('words of a step take its facts; one that is not known, or was not handed over, is a gap', async () => {
  const steps = [
    hostStep('shell-path', { facts: { folder: '/home/ann/.local/bin', file: null } }),
    hostStep('shell-path', { facts: { file: '~/.zshrc' } }),
  ]
  show({ steps, purpose: 'shell-path', facts: { folder: '~/.local/bin', shell: 'zsh' } })
  const dialog = await screen.findByRole('dialog', { name: 'Put ~/.local/bin on PATH of zsh' })
  const [first, second] = within(dialog)
    .getAllByRole('listitem')
    .map((item) => item.textContent ?? '')
  expect(first).toContain('Add a line to –')
  expect(first).toContain('/home/ann/.local/bin is not one of them')
  expect(second).toContain('Add a line to ~/.zshrc')
  expect(second).toContain('– is not one of them')
})

test('the official page is in the reader’s language where it has one', async () => {
  show({}, 'zh-CN')
  const dialog = await screen.findByRole('dialog')
  expect(within(dialog).getByRole('link').getAttribute('href')).toBe(link.replace('/docs/', '/zh-cn/docs/'))
  expect(officialPage(link, 'en')).toBe(link)
  expect(officialPage('https://docs.docker.com/engine/', 'zh-CN')).toBe('https://docs.docker.com/engine/')
})

test('apply runs it as a job inside the dialog; its end is told, and what Cove changed is asked anew', async () => {
  const job = runningJob({ id: 'job-20' })
  world.events = [
    { type: 'snapshot', job, commands: [], output: [] },
    { type: 'job', job: { ...job, state: 'succeeded', finishedAt: 1 } },
  ]
  const told = show()
  await userEvent.click(await screen.findByRole('button', { name: 'Apply to this machine' }))
  expect(await screen.findByText(/^It is done on this machine, and was read back/)).toBeTruthy()
  expect(asked('hostChanges.apply')).toEqual([{ planId: 'plan-1' }])
  expect(told.applied).toBe(1)
  await userEvent.click(screen.getByRole('button', { name: 'Close' }))
  expect(told.closed).toBe(1)
})

test('what failed says why and that nothing is left, and is tried again with the same plan', async () => {
  const error = problem('host-check-failed', { command: 'systemctl is-active containerd', tail: 'inactive' })
  world.events = [
    {
      type: 'snapshot',
      job: runningJob({ kind: 'host.apply', state: 'failed', finishedAt: 1, left: [], error }),
      commands: [],
      output: [],
    },
  ]
  const told = show()
  await userEvent.click(await screen.findByRole('button', { name: 'Apply to this machine' }))
  expect(await screen.findByText(/systemctl is-active containerd is not content/)).toBeTruthy()
  expect(screen.getByText(/Nothing is left/)).toBeTruthy()
  const again = await screen.findByRole('button', { name: 'Try again' })
  expect(told.applied).toBe(1)
  await userEvent.click(again)
  await waitFor(() => expect(asked('hostChanges.apply')).toHaveLength(2))
})

test('a refusal is said, and the plan stays to be read', async () => {
  world.refusal = new ORPCError('APP', { status: 422, data: problem('bad-input', {}) })
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Apply to this machine' }))
  expect(await screen.findByText(/Nothing was changed\./)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Apply to this machine' })).toBeTruthy()
})

test('where nothing leads to root only the script is offered', async () => {
  show({ root: 'none', target: 'ssh:ann@build' })
  expect(await screen.findByText('Cove cannot become root there')).toBeTruthy()
  expect(screen.getByText(/^On ann@build, another machine, through ssh\./)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Copy script' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: /^Apply/ })).toBeNull()
})

test('a plan with nothing left to do has nothing to apply', async () => {
  show({ steps: [ready], root: 'none' })
  expect(await screen.findByText('Nothing is to be done: all of it is so already.')).toBeTruthy()
  expect(screen.queryByRole('button', { name: /^Apply/ })).toBeNull()
  expect(screen.queryByText('Cove cannot become root there')).toBeNull()
})

test('a plan that is gone says so', async () => {
  world.plan = null
  renderAt(<PlanDialog planId="old" onClose={() => {}} />)
  expect(await screen.findByRole('alert')).toBeTruthy()
  expect(screen.queryByRole('button', { name: /^Apply/ })).toBeNull()
})

test('what Cove changed can be undone: what goes back is shown the last first, and what stays is named', async () => {
  const reload = hostStep('reload-here', { actions: [reread] })
  world.records = [hostRecord([noSwap, packages, ready, reload], { purpose: 'prepare-here', partly: true })]
  const job = runningJob({ id: 'job-21', state: 'succeeded', finishedAt: 1 })
  world.events = [{ type: 'snapshot', job, commands: [], output: [] }]
  renderAt(<HostRecords target="local" />)
  expect(await screen.findByText('1 file, 3 commands')).toBeTruthy()
  expect(screen.getByText('in place, not all can be undone')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Undo prepare-here…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Undo “prepare-here”?' })
  expect(within(dialog).getByText('This stays as it is:')).toBeTruthy()
  const text = dialog.textContent ?? ''
  expect(text.lastIndexOf('packages-here')).toBeLessThan(text.indexOf('no-swap-here'))
  expect(text).toContain('added +/dev/sda2 none swap')
  // Within a step too: the file goes back before the command is run.
  expect(text.indexOf('/etc/fstab')).toBeLessThan(text.indexOf('swapon --all'))
  expect(text).not.toContain('ready-here')
  expect(text).not.toContain('reload-here')
  world.records = [{ ...(world.records[0] as never as ReturnType<typeof hostRecord>), undoneAt: Date.now() }]
  await userEvent.click(within(dialog).getByRole('button', { name: 'Undo on this machine' }))
  expect(await within(dialog).findByText('What can be undone on this machine is as it was before.')).toBeTruthy()
  expect(asked('hostChanges.undo')).toEqual([{ recordId: 'record-1' }])
  await userEvent.click(within(dialog).getByRole('button', { name: 'Close' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(await screen.findByRole('button', { name: 'Show prepare-here' })).toBeTruthy()
})

test('what nothing can undo has no button for it', async () => {
  world.records = [hostRecord([packages], { purpose: 'prepare-here', partly: true })]
  renderAt(<HostRecords target="local" />)
  await userEvent.click(await screen.findByRole('button', { name: 'Undo prepare-here…' }))
  const dialog = await screen.findByRole('dialog')
  expect(within(dialog).getByText('None of it can be undone:')).toBeTruthy()
  expect(within(dialog).queryByRole('button', { name: /^Undo on/ })).toBeNull()
})
