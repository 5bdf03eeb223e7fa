// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSpecSchema } from '#shared/contract/clusters.ts'
import type { Command, Job, JobEvent } from '#shared/contract/jobs.ts'
import { calls, cluster, engine, problem, runningJob, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { CancelDialog } from './cancel-dialog.tsx'
import { commandLine } from './command-line.ts'
import { JobEnd } from './job-end.tsx'
import { JobHead } from './job-head.tsx'
import { JobSide } from './job-side.tsx'
import { JobSpecification } from './job-specification.tsx'
import { JobSteps } from './job-steps.tsx'
import { segmentsOf, stepAt } from './job-words.ts'
import { rememberSpec } from './spec-memory.ts'
import { beginStarting, isStarting, refused, seedOf, started } from './starting.ts'
import { jobReducer } from './use-job.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

beforeEach(() => {
  calls.length = 0
  world.engine = engine()
  world.clusters = { ...world.clusters, clusters: [] }
  world.refusal = null
  world.asked = null
  world.document = document
})
afterEach(cleanup)
const { document } = world

test('cancel asks, with what it will remove, before anything is cancelled', async () => {
  renderAt(<JobHead job={runningJob()} />)
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel and clean up' }))
  const dialog = await screen.findByRole('dialog')
  expect(within(dialog).getByText('dev-control-plane')).toBeTruthy()
  expect(within(dialog).getByText('context kind-dev')).toBeTruthy()
  expect(calls.some((call) => call.name === 'jobs.cancel')).toBe(false)
  await userEvent.click(within(dialog).getByRole('button', { name: 'Keep it running' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(calls.some((call) => call.name === 'jobs.cancel')).toBe(false)
  await userEvent.click(screen.getByRole('button', { name: 'Cancel and clean up' }))
  await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Cancel and clean up' }))
  await waitFor(() =>
    expect(calls.filter((call) => call.name === 'jobs.cancel')).toEqual([{ name: 'jobs.cancel', input: { id: 'job-1' } }]),
  )
})

test('a job that cannot be cancelled offers no cancel', async () => {
  renderAt(<JobHead job={runningJob({ cancellable: false })} />)
  expect(await screen.findByText('Step 2 of 3')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Cancel and clean up' })).toBeNull()
})

test('steps have name, state, time taken and usual time', async () => {
  renderAt(<JobSteps job={runningJob()} />)
  const now = (await screen.findByText('Prepare nodes')).closest('li')
  expect(now?.getAttribute('aria-current')).toBe('step')
  expect(now?.textContent).toContain('running')
  expect(now?.textContent).toContain('0:04')
})

test('elapsed goes on between two messages', async () => {
  renderAt(<JobHead job={runningJob({ elapsedMs: 2900 })} />)
  expect(await screen.findByText('0:02 of about 0:10')).toBeTruthy()
  expect(await screen.findByText(/^0:0[3-9] of about 0:10$/)).toBeTruthy()
})

test('a failure names cause, what is left and the way out, and the way out is a button that does it', async () => {
  rememberSpec('job-1', { name: 'dev', ports: [{ hostPort: 80, containerPort: 30080 }] })
  const job = runningJob({
    state: 'failed',
    finishedAt: Date.now(),
    left: [],
    error: problem('port-taken', { port: 80, holder: 'nginx', free: 8080 }),
  })
  const { router } = renderAt(<JobEnd job={job} />)
  expect(await screen.findByText('Port 80 of this machine is taken by nginx')).toBeTruthy()
  expect(screen.getByText(/Nothing is left \(checked .*dev-control-plane/)).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Use port 8080 and try again' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/jobs/job-1'))
  expect(calls.find((call) => call.name === 'clusters.create')?.input).toEqual({
    name: 'dev',
    ports: [{ hostPort: 8080, containerPort: 30080 }],
  })
})

/** As a designer writes it; with a port that is mapped, and comments. */
const withPorts = (port: number) => `# mine
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
  extraPortMappings:
  - containerPort: 30080
    hostPort: ${port} # the web
`
const portTaken = (port: number, free: number | null = 8080) => ({
  error: problem('port-taken', { port, holder: 'nginx', free }),
  findings: [
    { level: 'problem', cause: 'port-taken', facts: { port, holder: 'nginx', free }, sure: 'sure', evidence: [], action: 'use-free-port' },
  ] as never,
})

test('a designed cluster whose port is taken is tried again with the port changed in its document, in the window that started it and in another', async () => {
  const designed = { name: 'shop', provider: 'kind' as const, document: withPorts(80), profileId: 'lab', image: null }
  const ports = [{ hostPort: 80, containerPort: 30080 }]
  for (const [id, spec] of [
    ['job-81', designed],
    ['job-82', createSpecSchema.parse({ ...designed, ports })],
  ] as const) {
    calls.length = 0
    // The window that started it knows what was entered; another asks core, which reads the ports in the document.
    if (id === 'job-81') rememberSpec(id, spec)
    else world.asked = createSpecSchema.parse(spec)
    const { unmount } = renderAt(<JobEnd job={{ ...failedOn('cluster.create'), ...portTaken(80), id }} />)
    await userEvent.click(await screen.findByRole('button', { name: 'Use port 8080 and try again' }))
    await waitFor(() => expect(calls.some(({ name }) => name === 'clusters.create')).toBe(true))
    expect(calls.find(({ name }) => name === 'clusters.create')?.input).toMatchObject({
      name: 'shop',
      // Changed, it is what the profile says no more.
      profileId: null,
      document: withPorts(8080),
      ...(id === 'job-82' ? { ports: [{ hostPort: 8080, containerPort: 30080 }] } : {}),
    })
    unmount()
  }
})

test('where the document names no such port, or none is free, there is no button that would fail the same way', async () => {
  for (const [id, part] of [
    ['job-83', portTaken(443)],
    ['job-84', portTaken(80, null)],
  ] as const) {
    // Ports beside a document are those that core read in it, and not what is made.
    rememberSpec(id, { name: 'shop', document: withPorts(80), ports: [{ hostPort: 443, containerPort: 443 }] })
    const { unmount } = renderAt(<JobEnd job={{ ...failedOn('cluster.create'), ...part, id }} />)
    expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(screen.queryByRole('button', { name: /^Use port/ })).toBeNull()
    unmount()
  }
})

test('what a rebuild had taken away when a port was taken is made again with another port in its document', async () => {
  world.asked = createSpecSchema.parse({ name: 'shop', provider: 'kind', document: withPorts(80) })
  renderAt(<JobEnd job={{ ...failedOn('cluster.rebuild'), ...portTaken(80), id: 'job-85' }} />)
  expect(await screen.findByRole('button', { name: 'Create shop again' })).toBeTruthy()
  await userEvent.click(await screen.findByRole('button', { name: 'Use port 8080 and try again' }))
  await waitFor(() =>
    expect(calls.find(({ name }) => name === 'clusters.create')?.input).toMatchObject({ name: 'shop', document: withPorts(8080) }),
  )
})

test.each(['cluster.start', 'cluster.restart', 'cluster.rebuild'] as const)(
  '%s whose port is taken names who holds it and leads to the document that names the port',
  async (kind) => {
    world.clusters = { ...world.clusters, clusters: shop() }
    world.document = () => ({ provider: 'kind', text: withPorts(80), seen: 'made-from', since: null })
    renderAt(<JobEnd job={{ ...failedOn(kind), ...portTaken(80) }} />)
    expect(await screen.findByText('Port 80 of this machine is taken by nginx')).toBeTruthy()
    const link = await screen.findByRole('link', { name: 'Rebuild with another port…' })
    expect(link.getAttribute('href')).toBe(`/clusters/new?cluster=${encodeURIComponent('kind:shop:1')}`)
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Rebuild…' })).toBeNull()
  },
)

test('a start that fails of a port which the engine had chosen offers the rebuild that gets another one, and asks before it', async () => {
  world.clusters = { ...world.clusters, clusters: shop() }
  world.document = () => ({ provider: 'kind', text: withPorts(80), seen: 'made-from', since: null })
  renderAt(<JobEnd job={{ ...failedOn('cluster.start'), ...portTaken(43117) }} />)
  await userEvent.click(await screen.findByRole('button', { name: 'Rebuild…' }))
  expect(await screen.findByRole('dialog', { name: 'Rebuild cluster shop?' })).toBeTruthy()
  expect(screen.queryByRole('link', { name: 'Rebuild with another port…' })).toBeNull()
  expect(calls.some(({ name }) => name === 'clusters.rebuild')).toBe(false)
})

test('a start that failed of something else offers no rebuild', async () => {
  world.clusters = { ...world.clusters, clusters: shop() }
  renderAt(<JobEnd job={failedOn('cluster.start')} />)
  await screen.findByRole('button', { name: 'Try again' })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(screen.queryByRole('button', { name: 'Rebuild…' })).toBeNull()
  expect(calls.some(({ name }) => name === 'clusters.document')).toBe(false)
})

const shop = () => [cluster({ createdAt: 1000 })]
test.each([
  ['cluster.start', {}, 'start', {}],
  ['cluster.stop', {}, 'stop', {}],
  ['cluster.restart', {}, 'restart', {}],
  ['cluster.pause', {}, 'pause', {}],
  ['cluster.unpause', {}, 'unpause', {}],
  ['cluster.export-logs', {}, 'exportLogs', {}],
  ['cluster.add-node', { role: 'control-plane' }, 'addNode', { role: 'control-plane' }],
  ['cluster.remove-node', { node: 'shop-m02' }, 'removeNode', { node: 'shop-m02' }],
  ['cluster.load-image', { image: 'web:1' }, 'loadImage', { image: 'web:1' }],
  ['cluster.load-image', { image: 'web.tar', archive: '/srv/web.tar' }, 'loadImage', { archive: '/srv/web.tar' }],
  ['cluster.remove-image', { image: 'web:1' }, 'removeImage', { image: 'web:1' }],
  ['cluster.add-on', { addOn: 'ingress', on: 'on' }, 'setAddOn', { addOn: 'ingress', on: true }],
] as const)('%s with %j that failed is done once more, with all that it was asked for', async (kind, facts, call, input) => {
  world.clusters = { ...world.clusters, clusters: shop() }
  const { router } = renderAt(<JobEnd job={failedOn(kind, { provider: 'kind', ...facts })} />)
  await userEvent.click(await screen.findByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/jobs\/job-/))
  expect(calls.filter(({ name }) => !name.endsWith('list'))).toEqual([{ name: `clusters.${call}`, input: { id: 'kind:shop:1', ...input } }])
})

test.each([
  [
    { target: 'ssh:root@lab', images: 'web:1 pause:3' },
    { targets: ['ssh:root@lab'], images: ['web:1', 'pause:3'] },
  ],
  [
    { targets: 'ssh:root@lab container:den', archive: '/srv/镜像 1.tar' },
    { targets: ['ssh:root@lab', 'container:den'], archive: '/srv/镜像 1.tar' },
  ],
])('images that were to go into machines (%j) are loaded once more', async (facts, input) => {
  const { router } = renderAt(<JobEnd job={failedOn('host.load-images', facts)} />)
  await userEvent.click(await screen.findByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/jobs/job-20'))
  expect(calls.find(({ name }) => name === 'hostImages.load')?.input).toEqual(input)
})

test.each([
  ['cluster.rebuild', 'Rebuild cluster shop?'],
  ['cluster.delete', 'Delete cluster shop?'],
] as const)('%s that failed asks once more before it takes the cluster away', async (kind, title) => {
  world.clusters = { ...world.clusters, clusters: shop() }
  renderAt(<JobEnd job={failedOn(kind)} />)
  await userEvent.click(await screen.findByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('dialog', { name: title })).toBeTruthy()
  expect(calls.some(({ name }) => name === 'clusters.rebuild' || name === 'clusters.delete')).toBe(false)
})

test('a rebuild that failed when the old cluster was gone makes it again from its document', async () => {
  world.clusters = { ...world.clusters, clusters: [] }
  // As after a reload: this window has heard nothing of it.
  const spec = createSpecSchema.parse({ name: 'shop', provider: 'kind', document: 'kind: Cluster\n', profileId: 'p1' })
  world.asked = spec
  renderAt(<JobEnd job={{ ...failedOn('cluster.rebuild'), id: 'job-75' }} />)
  await userEvent.click(await screen.findByRole('button', { name: 'Create shop again' }))
  await waitFor(() => expect(calls.find(({ name }) => name === 'clusters.create')?.input).toEqual(spec))
})

test('a rebuild of a Cove that kept no document with its jobs offers nothing that it cannot do', async () => {
  renderAt(<JobEnd job={{ ...failedOn('cluster.rebuild'), id: 'job-76' }} />)
  await waitFor(() => expect(calls.some(({ name }) => name === 'clusters.asked')).toBe(true))
  await screen.findByText('What to do')
  expect(screen.queryByRole('button', { name: 'Create shop again' })).toBeNull()
})

test('a create that failed is tried again with its whole document after a reload too', async () => {
  const spec = createSpecSchema.parse({
    name: 'shop',
    document: 'kind: Cluster\n',
    workers: 2,
    ports: [{ hostPort: 80, containerPort: 80 }],
  })
  world.asked = spec
  renderAt(
    <>
      <JobEnd job={{ ...failedOn('cluster.create'), id: 'job-77' }} />
      <JobSpecification job={{ ...failedOn('cluster.create'), id: 'job-77' }} />
    </>,
  )
  expect(await screen.findByText('127.0.0.1:80 → 80')).toBeTruthy()
  await userEvent.click(await screen.findByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(calls.find(({ name }) => name === 'clusters.create')?.input).toEqual(spec))
})

test.each([
  ['choose-version', 'Choose another version…', 'focus=version'],
  ['change-specification', 'Change and try again…', 'cluster='],
] as const)('a start that failed for what its document says leads to that document: %s', async (action, words, search) => {
  world.clusters = { ...world.clusters, clusters: shop() }
  const found = { level: 'problem', cause: 'kubelet-unhealthy', facts: {}, sure: 'sure', evidence: [], action } as const
  renderAt(<JobEnd job={{ ...failedOn('cluster.start'), findings: [found as never] }} />)
  const link = await screen.findByRole('link', { name: words })
  expect(link.getAttribute('href')).toContain('/clusters/new?')
  expect(link.getAttribute('href')).toContain(search)
})

test('a cluster that was made since then under the same name is left alone, and so is one of another provider', async () => {
  for (const other of [
    cluster({ createdAt: 5000 }),
    cluster({ provider: 'minikube', createdAt: 1 }),
    cluster({ provider: 'external', createdAt: 1 }),
  ]) {
    world.clusters = { ...world.clusters, clusters: [other] }
    const { unmount } = renderAt(<JobEnd job={failedOn('cluster.start')} />)
    await screen.findByText('What to do')
    await waitFor(() => expect(calls.some(({ name }) => name === 'clusters.list')).toBe(true))
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
    calls.length = 0
    unmount()
  }
})

test.each([
  ['en', 'Port 80 of this machine is taken by another program', 'Listen on another port instead, or stop what holds it.'],
  ['zh-CN', '本机端口 80 已被另一个程序占用', '改用其他端口，或停止占用它的程序。'],
] as const)('what is not known of a cause has a word of the language, set as its own: %s', async (language, title, fix) => {
  renderAt(<JobEnd job={{ ...failedOn('cluster.stop'), error: problem('port-taken', { port: 80, holder: null, free: null }) }} />, language)
  expect(await screen.findByText(title)).toBeTruthy()
  expect(screen.getByText(fix)).toBeTruthy()
})

test('a second try that is refused says why', async () => {
  world.clusters = { ...world.clusters, clusters: shop() }
  world.refusal = new ORPCError('CONFLICT', { data: problem('not-found', { what: 'cluster', name: 'shop' }) })
  renderAt(<JobEnd job={failedOn('cluster.start')} />)
  await userEvent.click(await screen.findByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(screen.getAllByRole('alert').some((one) => one.textContent?.includes('shop'))).toBe(true))
})

test.each([
  [[], /Nothing is left/],
  [['dev-control-plane'], /Still there/],
  [['image docker.io/library/shop:1 (dev-worker)'], /Still there/],
  [['container dev-worker: exited'], /Not as it should be/],
  [['add-on dashboard: on'], /Not as it should be/],
  [['add-on dashboard: perhaps in part'], /Not as it should be/],
  [['add-on dashboard: perhaps in part'], /add-on dashboard, perhaps only in part: turn it on, and then off again/],
  [null, /could not be checked/],
] as const)('a cancelled job says what is left: %j', async (left, words) => {
  renderAt(<JobEnd job={runningJob({ state: 'cancelled', finishedAt: Date.now(), left: left === null ? null : [...left] })} />)
  expect(await screen.findByText(words)).toBeTruthy()
})

test('an interrupted job says so', async () => {
  renderAt(<JobEnd job={runningJob({ state: 'interrupted', finishedAt: Date.now(), left: [] })} />, 'zh-CN')
  expect(await screen.findByText('“创建 dev”被中断')).toBeTruthy()
})

test('a change of a host is put back by a cancel, not removed, and after a kill nothing is said to be cleaned up', async () => {
  const job = runningJob({ kind: 'host.apply', subject: 'lab', undo: ['/etc/sysctl.d/k8s.conf'] })
  const { unmount } = renderAt(<CancelDialog job={job} onClose={() => {}} />)
  expect(await screen.findByText(/put back as it was/)).toBeTruthy()
  unmount()
  const undone = renderAt(<CancelDialog job={{ ...job, kind: 'host.undo', undo: [] }} onClose={() => {}} />)
  expect(await screen.findByText(/the rest stays as it is/)).toBeTruthy()
  undone.unmount()
  renderAt(<JobEnd job={{ ...job, state: 'interrupted', finishedAt: Date.now(), left: ['/etc/sysctl.d/k8s.conf'] }} />)
  expect(await screen.findByText(/put nothing back by itself/)).toBeTruthy()
})

test('the bar counts what is done and what runs, without skipped steps', () => {
  const job = runningJob()
  const skipped = { ...job, steps: job.steps.map((step) => (step.id === 'wait-dns' ? { ...step, state: 'skipped' as const } : step)) }
  expect(stepAt(job)).toMatchObject({ index: 2, count: 3 })
  expect(stepAt(skipped)).toMatchObject({ index: 2, count: 2 })
  expect(segmentsOf(job, 2000)[1]).toEqual({ id: 'prepare-nodes', weight: 4000, state: 'now', progress: 0.5 })
  expect(segmentsOf(job, 60_000)[1]?.progress).toBe(0.9)
})

test('events build the view, and its output stays bounded', () => {
  const job = runningJob()
  const line = (text: string) => ({ commandId: 'c', stream: 'stdout' as const, text })
  const events: JobEvent[] = [
    { type: 'snapshot', job, commands: [], output: [line('a')] },
    { type: 'output', lines: Array.from({ length: 2500 }, (_, index) => line(String(index))) },
    { type: 'job', job: { ...job, state: 'succeeded' } },
  ]
  const view = events.reduce(jobReducer, { job: null, commands: [], output: [], dropped: 0, error: null })
  expect(view.job?.state).toBe('succeeded')
  expect(view.output).toHaveLength(2000)
  expect(view.dropped).toBe(501)
  expect(view.output.at(-1)?.text).toBe('2499')
})

test('a command is shown as it would be typed', () => {
  expect(commandLine(['/opt/cove/bin/kind', 'create', 'cluster', '--name=dev', '--config=/home/ann lee/k.yaml'])).toBe(
    "kind create cluster --name=dev '--config=/home/ann lee/k.yaml'",
  )
  expect(commandLine(['C:\\cove\\kubectl.exe', "it's"])).toBe(String.raw`kubectl.exe 'it'\''s'`)
})

test('beside the steps stand all output and all commands, to be copied, and what was asked for', async () => {
  const user = userEvent.setup()
  const command = (id: string, argv: string[], part: Partial<Command> = {}): Command => ({
    id,
    jobId: 'job-1',
    argv,
    cwd: '/home/ann',
    envNames: ['KUBECONFIG'],
    pid: 4711,
    startedAt: 0,
    durationMs: 1200,
    exitCode: 0,
    signal: null,
    state: 'succeeded',
    tail: [],
    outputBytes: 0,
    truncated: false,
    ...part,
  })
  const commands = [
    command('c1', ['/usr/bin/docker', 'ps']),
    command('c2', ['/usr/bin/kind', 'create', 'cluster', '--name=dev'], { state: 'running', durationMs: null, exitCode: null }),
  ]
  const output = [
    { commandId: 'c1', stream: 'stdout' as const, text: 'nothing runs' },
    { commandId: 'c2', stream: 'stderr' as const, text: ' ✓ Preparing nodes' },
  ]
  rememberSpec('job-1', { name: 'dev', image: 'kindest/node:v1.33.1', workers: 2, ports: [] })
  renderAt(<JobSide job={runningJob()} commands={commands} output={output} dropped={501} />)
  // The command that runs is open, the others a press away; what is no longer held is counted.
  expect(await screen.findByText(/✓ Preparing nodes/)).toBeTruthy()
  expect(screen.getByText(/^501 /)).toBeTruthy()
  expect(screen.queryByText('nothing runs')).toBeNull()
  await user.click(screen.getByRole('button', { name: /docker ps/, expanded: false }))
  expect(screen.getByText('nothing runs')).toBeTruthy()
  const copied = async (text: string) => await waitFor(async () => expect(await navigator.clipboard.readText()).toBe(text))
  await user.click(screen.getByRole('button', { name: 'Copy all' }))
  await copied('nothing runs\n ✓ Preparing nodes')
  await user.click(screen.getByRole('tab', { name: 'Commands 2' }))
  const panel = screen.getByRole('tabpanel', { name: 'Commands 2' })
  expect(within(panel).getAllByText('kind create cluster --name=dev').length).toBeGreaterThan(0)
  expect(within(panel).getByText('/usr/bin/kind')).toBeTruthy()
  expect(within(panel).getAllByText('KUBECONFIG')).toHaveLength(2)
  await user.click(screen.getByRole('button', { name: /^(Copy all|Copied)$/ }))
  await copied('docker ps\nkind create cluster --name=dev')
  await user.click(within(panel).getAllByRole('button', { name: 'Copy command' })[0] as HTMLElement)
  await copied('docker ps')
  await user.click(screen.getByRole('tab', { name: 'Specification' }))
  expect(within(screen.getByRole('tabpanel', { name: 'Specification' })).getByText('kindest/node:v1.33.1')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Copy all' })).toBeNull()
})

test('a create shows its steps before core has answered, then goes on under its own name', () => {
  const id = beginStarting({ name: 'dev', workers: 2 }, null)
  expect(isStarting(id)).toBe(true)
  expect(seedOf(id)?.steps.map((step) => step.id)).toContain('join-workers')
  expect(seedOf(id)?.steps[0]).toMatchObject({ id: 'check-machine', state: 'running' })
  started(id, 'job-9')
  expect(seedOf('job-9')).toMatchObject({ id: 'job-9', subject: 'dev', state: 'running' })
})

test('a create that core refuses has failed, with the reason, and left nothing', () => {
  const id = beginStarting({ name: 'old' }, null)
  refused(id, problem('name-taken', { name: 'old', suggestion: 'old-2' }), [])
  expect(seedOf(id)).toMatchObject({ state: 'failed', left: [], error: { code: 'name-taken' } })
  expect(seedOf(id)?.steps[0]?.state).toBe('failed')
})

const failedOn = (kind: Job['kind'], facts: Job['facts'] = { provider: 'kind' }) =>
  runningJob({ kind, subject: 'shop', facts, state: 'failed', finishedAt: 4000, left: [], undo: [], error: problem('api-not-ready', {}) })
