// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Command } from '#shared/contract/jobs.ts'
import { calls, problem, runningJob, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { byDay, commandFits, jobFits } from './activity-filter.ts'
import { ActivityPage } from './activity-page.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
vi.mock('../shell/page.tsx', () => import('../../fixtures/plain-page.tsx'))

const command = (part: Partial<Command> = {}): Command => ({
  id: 'c1',
  jobId: 'job-1',
  argv: ['/usr/bin/kind', 'create', 'cluster', '--name=dev'],
  cwd: '/home/ann',
  envNames: ['KUBECONFIG', 'NO_COLOR'],
  pid: 4711,
  startedAt: Date.now(),
  durationMs: 1200,
  exitCode: 0,
  signal: null,
  state: 'succeeded',
  tail: ['last line'],
  outputBytes: 250_000,
  truncated: false,
  ...part,
})

beforeEach(() => {
  calls.length = 0
  world.jobs = []
  world.commands = []
})
afterEach(cleanup)

test('what runs comes first, then by the day it began, across a midnight', () => {
  const now = new Date(2026, 8, 14, 0, 30).getTime()
  const job = (id: string, at: number, state: 'running' | 'succeeded') => ({ id, startedAt: at, state })
  const groups = byDay(
    [
      job('long', now - 3 * 86_400_000, 'running'),
      job('a', now - 60_000, 'succeeded'),
      job('b', now - 3_600_000, 'succeeded'),
      job('c', now - 2 * 86_400_000, 'succeeded'),
    ],
    now,
  )
  expect(groups.map((group) => [group.day, group.items.map((item) => item.id)])).toEqual([
    ['now', ['long']],
    ['today', ['a']],
    ['yesterday', ['b']],
    ['earlier', ['c']],
  ])
})

test('found by what is read on the page and by what was printed', () => {
  const wanted = (text: string, outcome: 'all' | 'failed' | 'running' = 'all') => ({ text, outcome })
  expect(jobFits(runningJob(), '创建 dev', wanted('创建'))).toBe(true)
  expect(jobFits(runningJob(), '', wanted('dev', 'running'))).toBe(true)
  expect(jobFits(runningJob({ state: 'interrupted' }), '', wanted('', 'failed'))).toBe(true)
  expect(commandFits(command(), wanted('kind --name=dev'))).toBe(true)
  expect(commandFits(command(), wanted('LAST line'))).toBe(true)
  expect(commandFits(command({ state: 'timed-out' }), wanted('', 'failed'))).toBe(true)
  expect(commandFits(command(), wanted('minikube'))).toBe(false)
})

test('nothing yet: a sentence for each view', async () => {
  renderAt(<ActivityPage />)
  expect(await screen.findByText('No jobs yet')).toBeTruthy()
  await userEvent.click(await screen.findByRole('button', { name: 'Commands' }))
  expect(await screen.findByText('No command has run yet')).toBeTruthy()
})

test('jobs: state, why, link; a running one can be cancelled after a second step that names what goes', async () => {
  world.jobs = [
    runningJob({ startedAt: Date.now() }),
    runningJob({
      id: 'job-0',
      subject: 'old',
      state: 'failed',
      startedAt: Date.now(),
      finishedAt: Date.now(),
      cancellable: false,
      error: problem('name-taken', { name: 'old', suggestion: 'old-2' }),
    }),
  ]
  renderAt(<ActivityPage />)
  const grid = await screen.findByRole('grid', { name: 'Jobs' })
  await within(grid).findByText('Now')
  const failed = within(grid).getByRole('row', { name: 'Open: Create old' })
  expect(failed.textContent).toContain('Failed in step 2 of 3')
  expect(failed.textContent).toContain('A cluster named old is already there')
  expect(within(failed).getByRole('link').getAttribute('href')).toBe('/jobs/job-0')
  expect(within(failed).queryByRole('button')).toBeNull()
  await userEvent.click(within(grid).getByRole('button', { name: 'Cancel and clean up: Create dev' }))
  const dialog = await screen.findByRole('dialog')
  expect(within(dialog).getByText('dev-control-plane')).toBeTruthy()
  expect(calls.some((call) => call.name === 'jobs.cancel')).toBe(false)
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel and clean up' }))
  await waitFor(() => expect(calls.find((call) => call.name === 'jobs.cancel')?.input).toEqual({ id: 'job-1' }))
})

test('a row leads to its job', async () => {
  world.jobs = [runningJob()]
  const { router } = renderAt(<ActivityPage />)
  await userEvent.click(await screen.findByRole('row', { name: 'Open: Create dev' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/jobs/job-1'))
})

test('commands: state with exit code, job; opened it tells where it ran and all that it printed', async () => {
  world.jobs = [runningJob()]
  world.commands = [command(), command({ id: 'c2', argv: ['docker', 'ps'], jobId: null, state: 'failed', exitCode: 125 })]
  renderAt(<ActivityPage />)
  await userEvent.click(await screen.findByRole('button', { name: 'Commands' }))
  const row = await screen.findByRole('row', { name: 'Show details of kind create cluster --name=dev' })
  expect(within(row).getByRole('link', { name: 'Create dev' })).toBeTruthy()
  expect(screen.getByText('exit code 125')).toBeTruthy()
  const button = within(row).getByRole('button', { name: /^Show details/ })
  await userEvent.click(button)
  for (const fact of ['/home/ann', 'KUBECONFIG NO_COLOR', '4711', 'last line']) expect(screen.getByText(fact)).toBeTruthy()
  expect(calls.some((call) => call.name === 'jobs.commandOutput')).toBe(false)
  await userEvent.click(screen.getByRole('button', { name: 'Show the whole output, 250 kB' }))
  expect(await screen.findByText('raw')).toBeTruthy()
  expect(calls.find((call) => call.name === 'jobs.commandOutput')?.input).toEqual({ id: 'c1', offset: 0, limit: 200_000 })
})

test('a command is copied from its row, and with what it printed from its details', async () => {
  const user = userEvent.setup()
  world.commands = [command()]
  renderAt(<ActivityPage />)
  await user.click(await screen.findByRole('button', { name: 'Commands' }))
  const row = await screen.findByRole('row', { name: 'Show details of kind create cluster --name=dev' })
  const copied = async (text: string) => await waitFor(async () => expect(await navigator.clipboard.readText()).toBe(text))
  await user.click(within(row).getByRole('button', { name: 'Copy command' }))
  await copied('kind create cluster --name=dev')
  expect(within(row).getByRole('status').textContent).toBe('Copied')
  await user.click(within(row).getByRole('button', { name: /^Show details/ }))
  await user.click(screen.getByRole('button', { name: 'Copy with output' }))
  await copied('$ kind create cluster --name=dev\nlast line\n')
})

test('of many commands a few are listed, then all that are kept, and the end says that older ones are gone', async () => {
  world.commands = Array.from({ length: 2100 }, (_, n) => command({ id: `c${n}`, argv: ['docker', 'ps', `-n=${n}`], jobId: null }))
  renderAt(<ActivityPage />)
  // A filter keeps what is painted small; what is counted is what came.
  await userEvent.type(await screen.findByRole('textbox', { name: 'Filter jobs' }), '-n=2099')
  await userEvent.click(screen.getByRole('button', { name: 'Commands' }))
  expect(await screen.findByText('The newest 200 commands are listed.')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'List more' }))
  expect(await screen.findByText('The newest 1,000 commands are listed.')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'List more' }))
  expect(await screen.findByText('Cove keeps the newest 2,000 commands. Older ones are no longer kept.')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'List more' })).toBeNull()
  expect(screen.getByRole('row', { name: 'Show details of docker ps -n=2099' })).toBeTruthy()
  expect(calls.filter(({ name }) => name === 'jobs.commands').map(({ input }) => input)).toEqual([
    { limit: 200 },
    { limit: 1000 },
    { limit: 3000 },
  ])
})

test('of jobs all that are kept are listed, and the end says that older ones are gone', async () => {
  const jobs = Array.from({ length: 500 }, (_, n) => runningJob({ id: `job-${n}`, subject: `shop-${n}`, state: 'succeeded' }))
  world.jobs = jobs.slice(-1)
  const { queries } = renderAt(<ActivityPage />, 'zh-CN')
  await userEvent.type(await screen.findByRole('textbox', { name: '筛选任务' }), 'shop-499')
  const end = 'Cove 只保留最新的 500 个任务，更早的已不再保留。'
  world.jobs = jobs.slice(1)
  await act(() => queries.invalidateQueries())
  expect(screen.queryByText(end)).toBeNull()
  world.jobs = jobs
  await act(() => queries.invalidateQueries())
  expect(await screen.findByText(end)).toBeTruthy()
})

test('a filter that nothing fits can be cleared', async () => {
  world.jobs = [runningJob()]
  renderAt(<ActivityPage />)
  await screen.findByRole('row', { name: 'Open: Create dev' })
  await userEvent.type(screen.getByRole('textbox', { name: 'Filter jobs' }), 'zzz')
  expect(await screen.findByText('No job fits the filter')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Clear filter' }))
  expect(await screen.findByRole('row', { name: 'Open: Create dev' })).toBeTruthy()
})
