// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { cleanup, screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { calls, cluster, problem, runningJob, world } from '../../fixtures/fake-api.ts'
import { downloadedFile, filesOfRelease, publishedFile, releaseImages, releases } from '../../fixtures/fake-downloads.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { firstBuild, minorOf, releaseOf } from './build-choice.ts'
import { DownloadsTab } from './downloads-tab.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

beforeEach(() => {
  calls.length = 0
  world.releases = releases()
  world.filesOfRelease = filesOfRelease()
  world.downloaded = []
  world.releaseImages = releaseImages()
  world.jobs = []
  world.engineImages = []
  world.refusal = null
  world.clusters = { clusters: [], sources: [] }
})
afterEach(cleanup)

const asked = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input)
const files = async () => within(await screen.findByRole('grid', { name: 'Programs and archives' }))
const row = async (name: string) => within(await (await files()).findByRole('row', { name: new RegExp(`^${name} `) }))

test('begins with the newest version that is supported, for this machine, and says why', async () => {
  world.releases = releases({ machine: { os: 'darwin', arch: 'arm64', because: 'rosetta' } })
  renderAt(<DownloadsTab />)
  expect(await screen.findByText(/1\.37 is supported until/)).toBeTruthy()
  expect(screen.getByText(/darwin\/arm64, which is this machine\. Cove itself is translated by Rosetta/)).toBeTruthy()
  expect(asked('downloads.files')).toEqual([{ version: 'v1.37.1', os: 'darwin', arch: 'arm64' }])
  // A machine that nothing is published for has a beginning too.
  expect(firstBuild(releases({ machine: { os: 'freebsd', arch: 'riscv64', because: 'same' } }))).toMatchObject({
    os: 'linux',
    arch: 'amd64',
  })
})

test('a version that ended says so; one that is none is not asked for', async () => {
  const user = userEvent.setup()
  renderAt(<DownloadsTab />)
  const field = await screen.findByRole('textbox', { name: 'Version' })
  await user.clear(field)
  await user.type(field, '1.34.4')
  expect(await screen.findByText(/1\.34 ended on .* no more fixes, not even of security/)).toBeTruthy()
  await user.type(field, 'x')
  expect(screen.getByText('A version looks like v1.34.4 or v1.38.0-rc.1.')).toBeTruthy()
  expect(asked('downloads.files').at(-1)).toMatchObject({ version: 'v1.34.4' })
  expect([' 1.34.4 ', 'v1.38.0-rc.1', '1.34', 'v2.0.0', 'v1.34.4/..'].map(releaseOf)).toEqual(['v1.34.4', 'v1.38.0-rc.1', null, null, null])
  expect(minorOf('v1.34.4')).toBe('1.34')
})

test('nobody outside is asked before a button is pressed', async () => {
  const user = userEvent.setup()
  renderAt(<DownloadsTab />)
  await row('kubectl')
  for (const name of ['downloads.ask', 'downloads.askNewest', 'downloads.askImages']) expect(asked(name)).toEqual([])
  await user.click(screen.getByRole('button', { name: 'Ask for the newest 1.37' }))
  expect(await screen.findByDisplayValue('v1.37.99')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Ask for sizes and digests' }))
  expect(await (await row('kubectl')).findByText('58 MB')).toBeTruthy()
  expect((await row('kubeadm')).getByText('The download address cannot be reached')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Ask for digests' }))
  expect(await screen.findByText(/linux\/amd64 and linux\/arm64/)).toBeTruthy()
})

test('the lines for a terminal are always there, and follow the row that is chosen', async () => {
  const user = userEvent.setup()
  renderAt(<DownloadsTab />)
  expect((await screen.findByLabelText('Commands that fetch and check kubectl')).textContent).toContain('sha256sum --check')
  await user.click((await row('kubeadm')).getByText('kubeadm'))
  expect(screen.getByLabelText('Commands that fetch and check kubeadm').textContent).toContain('/kubeadm')
})

test('what is not published for a system is said by name', async () => {
  world.filesOfRelease = filesOfRelease({ files: [publishedFile('kubectl')], missing: ['kubelet', 'server-archive'] })
  renderAt(<DownloadsTab />)
  expect(await screen.findByText('Not published for linux/amd64: kubelet and server archive.')).toBeTruthy()
})

test('a download goes to Cove’s folder or to the one that is given, with its signature where cosign is', async () => {
  const user = userEvent.setup()
  world.filesOfRelease = filesOfRelease({ cosign: '/usr/bin/cosign' })
  renderAt(<DownloadsTab />)
  await user.click(await screen.findByRole('button', { name: 'Download kubectl' }))
  const folder = screen.getByRole('textbox', { name: 'Into the folder' })
  await user.type(folder, 'bin')
  expect(screen.getByText(/Give the full path of a folder/)).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Download kubectl' }))
  await user.clear(folder)
  await user.type(folder, '/home/ann/bin')
  await user.click(screen.getByRole('checkbox', { name: 'Check signatures with cosign' }))
  await user.click(screen.getByRole('button', { name: 'Download kubectl' }))
  const build = { version: 'v1.37.1', os: 'linux', arch: 'amd64', component: 'kubectl' }
  expect(asked('downloads.start')).toEqual([
    { ...build, folder: null, signature: true },
    { ...build, folder: '/home/ann/bin', signature: false },
  ])
})

test('without cosign it is said that signatures are not checked', async () => {
  renderAt(<DownloadsTab />)
  expect(await screen.findByText('Signatures are published and not checked here: cosign is missing.')).toBeTruthy()
})

test('a running job stands in its row and no other; one that failed leads to why', async () => {
  const facts = { tool: 'kubectl', version: 'v1.37.1', os: 'linux', arch: 'amd64' }
  const job = { kind: 'component.download', subject: 'kubectl', facts } as const
  world.jobs = [
    runningJob({ id: 'a', ...job, state: 'failed', finishedAt: Date.now(), facts: { ...facts, tool: 'kubeadm' } }),
    runningJob({ id: 'b', ...job }),
    runningJob({ id: 'c', ...job, facts: { ...facts, arch: 'arm64', tool: 'kubeadm' } }),
  ]
  renderAt(<DownloadsTab />)
  expect(await (await row('kubectl')).findByText('Starting download')).toBeTruthy()
  expect((await row('kubectl')).queryByRole('button', { name: 'Download kubectl' })).toBeNull()
  expect((await row('kubeadm')).getByRole('link').getAttribute('href')).toBe('/jobs/a')
})

test('what was downloaded is checked again, and removed only after a second step', async () => {
  const user = userEvent.setup()
  world.downloaded = [downloadedFile()]
  renderAt(<DownloadsTab />)
  const table = within(await screen.findByRole('table', { name: 'Downloaded' }))
  await user.click(await table.findByRole('button', { name: 'Check kubectl v1.37.1 again' }))
  expect(await table.findByText('changed')).toBeTruthy()
  await user.click(table.getByRole('button', { name: 'Remove kubectl v1.37.1' }))
  expect(asked('downloads.remove')).toEqual([])
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Remove kubectl' }))
  expect(await screen.findByText(/is no longer what was downloaded, so it was left where it is/)).toBeTruthy()
})

test('images: what the engine holds, what is not sure, pull, and load into a cluster that runs', async () => {
  const user = userEvent.setup()
  world.releaseImages = releaseImages({ sure: false })
  world.engineImages = [{ ref: 'registry.k8s.io/pause:3.10.2', id: 'i', sizeBytes: 1 }]
  world.clusters = { clusters: [cluster({ state: 'stopped', id: 'off', name: 'off' }), cluster()], sources: [] }
  const { router } = renderAt(<DownloadsTab />)
  const table = within(await screen.findByRole('table', { name: 'Container images' }))
  expect(await screen.findByText(/were not compared with kubeadm v1\.37\.1/)).toBeTruthy()
  expect(await table.findByText('held')).toBeTruthy()
  expect(table.getByRole<HTMLButtonElement>('button', { name: 'Pull pause' }).disabled).toBe(true)
  await user.click(screen.getByRole('button', { name: 'Pull all' }))
  expect(asked('downloads.pullImages')).toEqual([{ version: 'v1.37.1', names: ['kube-apiserver', 'pause'] }])
  await user.click(table.getByRole('button', { name: 'Load pause into a cluster or machine' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Load image' }))
  expect(asked('clusters.loadImage')).toEqual([{ id: 'kind:shop:1', image: 'registry.k8s.io/pause:3.10.2' }])
  await expect.poll(() => router.state.location.pathname).toBe('/jobs/job-3')
})

test('a kubeadm cluster and a machine are offered too, and all that the engine holds at once', async () => {
  const user = userEvent.setup()
  world.clusters = {
    ...world.clusters,
    clusters: [...world.clusters.clusters, cluster({ id: 'external:/k:lab', provider: 'kubeadm', name: 'lab', state: 'running' })],
  }
  world.targets = [
    { id: 'ssh:root@lab', kind: 'ssh', name: 'root@lab', clusterId: null, state: 'unknown', error: null },
    { id: 'container:shop-worker', kind: 'container', name: 'shop-worker', clusterId: 'kind:shop:1', state: 'up', error: null },
  ]
  const images = ['registry.k8s.io/pause:3.10.2']
  world.engineImages = [{ ref: images[0] ?? '', id: 'i', sizeBytes: 1 }]
  for (const [place, input] of [
    ['lab', { cluster: 'external:/k:lab', images }],
    ['root@lab', { targets: ['ssh:root@lab'], images }],
  ] as const) {
    cleanup()
    calls.length = 0
    renderAt(<DownloadsTab />)
    const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Load all…' })
    await expect.poll(() => button.disabled).toBe(false)
    await user.click(button)
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(await dialog.findByRole('combobox', { name: 'Cluster or machine' }))
    // Several at once are nothing that kind or minikube take, and their nodes are loaded into as a cluster.
    expect((await screen.findAllByRole('option')).map((one) => one.textContent)).toEqual(
      ['lab', 'root@labmachine'].map((text) => expect.stringContaining(text)),
    )
    await user.click(screen.getByRole('option', { name: new RegExp(`^${place}`) }))
    await user.click(dialog.getByRole('button', { name: 'Load image' }))
    await expect.poll(() => asked('hostImages.load')).toEqual([input])
  }
})

test('images are saved where it is said', async () => {
  const user = userEvent.setup()
  renderAt(<DownloadsTab />)
  await user.click(await screen.findByRole('button', { name: 'Save as tar…' }))
  await user.type(screen.getByRole('textbox', { name: 'File' }), '/tmp/x.tar{Enter}')
  expect(asked('downloads.saveImages')).toEqual([{ version: 'v1.37.1', names: ['kube-apiserver', 'pause'], file: '/tmp/x.tar' }])
})

test('mirrors are offered and only taken when asked', async () => {
  const user = userEvent.setup()
  renderAt(<DownloadsTab />)
  await user.click(await screen.findByRole('button', { name: 'Use this mirror: registry.aliyuncs.com/google_containers' }))
  expect(asked('settings.set')).toEqual([{ mirrors: { registry: 'registry.aliyuncs.com/google_containers' } }])
  await user.click(screen.getByRole('button', { name: 'Use this mirror: https://mirrors.tuna.tsinghua.edu.cn/kubernetes/core:/stable:' }))
  expect(asked('settings.set')[1]).toEqual({ mirrors: { packages: 'https://mirrors.tuna.tsinghua.edu.cn/kubernetes/core:/stable:' } })
  await user.click(await screen.findByRole('button', { name: 'Back to the publisher: registry.k8s.io' }))
  expect(asked('settings.set').at(-1)).toEqual({ mirrors: { registry: '' } })
})

test('a refusal is said where it was asked for', async () => {
  const user = userEvent.setup()
  world.refusal = new ORPCError('APP', { data: problem('busy', { name: 'kubectl', jobId: 'j' }) })
  renderAt(<DownloadsTab />)
  await user.click(await screen.findByRole('button', { name: 'Download kubectl' }))
  expect(await screen.findByRole('alert')).toBeTruthy()
})
