// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Finding } from '#shared/contract/findings.ts'
import { calls, problem, runningJob } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { JobEnd } from './job-end.tsx'
import { JobHead } from './job-head.tsx'
import { SlowNotice } from './slow-notice.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

beforeEach(() => {
  calls.length = 0
})
afterEach(cleanup)

const finding = (part: Partial<Finding> = {}): Finding => ({
  level: 'problem',
  cause: 'kubelet-unhealthy',
  facts: { node: 'dev-control-plane', reason: 'unknown flag: --no-such-flag' },
  sure: 'sure',
  evidence: [{ source: 'kubelet', name: 'dev-control-plane', text: '"command failed" err="failed to parse kubelet flag"' }],
  action: null,
  ...part,
})
const failed = (findings: Finding[]) =>
  runningJob({ state: 'failed', finishedAt: Date.now(), left: [], error: problem('kubeadm-failed', { cluster: 'dev' }), findings })

test('a cause that is sure is told with what follows, what to do, what is left, and what shows it', async () => {
  renderAt(<JobEnd job={failed([finding()])} />)
  const panel = await screen.findByRole('alert')
  expect(within(panel).getByText('The kubelet of dev-control-plane does not run')).toBeTruthy()
  for (const words of [
    'unknown flag: --no-such-flag',
    /Without it no part of Kubernetes starts/,
    /Correct what it names/,
    /Nothing is left/,
  ])
    expect(within(panel).getByText(words)).toBeTruthy()
  expect(within(panel).getByText('What shows it').closest('details')?.open).toBe(false)
  expect(within(panel).getByText(/failed to parse kubelet flag/)).toBeTruthy()
  expect(screen.queryByText('likely')).toBeNull()
  expect(screen.queryByText('Kubernetes did not start in dev')).toBeNull()
})

test('what is only likely stands beside the failure and says so', async () => {
  renderAt(
    <JobEnd
      job={failed([finding({ sure: 'likely', cause: 'memory-low', facts: { availableMiB: 200, neededMiB: 600 }, level: 'warning' })])}
    />,
  )
  expect(await screen.findByText('Kubernetes did not start in dev')).toBeTruthy()
  const more = screen.getByRole('region', { name: 'Likely causes' })
  expect(within(more).getByText('Little memory is free')).toBeTruthy()
  expect(within(more).getByText('likely')).toBeTruthy()
})

test('further findings stand below the first', async () => {
  renderAt(<JobEnd job={failed([finding(), finding({ cause: 'inotify-limit', facts: {}, action: 'raise-inotify' })])} />, 'zh-CN')
  const more = await screen.findByRole('region', { name: '另外发现' })
  expect(within(more).getByRole('button', { name: '复制提高限制的命令', hidden: true })).toBeTruthy()
})

test('a step that takes much longer than usual says so, and what may hold it up', async () => {
  const slow = runningJob({ elapsedMs: 95_000 })
  const { unmount } = renderAt(<SlowNotice job={slow} />)
  expect(await screen.findByText(/“Prepare nodes” takes much longer than usual: 1:3\d, usually 0:04/)).toBeTruthy()
  expect(screen.getByText(/No cause is seen yet/)).toBeTruthy()
  unmount()
  renderAt(<SlowNotice job={{ ...slow, findings: [finding({ level: 'warning' })] }} />)
  expect(
    within(await screen.findByRole('region', { name: 'What may hold it up' })).getByText('The kubelet of dev-control-plane does not run'),
  ).toBeTruthy()
})

test('a step that takes what it usually takes says nothing', () => {
  renderAt(<SlowNotice job={runningJob()} />)
  expect(screen.queryByText(/longer than usual/)).toBeNull()
})

test('a report is shown before it is copied or saved', async () => {
  const saved: string[] = []
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download)
  })
  renderAt(<JobHead job={failed([finding()])} />)
  await userEvent.click(await screen.findByRole('button', { name: 'Collect a report…' }))
  const dialog = await screen.findByRole('dialog')
  expect((await within(dialog).findByRole('region', { name: 'Text of the report' })).textContent).toContain('Cove report')
  expect(saved).toEqual([])
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save as a file' }))
  expect(saved).toEqual(['cove-report-create-dev.txt'])
  expect(calls.filter((call) => call.name === 'jobs.report')).toEqual([{ name: 'jobs.report', input: { id: 'job-1' } }])
  await userEvent.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('no report of a job that runs', async () => {
  renderAt(<JobHead job={runningJob()} />)
  await screen.findByText('Step 2 of 3')
  expect(screen.queryByRole('button', { name: 'Collect a report…' })).toBeNull()
})
