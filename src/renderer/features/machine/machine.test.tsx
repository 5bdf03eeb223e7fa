// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { JobEvent } from '#shared/contract/jobs.ts'
import type { Tool } from '#shared/contract/toolchain.ts'
import { calls, engine, problem, runningJob, tool, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { externalUrl } from '../../../main/electron/external.ts'
import { MachinePage } from './machine-page.tsx'
import { installPage, shownPath } from './tool-words.ts'
import { parseVersion, versionProblem } from './version-wish.ts'

vi.mock('../../api/client.ts', async () => ({
  ...(await import('../../fixtures/fake-api.ts')),
  iterate: async (_start: unknown, onEvent: (event: JobEvent) => void) => world.events.forEach(onEvent),
}))
vi.mock('../shell/page.tsx', () => import('../../fixtures/plain-page.tsx'))

type Copy = Tool['copies'][number]
const copy = (path: string, part: Partial<Copy> = {}): Copy => ({
  path,
  version: 'v1.29.0',
  origin: 'path',
  problem: null,
  sha256: null,
  ...part,
})
const found = (name: Tool['name'], copies: readonly Copy[], part: Partial<Tool> = {}) =>
  tool(name, { state: 'found', used: copies[0] ?? null, reason: 'first-found', copies: [...copies], ...part })
const absentKubectl = tool('kubectl', { downloadable: true, wanted: 'v1.34.4' })
const own = copy('/home/ann/.local/share/cove/bin/kubectl/v1.34.4/kubectl', { version: 'v1.34.4', origin: 'cove', sha256: 'ab'.repeat(32) })

const rowOf = async (name: string) => {
  const cell = await screen.findByText(name, { selector: '.tools-table > [role="row"] > *' })
  return cell.closest('[role="row"]') as HTMLElement
}
const asked = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input)

beforeEach(() => {
  calls.length = 0
  world.engine = engine()
  world.tools = []
  world.jobs = []
  world.events = []
  world.refusal = null
})
afterEach(cleanup)

test('a tool that does not answer is unknown with its reason, one that is not there is not found, one being looked for is neither', async () => {
  const timeout = problem('tool-unusable', { tool: 'helm', path: '/usr/bin/helm', reason: 'timeout' })
  world.tools = [
    tool('helm', { state: 'unknown', error: timeout, copies: [copy('/usr/bin/helm', { version: null, problem: timeout })] }),
    tool('minikube'),
    tool('kind', { state: 'loading', asOf: null }),
  ]
  renderAt(<MachinePage />)
  const helm = within(await rowOf('helm'))
  expect(helm.getByText('unknown')).toBeTruthy()
  expect(helm.getByText(/did not answer in time/)).toBeTruthy()
  expect(helm.queryByText('not found')).toBeNull()
  expect(within(await rowOf('minikube')).getByText('not found')).toBeTruthy()
  expect(within(await rowOf('kind')).getByText('looking…')).toBeTruthy()
  expect(screen.getByText('Looking at 1 tool…')).toBeTruthy()
  expect(screen.getByText('1 tool gives no answer')).toBeTruthy()
})

test('a tool that Cove does not download says what it is for, and where its makers say how to install it', async () => {
  world.tools = [tool('minikube')]
  renderAt(<MachinePage />)
  const row = within(await rowOf('minikube'))
  expect(row.getByText('Makes clusters in a virtual machine or container')).toBeTruthy()
  const link = row.getByRole('link', { name: 'Install minikube' })
  expect(link.getAttribute('href')).toBe('https://minikube.sigs.k8s.io/docs/start/')
  expect(link.getAttribute('target')).toBe('_blank')
})

test('every install page may be opened from the desktop app, in both languages', () => {
  for (const name of ['kubectl', 'kind', 'minikube', 'docker', 'kubeadm', 'helm'] as const)
    for (const language of ['en', 'zh-CN']) expect(externalUrl(installPage(name, language)), name).toBe(installPage(name, language))
})

test('download takes the wanted version in one press, and the row shows the job', async () => {
  world.tools = [absentKubectl]
  const step = { facts: { receivedBytes: 12_000_000, totalBytes: 57_000_000 }, startedAt: 0, tookMs: null, usualMs: 15_000, progress: 0.2 }
  const job = runningJob({ id: 'job-5', kind: 'tool.download', subject: 'kubectl', steps: [{ id: 'download', state: 'running', ...step }] })
  world.events = [{ type: 'snapshot', job, commands: [], output: [] }]
  renderAt(<MachinePage />)
  const row = await rowOf('kubectl')
  await userEvent.click(within(row).getByRole('button', { name: 'Download v1.34.4' }))
  expect(asked('toolchain.download')).toEqual([{ tool: 'kubectl', version: null }])
  const link = await within(row).findByRole('link', { name: '12 MB of 57 MB' })
  expect(link.getAttribute('href')).toContain('/jobs/job-5')
  expect(within(row).getByRole('progressbar', { name: 'Download kubectl' })).toBeTruthy()
  expect(within(row).queryByRole('button', { name: 'Download v1.34.4' })).toBeNull()
  expect(document.activeElement).toBe(row)
  await userEvent.click(within(row).getByRole('button', { name: 'Cancel download of kubectl' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel and clean up' }))
  expect(asked('jobs.cancel')).toEqual([{ id: 'job-5' }])
})

test('a download that failed stays told in the row, with cause and way out, and can be tried again', async () => {
  world.tools = [absentKubectl]
  const error = problem('download-not-found', { url: 'https://dl.k8s.io/release/v9.9.9/bin/linux/amd64/kubectl' })
  world.jobs = [
    runningJob({
      id: 'job-9',
      kind: 'tool.download',
      subject: 'kubectl',
      facts: { version: 'v9.9.9' },
      state: 'failed',
      finishedAt: Date.now(),
      error,
    }),
    runningJob({ id: 'job-8', kind: 'tool.download', subject: 'kubectl', state: 'succeeded', finishedAt: 1 }),
  ]
  renderAt(<MachinePage />)
  const row = await rowOf('kubectl')
  expect((await within(row).findByText('Download failed')).closest('a')?.getAttribute('href')).toContain('/jobs/job-9')
  await userEvent.click(within(row).getByRole('button', { name: 'Show all about kubectl' }))
  expect(await screen.findByText('This version cannot be downloaded')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(asked('toolchain.download')).toEqual([{ tool: 'kubectl', version: 'v9.9.9' }])
})

test('another version: a wrong one is explained and not asked for, Enter of an input method does nothing, a right one starts', async () => {
  world.tools = [found('kubectl', [copy('/usr/bin/kubectl')], { downloadable: true, wanted: 'v1.34.4' })]
  renderAt(<MachinePage />)
  await userEvent.click(within(await rowOf('kubectl')).getByRole('button', { name: 'More actions for kubectl' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Download another version…' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Download kubectl' }))
  expect(dialog.getByText('/usr/bin/kubectl')).toBeTruthy()
  const input = dialog.getByRole('textbox', { name: 'Version to download' })
  fireEvent.focus(input)
  fireEvent.change(input, { target: { value: '1.34' } })
  expect(dialog.getByText('A version has three numbers, such as v1.34.4.')).toBeTruthy()
  fireEvent.keyDown(input, { key: 'Enter' })
  await userEvent.click(dialog.getByRole('button', { name: 'Download kubectl' }))
  fireEvent.change(input, { target: { value: '1.33.1' } })
  fireEvent.keyDown(input, { key: 'Enter', isComposing: true })
  expect(asked('toolchain.download')).toEqual([])
  fireEvent.keyDown(input, { key: 'Enter' })
  await waitFor(() => expect(asked('toolchain.download')).toEqual([{ tool: 'kubectl', version: 'v1.33.1' }]))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('the newest stable is asked for by that word', async () => {
  world.tools = [absentKubectl]
  renderAt(<MachinePage />)
  await userEvent.click(within(await rowOf('kubectl')).getByRole('button', { name: 'More actions for kubectl' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Download another version…' }))
  await userEvent.click(await screen.findByRole('radio', { name: /Newest stable/ }))
  await userEvent.click(screen.getByRole('button', { name: 'Download kubectl' }))
  expect(asked('toolchain.download')).toEqual([{ tool: 'kubectl', version: 'stable' }])
})

test.each([
  ['v1.34.4', 'v1.34.4', null],
  [' 1.35.0-rc.1 ', 'v1.35.0-rc.1', null],
  ['', null, 'empty'],
  ['v1.34', null, 'incomplete'],
  ['v1.34.', null, 'incomplete'],
  ['latest', null, 'latest'],
  ['v1.34.4/../..', null, 'invalid'],
  ['1.2.3-a..b', null, 'invalid'],
] as const)('version “%s”', (typed, version, wrong) => {
  expect(parseVersion(typed)).toBe(version)
  expect(versionProblem(typed)).toBe(wrong)
})

test('all copies with where they come from, what is wrong with them and how they were checked; one of them can be chosen', async () => {
  const broken = copy('/opt/kubectl', {
    version: null,
    origin: 'well-known',
    problem: problem('tool-unusable', { reason: 'wrong-architecture' }),
  })
  world.tools = [found('kubectl', [copy('/usr/bin/kubectl'), broken, own], { downloadable: true, wanted: 'v1.34.4' })]
  renderAt(<MachinePage />)
  const row = await rowOf('kubectl')
  expect(within(row).getByText('2 other copies')).toBeTruthy()
  fireEvent.keyDown(row, { key: 'Enter' })
  const copies = within(await screen.findByRole('table', { name: 'Copies of kubectl' }))
  expect(screen.getByText(/It is the first on the search list/)).toBeTruthy()
  expect(copies.getByText('built for another machine')).toBeTruthy()
  expect(copies.getByTitle(`SHA-256 ${'ab'.repeat(32)}`)).toBeTruthy()
  expect(copies.getAllByText('not checked by Cove')).toHaveLength(2)
  expect(copies.queryByRole('button', { name: 'Use this copy: /opt/kubectl' })).toBeNull()
  await userEvent.click(copies.getByRole('button', { name: `Use this copy: ${own.path}` }))
  expect(asked('toolchain.choose')).toEqual([{ tool: 'kubectl', path: own.path }])
})

test('a copy chosen by hand has a way back', async () => {
  world.tools = [found('kubectl', [{ ...own, origin: 'chosen' }, copy('/usr/bin/kubectl')], { reason: 'chosen' })]
  renderAt(<MachinePage />)
  await userEvent.click(within(await rowOf('kubectl')).getByRole('button', { name: 'Show all about kubectl' }))
  await userEvent.click(await screen.findByRole('button', { name: `Choose by itself: ${own.path}` }))
  expect(asked('toolchain.choose')).toEqual([{ tool: 'kubectl', path: null }])
})

test('look again asks everything anew', async () => {
  world.tools = [tool('minikube')]
  renderAt(<MachinePage />)
  await rowOf('minikube')
  world.tools = [found('minikube', [copy('/usr/local/bin/minikube', { version: 'v1.38.1' })])]
  await userEvent.click(screen.getByRole('button', { name: 'Look again' }))
  expect(await within(await rowOf('minikube')).findByText('v1.38.1')).toBeTruthy()
  expect(asked('toolchain.refresh')).toHaveLength(1)
})

test('the engine: what it offers, and that Kubernetes 1.35 refuses cgroup v1', async () => {
  world.engine = engine({ cgroupVersion: '1', rootless: true })
  renderAt(<MachinePage />)
  const section = within(await screen.findByRole('region', { name: 'Container engine' }))
  expect(section.getByText('Docker Engine 28.2.2')).toBeTruthy()
  expect(section.getByText('unix:///var/run/docker.sock')).toBeTruthy()
  expect(section.getByText('16 GB')).toBeTruthy()
  expect(section.getByText('this user, rootless')).toBeTruthy()
  expect(section.getByText('Kubernetes 1.35 and newer refuse to start on it.')).toBeTruthy()
})

test('an engine that does not run says why and what to do, and shows nothing that it could not say', async () => {
  world.engine = engine({
    state: 'stopped',
    error: problem('engine-stopped', { endpoint: 'unix:///var/run/docker.sock' }),
    cpus: null,
    memoryBytes: null,
    cgroupVersion: null,
    rootless: null,
    advice: [{ id: 'start-docker-systemd', commands: ['sudo systemctl start docker'] }],
  })
  renderAt(<MachinePage />)
  const section = within(await screen.findByRole('region', { name: 'Container engine' }))
  expect(section.getByText('Nothing answers at unix:///var/run/docker.sock.')).toBeTruthy()
  expect(section.getByText('sudo systemctl start docker')).toBeTruthy()
  expect(section.queryByText('CPUs')).toBeNull()
  expect(section.queryByText('cgroup')).toBeNull()
})

test('paths are written with ~ for the home folder, and only for that', () => {
  expect(shownPath('/home/ann/bin/kind', '/home/ann')).toBe('~/bin/kind')
  expect(shownPath('/home/anna/bin/kind', '/home/ann')).toBe('/home/anna/bin/kind')
  expect(shownPath('/bin/kind', undefined)).toBe('/bin/kind')
})
