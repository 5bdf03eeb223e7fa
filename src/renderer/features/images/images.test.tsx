// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { cleanup, fireEvent, screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ClusterNode } from '#shared/contract/clusters.ts'
import type { Pod } from '#shared/contract/workloads.ts'
import { calls, cluster, problem, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { LoadImageDialog } from '../clusters/load-image-dialog.tsx'
import { ImagesTab } from './images-tab.tsx'
import { TargetImagesTab } from './target-images-tab.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

const node = (name: string, state: ClusterNode['state'] = 'running') =>
  ({ name, role: 'worker', state, containerId: name, ports: [] }) as unknown as ClusterNode
const shop = (...nodes: ClusterNode[]) => cluster({ nodes, context: { file: '/k', name: 'kind-shop' } })
const web = { ref: 'docker.io/library/web:1', id: 'sha256:45ee', sizeBytes: 8_500_000 }
const pause = { ref: 'registry.k8s.io/pause:3.10', id: 'sha256:f886', sizeBytes: null }

beforeEach(() => {
  calls.length = 0
  world.pods = []
  world.images = {
    asOf: 1,
    nodes: [
      { node: 'shop-a', images: [web, pause], error: null },
      { node: 'shop-b', images: [pause], error: null },
    ],
  }
})
afterEach(cleanup)

const row = async (name: RegExp) => screen.findByRole('row', { name })

test('images by nodes: which holds what, and how large it is', async () => {
  renderAt(<ImagesTab cluster={shop(node('shop-a'), node('shop-b'))} />)
  const webRow = within(await row(/web:1/))
  expect(webRow.getByText('8.5 MB')).toBeTruthy()
  expect(webRow.getAllByText('held')).toHaveLength(1)
  expect(webRow.getAllByText('not held')).toHaveLength(1)
  expect(within(await row(/pause/)).getAllByText('held')).toHaveLength(2)
  fireEvent.change(screen.getByRole('textbox', { name: 'Filter images' }), { target: { value: 'nothing' } })
  expect(screen.getByText('No image matches “nothing”')).toBeTruthy()
})

test('a node that fails or does not run hides nothing of the others and is never empty', async () => {
  world.images = {
    asOf: 1,
    nodes: [
      { node: 'shop-a', images: [web], error: null },
      { node: 'shop-b', images: null, error: problem('engine-stopped', { endpoint: 'unix:///d.sock' }) },
      { node: 'shop-c', images: null, error: null },
    ],
  }
  renderAt(<ImagesTab cluster={shop(node('shop-a'), node('shop-b'), node('shop-c', 'exited'))} />)
  expect(within(await row(/web:1/)).getAllByText('not known')).toHaveLength(2)
  expect(screen.getByText('shop-b did not answer')).toBeTruthy()
  expect(screen.getByText('shop-c does not run, so what it holds is not known')).toBeTruthy()
})

test('with many nodes their names stand in one column', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `shop-${name}`)
  world.images = { asOf: 1, nodes: names.map((name, n) => ({ node: name, images: n < 2 ? [web, pause] : [pause], error: null })) }
  renderAt(<ImagesTab cluster={shop(...names.map((name) => node(name)))} />)
  expect(within(await row(/web:1/)).getByText('2 of 5: a and b')).toBeTruthy()
  expect(within(await row(/pause/)).getByText('on all 5 nodes')).toBeTruthy()
})

test('no node runs: nobody is asked', async () => {
  renderAt(<ImagesTab cluster={shop(node('shop-a', 'exited'))} />)
  expect(await screen.findByText('No node runs')).toBeTruthy()
  expect(calls).toEqual([])
})

test('removing names the nodes and the pods that were given the image, and lands on its job', async () => {
  world.pods = [{ namespace: 'shop', name: 'web-0', containers: [{ image: 'web:1' }] } as unknown as Pod]
  const { router } = renderAt(<ImagesTab cluster={shop(node('shop-a'), node('shop-b'))} />)
  fireEvent.click(within(await row(/web:1/)).getByRole('button', { name: 'Remove docker.io/library/web:1' }))
  const dialog = within(await screen.findByRole('dialog'))
  expect(await dialog.findByText('1 pod was given this image')).toBeTruthy()
  expect(dialog.getByText('shop/web-0')).toBeTruthy()
  expect(dialog.getByText(/It goes from shop-a\./)).toBeTruthy()
  expect(dialog.queryByText(/also know it as/)).toBeNull()
  fireEvent.click(dialog.getByRole('button', { name: 'Remove image' }))
  await expect.poll(() => router.state.location.pathname).toBe('/jobs/job-7')
  expect(calls.find((call) => call.name === 'clusters.removeImage')?.input).toEqual({ id: 'kind:shop:1', image: web.ref })
})

test('while a job works on the cluster nothing can be removed', async () => {
  renderAt(<ImagesTab cluster={{ ...shop(node('shop-a')), jobId: 'job-1' }} />)
  const button = within(await row(/web:1/)).getByRole<HTMLButtonElement>('button')
  expect(button.disabled).toBe(true)
})

test('an image is chosen from what the engine holds, or named, or read from a file', async () => {
  world.engineImages = [
    { ref: 'shop/web:dev', id: 'sha256:1', sizeBytes: 1e6 },
    { ref: 'busybox:1', id: 'sha256:2', sizeBytes: 1e6 },
  ]
  const user = userEvent.setup()
  renderAt(<LoadImageDialog cluster={shop(node('shop-a'))} onClose={() => {}} />)
  const image = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Image' })
  await user.type(image, 'WEB dev')
  expect(screen.queryByRole('button', { name: /busybox/ })).toBeNull()
  await user.click(await screen.findByRole('button', { name: /shop\/web:dev/ }))
  expect(image.value).toBe('shop/web:dev')
  await user.click(screen.getByRole('button', { name: 'Load image' }))
  expect(calls.find((call) => call.name === 'clusters.loadImage')?.input).toEqual({ id: 'kind:shop:1', image: 'shop/web:dev' })
  cleanup()

  calls.length = 0
  renderAt(<LoadImageDialog cluster={shop(node('shop-a'))} onClose={() => {}} />)
  await user.click(await screen.findByRole('button', { name: 'Tar file' }))
  await user.type(screen.getByRole('textbox', { name: 'Path of the file' }), ' /tmp/web.tar{Enter}')
  expect(calls.find((call) => call.name === 'clusters.loadImage')?.input).toEqual({ id: 'kind:shop:1', archive: '/tmp/web.tar' })
})

const lab = cluster({ id: 'external:/k:lab', provider: 'kubeadm', name: 'lab', nodes: [], context: { file: '/k', name: 'lab' } })
const noMachine = problem('node-no-machine', { node: 'lab-2', address: '10.0.0.6', silent: 'root@den' })

test('of a cluster of kubeadm: nodes that are known machines have columns, the others say why and the way out', async () => {
  world.images = {
    asOf: 1,
    nodes: [
      { node: 'lab-1', images: [web], error: null },
      { node: 'lab-2', images: null, error: noMachine },
    ],
  }
  renderAt(<ImagesTab cluster={lab} />)
  const webRow = within(await row(/web:1/))
  expect(webRow.getAllByText('held')).toHaveLength(1)
  expect(webRow.getAllByText('not known')).toHaveLength(1)
  expect(screen.getByText('Cove knows no machine that is lab-2')).toBeTruthy()
  expect(screen.getByText('Did not answer: root@den.')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Add a machine' }).getAttribute('href')).toContain('tab=images')
  expect(screen.queryByText('lab-2 did not answer')).toBeNull()
  cleanup()
  world.images = { asOf: 1, nodes: [{ node: 'lab-2', images: null, error: noMachine }] }
  renderAt(<ImagesTab cluster={lab} />)
  expect(await screen.findByText('Cove knows no machine that is lab-2')).toBeTruthy()
  expect(screen.queryByRole('table')).toBeNull()
})

test('the page of one node shows what that node holds', async () => {
  renderAt(<ImagesTab cluster={shop(node('shop-a'), node('shop-b'))} node="shop-b" />)
  expect(await row(/pause/)).toBeTruthy()
  expect(screen.queryByText(/web:1/)).toBeNull()
  // Removed it is from all that hold it, and that is said.
  fireEvent.click(within(await row(/pause/)).getByRole('button', { name: `Remove ${pause.ref}` }))
  expect(await within(await screen.findByRole('dialog')).findByText(/It goes from 2 nodes: shop-a and shop-b\./)).toBeTruthy()
})

test('of a cluster of kubeadm the nodes are chosen; one that is no known machine cannot be', async () => {
  const user = userEvent.setup()
  world.nodeMachines = [
    { node: 'lab-1', target: 'ssh:root@lab', error: null },
    { node: 'lab-2', target: null, error: noMachine },
    { node: 'lab-3', target: 'container:lab-3', error: null },
  ]
  renderAt(<LoadImageDialog cluster={lab} onClose={() => {}} />)
  const box = async (name: string) => screen.findByRole<HTMLElement>('checkbox', { name })
  expect((await box('lab-1')).getAttribute('aria-checked')).toBe('true')
  expect((await box('lab-2')).getAttribute('aria-disabled')).toBe('true')
  expect((await box('lab-2')).getAttribute('aria-checked')).toBe('false')
  await user.type(screen.getByRole('textbox', { name: 'Image' }), 'web:1')
  await user.click(await box('lab-1'))
  await user.click(screen.getByRole('button', { name: 'Load image' }))
  expect(calls.find((call) => call.name === 'hostImages.load')?.input).toEqual({
    cluster: lab.id,
    targets: ['container:lab-3'],
    images: ['web:1'],
  })
  cleanup()
  world.nodeMachines = [{ node: 'lab-2', target: null, error: noMachine }]
  renderAt(<LoadImageDialog cluster={lab} onClose={() => {}} />)
  expect(await screen.findByText('Cove knows no machine that is lab-2')).toBeTruthy()
  await user.type(screen.getByRole('textbox', { name: 'Image' }), 'web:1')
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Load image' }).disabled).toBe(true)
})

test('a machine shows what its runtime holds; a load and a removal land on their jobs', async () => {
  const user = userEvent.setup()
  world.targets = [{ id: 'ssh:root@lab', kind: 'ssh', name: 'root@lab', clusterId: null, state: 'up', error: null }]
  world.hostImages = () => ({ runtime: 'containerd', socket: '/run/containerd/containerd.sock', images: [web], asOf: 1 })
  const first = renderAt(<TargetImagesTab target="ssh:root@lab" />)
  expect(await screen.findByText('containerd, /run/containerd/containerd.sock')).toBeTruthy()
  await user.click(within(await row(/web:1/)).getByRole('button', { name: 'Remove docker.io/library/web:1' }))
  await user.click(await screen.findByRole('button', { name: 'Remove image' }))
  await expect.poll(() => first.router.state.location.pathname).toBe('/jobs/job-21')
  expect(calls.find((call) => call.name === 'hostImages.remove')?.input).toEqual({ targets: ['ssh:root@lab'], image: web.ref })
  cleanup()
  const second = renderAt(<TargetImagesTab target="ssh:root@lab" />)
  await user.click(await screen.findByRole('button', { name: 'Load image…' }))
  await user.click(await screen.findByRole('button', { name: 'Tar file' }))
  await user.type(screen.getByRole('textbox', { name: 'Path of the file' }), '/tmp/web.tar')
  await user.click(screen.getByRole('button', { name: 'Load image' }))
  expect(calls.find((call) => call.name === 'hostImages.load')?.input).toEqual({ targets: ['ssh:root@lab'], archive: '/tmp/web.tar' })
  await expect.poll(() => second.router.state.location.pathname).toBe('/jobs/job-20')
})

test('a runtime that cannot be read says why, and is asked again', async () => {
  const user = userEvent.setup()
  world.hostImages = () => {
    throw new ORPCError('APP', { status: 422, data: problem('host-runtime-absent', { target: 'root@lab', socket: null }) })
  }
  renderAt(<TargetImagesTab target="ssh:root@lab" />)
  expect(await screen.findByText('No container runtime answers on root@lab')).toBeTruthy()
  expect(screen.queryByRole('table')).toBeNull()
  world.hostImages = () => ({ runtime: 'cri-o', socket: '/run/crio/crio.sock', images: [], asOf: 1 })
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('The runtime holds no image')).toBeTruthy()
})
