// @vitest-environment happy-dom
import { cleanup, screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Leftover, LeftoverSource, LeftoversSnapshot } from '#shared/contract/leftovers.ts'
import { calls, problem, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { LeftoversSection } from './leftovers-section.tsx'

vi.mock('../../api/client.ts', async () => import('../../fixtures/fake-api.ts'))

const item = (name: string, part: Partial<Leftover> = {}): Leftover => ({
  id: name,
  source: 'containers',
  kind: 'container',
  name,
  path: null,
  provider: 'kind',
  cluster: 'old',
  sizeBytes: 1_500_000,
  createdAt: Date.now() - 86_400_000 * 3,
  why: { code: 'control-plane-gone', facts: { cluster: 'old' } },
  blocked: null,
  preselected: true,
  ...part,
})
const source = (name: LeftoverSource, part: Partial<LeftoversSnapshot['sources'][number]> = {}) => ({
  source: name,
  state: 'ok' as const,
  value: 0,
  asOf: 1,
  error: null,
  ...part,
})
const worker = item('old-worker')
const cache = item('kicbase.tar', {
  source: 'minikube-cache',
  kind: 'cache',
  cluster: null,
  path: '/home/ann/.minikube/cache/kic/kicbase.tar',
  sizeBytes: 500e6,
  preselected: false,
  why: { code: 'cache', facts: {} },
})
const machine = item('vm', {
  source: 'minikube',
  kind: 'machine',
  cluster: 'vm',
  blocked: 'machine-driver',
  why: { code: 'profile-gone', facts: { cluster: 'vm' } },
})

beforeEach(() => {
  calls.length = 0
  world.leftovers = {
    items: [worker, cache, machine],
    sources: [source('containers', { value: 1 }), source('minikube', { value: 1 }), source('minikube-cache', { value: 1 })],
    jobId: null,
  }
})
afterEach(cleanup)
const removed = () => calls.filter((call) => call.name === 'leftovers.remove').map((call) => call.input)

test('what is of no use is selected at first, the cache only by hand, and what Cove cannot remove not at all', async () => {
  const user = userEvent.setup()
  renderAt(<LeftoversSection />)
  const box = (name: string) => screen.getByRole('checkbox', { name })
  expect((await screen.findByRole('checkbox', { name: 'Select container old-worker' })).getAttribute('aria-checked')).toBe('true')
  expect(box('Select cached download kicbase.tar').getAttribute('aria-checked')).toBe('false')
  expect(
    box('Select machine folder vm').getAttribute('aria-disabled') ?? box('Select machine folder vm').getAttribute('data-disabled'),
  ).not.toBeNull()
  expect(screen.getByText(/A virtual machine may be behind it/)).toBeTruthy()

  await user.click(screen.getByRole('button', { name: 'Remove 1, 1.5 MB…' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Remove 1 leftover?' }))
  expect(dialog.getByText('old-worker')).toBeTruthy()
  expect(dialog.getByText('2 leftovers that are not selected')).toBeTruthy()
  expect(removed()).toEqual([])
  await user.click(dialog.getByRole('button', { name: 'Keep all' }))
  expect(removed()).toEqual([])

  await user.click(box('Select all'))
  await user.click(screen.getByRole('button', { name: 'Remove 2, 501.5 MB…' }))
  await user.click(await screen.findByRole('button', { name: 'Remove 2 leftovers, 501.5 MB' }))
  expect(removed()).toEqual([{ ids: ['old-worker', 'kicbase.tar'] }])
})

test('what is found while the question stands is not removed with the answer', async () => {
  const user = userEvent.setup()
  const { queries } = renderAt(<LeftoversSection />)
  await user.click(await screen.findByRole('button', { name: 'Remove 1, 1.5 MB…' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Remove 1 leftover?' }))
  world.leftovers = { ...world.leftovers, items: [...world.leftovers.items, item('other-worker')] }
  await queries.invalidateQueries()
  expect(await dialog.findByText('3 leftovers that are not selected')).toBeTruthy()
  await user.click(dialog.getByRole('button', { name: 'Remove 1 leftover, 1.5 MB' }))
  expect(removed()).toEqual([{ ids: ['old-worker'] }])
})

test('opened, a row says why, what removing it does, and where it is', async () => {
  const user = userEvent.setup()
  renderAt(<LeftoversSection />)
  await user.click(await screen.findByRole('button', { name: 'Show why kicbase.tar is a leftover' }))
  expect(screen.getByText('The file goes. The next cluster of minikube downloads it again.')).toBeTruthy()
  expect(screen.getByText('~/.minikube/cache/kic/kicbase.tar')).toBeTruthy()
})

test('a place that does not answer says why, beside those that do', async () => {
  world.leftovers = {
    items: [cache],
    sources: [
      source('containers', { state: 'failed', value: null, error: problem('engine-stopped', { endpoint: null }) }),
      source('minikube-cache', { value: 1 }),
    ],
    jobId: null,
  }
  renderAt(<LeftoversSection />)
  expect(await screen.findByText(/The container engine does not run, so nothing here is said to be left over/)).toBeTruthy()
  expect(screen.getByText('kicbase.tar')).toBeTruthy()
})

test('nothing found is said in one sentence; while some are removed, no second removal is offered', async () => {
  world.leftovers = { items: [], sources: [source('containers'), source('volumes', { state: 'absent', value: null })], jobId: null }
  const { unmount } = renderAt(<LeftoversSection />)
  expect(await screen.findByText('Nothing is left over.')).toBeTruthy()
  unmount()
  world.leftovers = { items: [worker], sources: [source('containers', { value: 1 })], jobId: 'job-6' }
  renderAt(<LeftoversSection />)
  expect((await screen.findByRole('link', { name: 'Open job' })).getAttribute('href')).toContain('job-6')
  expect(screen.queryByRole('button', { name: /^Remove/ })).toBeNull()
})
