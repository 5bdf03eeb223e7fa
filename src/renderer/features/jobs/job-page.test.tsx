// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Job, JobEvent } from '#shared/contract/jobs.ts'
import { runningJob } from '../../fixtures/fake-api.ts'
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
