// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import type { Job, JobEvent } from '#shared/contract/jobs.ts'
import { calls, problem, runningJob, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { JobPage } from './job-page.tsx'

const watched = vi.hoisted(() => ({ job: null as Job | null }))
vi.mock('../../api/client.ts', async () => ({
  ...(await import('../../fixtures/fake-api.ts')),
  iterate: async (_start: unknown, send: (event: JobEvent) => void) => {
    if (watched.job !== null) send({ type: 'snapshot', job: watched.job, commands: [], output: [] })
  },
}))
vi.mock('../shell/page.tsx', () => import('../../fixtures/plain-page.tsx'))
afterEach(cleanup)

test.each([
  ['en', 'cluster.delete', 'A delete cannot be cancelled: half a cluster is of no use to anybody.'],
  ['zh-CN', 'cluster.delete', '删除不能取消：只剩一半的集群无法使用。'],
  ['en', 'kubeadm.reset', 'This job cannot be cancelled; it goes to its end.'],
] as const)('a job without a way back says so while it runs, and a delete why: %s, %s', async (language, kind, words) => {
  watched.job = runningJob({ id: 'job-90', kind, cancellable: false })
  const { router } = renderAt(<JobPage />, language, '/jobs/$id')
  await act(() => router.navigate({ to: '/jobs/$id', params: { id: 'job-90' } } as never))
  expect(await screen.findByText(words)).toBeTruthy()
})

const replace = {
  id: 'job-91',
  kind: 'cgroup.replace',
  subject: 'host-1',
  facts: { target: 'container:host-1', driver: 'systemd' },
} as const
async function showReplace(job: Partial<Job>) {
  watched.job = runningJob({ ...replace, ...job })
  const { router } = renderAt(<JobPage />, 'en', '/jobs/$id')
  await act(() => router.navigate({ to: '/jobs/$id', params: { id: 'job-91' } } as never))
}

test.each([
  [
    ['host-1'],
    'Cancel stops what runs and puts back what was changed of host-1.',
    'What runs is stopped. Then what was done of this is put back as it was:',
  ],
  [
    [],
    'Cancel stops what runs; the machine stays out of its cluster until this is gone on with.',
    'What runs is stopped. Nothing is taken back: the machine stays out of its cluster, or half in it, until this is gone on with.',
  ],
])('a cancel of a replacement means another thing before and after the reset: %j', async (undo, status, lead) => {
  await showReplace({ undo, cancellable: true })
  expect(await screen.findByText(status)).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Cancel and clean up' }))
  expect(await screen.findByText(lead)).toBeTruthy()
})

test('a replacement that halted says on what, and goes on from its job', async () => {
  const drain = { deleteEmptyDirData: false, force: false, timeoutSeconds: 60 }
  world.replacements = [
    {
      id: 'r1',
      spec: { target: 'container:host-1', via: 'container:control', driver: 'systemd', drain, leftovers: [], ignore: [] },
      startedAt: 1,
      jobId: 'job-91',
      state: 'halted',
      node: 'host-1',
      step: 'runtime',
      canGoBack: false,
    },
  ]
  await showReplace({ state: 'interrupted', finishedAt: 1, left: ['host-1'], cancellable: false })
  expect(await screen.findByText(/It stands where it was then; go on with it/)).toBeTruthy()
  expect(screen.getByText('Not finished on:')).toBeTruthy()
  await userEvent.click(await screen.findByRole('button', { name: 'Go on' }))
  await waitFor(() => expect(calls.filter(({ name }) => name === 'replacements.resume').map(({ input }) => input)).toEqual([{ id: 'r1' }]))
})

test('a replacement that does not go on says why, and not that nothing was changed', async () => {
  const error = problem('replacement-stopped', { node: 'host-1', reason: 'joined-elsewhere' })
  await showReplace({ state: 'failed', finishedAt: 1, left: ['host-1'], cancellable: false, error })
  expect(await screen.findByText('Its machine is part of another cluster by now.')).toBeTruthy()
  expect(screen.queryByText(/Nothing was changed/)).toBeNull()
})
