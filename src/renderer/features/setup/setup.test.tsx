// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SetupPlan, SetupStep } from '#shared/contract/setup.ts'
import { calls, engine, hostPlan, hostStep, problem, target, tool, world } from '../../fixtures/fake-api.ts'
import { releases } from '../../fixtures/fake-downloads.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { SetupHead } from './setup-choice.tsx'
import { SetupTab } from './setup-tab.tsx'
import { scriptOf } from './setup-words.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

const step = (id: SetupStep['id'], part: Partial<SetupStep> = {}): SetupStep => ({
  id,
  state: 'todo',
  facts: {},
  root: false,
  link: 'https://kubernetes.io/docs/tasks/tools/',
  commands: [],
  download: null,
  action: null,
  jobId: null,
  error: null,
  ...part,
})
const url = 'https://dl.k8s.io/release/v1.34.4/bin/linux/amd64/kubectl'
const kubectl = step('kubectl', {
  facts: { version: 'v1.34.4' },
  commands: [`curl -fL -o kubectl ${url}`, 'chmod +x kubectl'],
  download: { kind: 'file', url, digestFrom: `${url}.sha256`, bytes: 58_000_000, to: '/home/ann/kubectl' },
  action: { kind: 'download', tool: 'kubectl', version: 'v1.34.4' },
})
const plan = (...steps: SetupStep[]): SetupPlan => ({
  intent: 'kubectl',
  target: 'local',
  kubernetes: 'v1.34',
  steps,
  asOf: Date.now(),
})
const asked = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input)

function show(intent: string | null, language: 'en' | 'zh-CN' = 'en', id = 'local') {
  const page = (
    <>
      <SetupHead />
      <SetupTab target={id} />
    </>
  )
  const shown = renderAt(page, language, '/machine')
  void shown.router.navigate({ to: '/machine', search: { tab: 'setup', ...(intent ? { intent } : {}) } } as never)
  return shown
}
const row = async (title: string) => {
  const list = await screen.findByRole('list', { name: /^(Steps|步骤)$/ })
  const found = within(list)
    .getAllByRole('listitem')
    .find((one) => within(one).queryByRole('heading', { name: new RegExp(title) }))
  if (!found) throw new Error(`no step ${title}`)
  return within(found)
}

beforeEach(() => {
  calls.length = 0
  world.engine = engine()
  world.tools = [tool('kubectl')]
  world.jobs = []
  world.targets = [target('local')]
  world.releases = releases()
  world.refusal = null
  world.plan = null
  world.setup = plan(kubectl)
})
afterEach(cleanup)

test('the question comes first, and nothing is looked at before it is answered; the answer stands in the address', async () => {
  const { router } = show(null)
  expect(await screen.findByRole('heading', { name: 'What do you want to do?' })).toBeTruthy()
  expect(asked('setup.plan')).toEqual([])
  await userEvent.click(screen.getByRole('button', { name: /^Only kubectl/ }))
  await screen.findByRole('list', { name: 'Steps' })
  expect(router.state.location.search).toMatchObject({ tab: 'setup', intent: 'kubectl' })
  expect(asked('setup.plan')).toEqual([{ intent: 'kubectl', target: 'local', role: 'control-plane', kubernetes: null }])
  await userEvent.click(screen.getByRole('button', { name: 'See what is here' }))
  await waitFor(() => expect(asked('setup.plan').at(-1)).toMatchObject({ intent: 'look' }))
})

test('what would be fetched is said whole: address, checksum file, size, place; above it how much in all', async () => {
  show('kubectl')
  const shown = await row('kubectl')
  for (const text of [url, `${url}.sha256`, '58 MB', 'Not here. Cove would download v1.34.4.'])
    expect(shown.getAllByText(text).length, text).toBeGreaterThan(0)
  expect(screen.getByText('0 of 1 done')).toBeTruthy()
  expect(screen.getByText(/^1 download from dl.k8s.io/)).toBeTruthy()
  expect(screen.getByText('root is not needed')).toBeTruthy()
  await userEvent.click(shown.getByRole('button', { name: 'Download kubectl v1.34.4' }))
  expect(asked('toolchain.download')).toEqual([{ tool: 'kubectl', version: 'v1.34.4' }])
  // The job stands where the button was.
  await waitFor(() => expect(shown.queryByRole('button', { name: /^Download/ })).toBeNull())
})

test('the official page is that of the reader’s language', async () => {
  show('kubectl', 'zh-CN')
  const shown = await row('kubectl')
  expect(shown.getByRole('link').getAttribute('href')).toBe('https://kubernetes.io/zh-cn/docs/tasks/tools/')
  expect(shown.getByText('待完成')).toBeTruthy()
})

test('each state has its word, why it is not known stands there, and what waits has no button', async () => {
  const open = { kind: 'open', page: 'tools' } as const
  world.setup = plan(
    step('engine', { state: 'done', facts: { product: 'Docker Engine', version: '28.0.0' } }),
    step('kubectl', { state: 'unknown', error: problem('tool-absent', { tool: 'kubectl' }) }),
    step('cluster', { state: 'waiting', action: { kind: 'create-cluster' } }),
    step('completion', { state: 'optional', facts: { shell: 'bash', file: '/home/ann/.bashrc' }, action: open }),
    step('checks', { root: true, facts: { checks: 80, problems: 1, warnings: 4, fixable: 3 }, action: { kind: 'plan' } }),
  )
  show('cluster')
  expect((await row('Container engine')).getByText('Docker Engine 28.0.0 answers.')).toBeTruthy()
  expect((await row('^kubectl$')).getByText('not known')).toBeTruthy()
  expect((await row('^kubectl$')).getByText(/kubectl/, { selector: '.error-title, .callout-title, [class*=title]' })).toBeTruthy()
  expect((await row('A cluster that runs')).queryByRole('button')).toBeNull()
  expect((await row('Completion')).getByText('optional')).toBeTruthy()
  expect((await row('What Kubernetes asks')).getByText('needs root')).toBeTruthy()
  // What need not be is not counted.
  expect(screen.getByText('1 of 4 done')).toBeTruthy()
  expect(screen.getByText('1 step needs root')).toBeTruthy()
  expect(screen.getByText('1 could not be looked at')).toBeTruthy()
})

test('changes are shown first, and stay open though the step is done meanwhile', async () => {
  world.setup = plan(step('checks', { facts: { fixable: 1 }, action: { kind: 'plan' } }))
  world.plan = hostPlan([hostStep('swap-off')])
  const { queries } = show('node')
  await userEvent.click((await row('What Kubernetes asks')).getByRole('button', { name: /^Show the changes/ }))
  expect(await screen.findByRole('dialog')).toBeTruthy()
  expect(asked('setup.propose')).toEqual([{ intent: 'node', target: 'local', role: 'control-plane', kubernetes: null, step: 'checks' }])
  world.setup = plan(step('checks', { state: 'done', facts: { problems: 0 } }))
  await queries.invalidateQueries()
  await waitFor(() => expect(document.querySelector('.setup-step.done')).not.toBeNull())
  expect(screen.getByRole('dialog')).toBeTruthy()
})

test('why there are no changes to show stands at the step', async () => {
  world.setup = plan(step('checks', { action: { kind: 'plan' } }))
  show('node')
  const shown = await row('What Kubernetes asks')
  await userEvent.click(shown.getByRole('button', { name: /^Show the changes/ }))
  expect(await shown.findByRole('alert')).toBeTruthy()
})

test('other tools make the plan be asked anew; a look that finds the same does not', async () => {
  const { queries } = show('kubectl')
  await row('kubectl')
  const before = asked('setup.plan').length
  world.tools = [tool('kubectl', { state: 'loading' })]
  await queries.invalidateQueries({ predicate: ({ queryKey }) => JSON.stringify(queryKey).includes('toolchain') })
  world.tools = [tool('kubectl')]
  await queries.invalidateQueries({ predicate: ({ queryKey }) => JSON.stringify(queryKey).includes('toolchain') })
  expect(asked('setup.plan').length).toBe(before)
  world.tools = [tool('kubectl', { jobId: 'job-7' })]
  await queries.invalidateQueries({ predicate: ({ queryKey }) => JSON.stringify(queryKey).includes('toolchain') })
  await waitFor(() => expect(asked('setup.plan').length).toBe(before + 1))
})

test('of a node the role and the Kubernetes are chosen, and kept for the machine', async () => {
  const first = show('node', 'en', 'container:lab')
  await userEvent.click(await screen.findByRole('button', { name: 'worker' }))
  await waitFor(() => expect(asked('setup.plan').at(-1)).toMatchObject({ role: 'worker' }))
  first.unmount()
  show('node', 'en', 'container:lab')
  await row('kubectl')
  expect(screen.getByRole('button', { name: 'worker' }).getAttribute('aria-pressed')).toBe('true')
})

test('a plan that cannot be had says why, and is asked for again', async () => {
  world.setup = null
  show('kubectl')
  expect(await screen.findByRole('alert')).toBeTruthy()
  world.setup = plan(kubectl)
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await row('kubectl')).toBeTruthy()
})

test('packages and images are said as whole as files: from where, which, and checked by what', async () => {
  const key = 'https://pkgs.k8s.io/core:/stable:/v1.34/deb/Release.key'
  world.setup = plan(
    step('runtime', { facts: { finding: 'no-runtime' }, download: { kind: 'packages', names: ['containerd'], from: null, key: null } }),
    step('programs', {
      facts: { kubeadm: null, kubelet: null, kubectl: null },
      download: { kind: 'packages', names: ['kubelet', 'kubeadm'], from: 'pkgs.k8s.io', key },
    }),
    step('cluster', { download: { kind: 'images', names: ['kindest/node:v1.37.0@sha256:ab'], from: 'docker.io', digest: true } }),
    step('kubeadm', {
      state: 'waiting',
      download: { kind: 'images', names: ['registry.k8s.io/pause:3.10'], from: 'registry.k8s.io', digest: false },
    }),
  )
  show('node')
  const said = async (title: string, ...texts: (string | RegExp)[]) => {
    const shown = await row(title)
    for (const text of texts) expect(shown.getAllByText(text).length, String(text)).toBeGreaterThan(0)
  }
  await said('Container runtime', 'containerd', 'the package sources of this system', /signed with a key that this system trusts/)
  await said('kubeadm, kubelet', 'kubelet kubeadm', 'pkgs.k8s.io', `SHA-256 in package lists signed with the key at ${key}`)
  await said('A cluster that runs', 'kindest/node:v1.37.0@sha256:ab', 'docker.io', 'the SHA-256 in its name')
  await said('A node of a cluster', 'registry.k8s.io/pause:3.10', 'the SHA-256 that the registry gives for each tag')
  expect(screen.queryByText('nothing to download')).toBeNull()
  expect(screen.getByText('4 downloads from the package sources of this system, pkgs.k8s.io, docker.io, registry.k8s.io')).toBeTruthy()
})

test('the create dialog opens where a cluster is to be made', async () => {
  world.setup = plan(step('cluster', { action: { kind: 'create-cluster' } }))
  show('cluster')
  await userEvent.click((await row('A cluster that runs')).getByRole('button', { name: 'Create cluster…' }))
  expect(await screen.findByRole('dialog', { name: /Create cluster/ })).toBeTruthy()
})

test('the script has what is left, in order; a line with a gap is a remark, a look is left out, and a step without commands is named', () => {
  const words = { title: ({ id }: SetupStep) => id, left: 'see Cove' }
  const script = scriptOf(
    [
      step('engine', { state: 'done', commands: ['a'] }),
      kubectl,
      step('checks', { commands: ['cove host check'] }),
      step('runtime', { commands: ['sudo apt-get install containerd'] }),
      step('completion', { state: 'optional', commands: ['b'] }),
      step('context', { state: 'waiting', commands: ['kubectl config use-context NAME'] }),
    ],
    words,
  )
  expect(script).toBe(
    `#!/bin/sh\nset -eu\n\n# kubectl\ncurl -fL -o kubectl ${url}\nchmod +x kubectl\n\n# checks\n# see Cove\n\n# runtime\nsudo apt-get install containerd\n\n# context\n# kubectl config use-context NAME\n`,
  )
  const fixed = step('checks', { facts: { steps: 1 }, commands: ['sudo swapoff -a'] })
  expect(scriptOf([fixed], words)).toBe('#!/bin/sh\nset -eu\n\n# checks\nsudo swapoff -a\n')
  expect(scriptOf([step('engine', { state: 'done', commands: ['a'] }), step('checks', { commands: ['cove host check'] })], words)).toBe('')
})
