// @vitest-environment happy-dom
import { cleanup, screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { NetworkLook } from '#shared/contract/network.ts'
import { networkTestImage } from '#shared/messages/network-plugins.ts'
import { calls, cluster, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { NetworkTab } from './network-tab.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

const look = (more: Partial<NetworkLook> = {}): NetworkLook => ({
  plugins: [
    {
      id: 'flannel',
      name: 'Flannel',
      version: 'v0.27.0',
      image: 'ghcr.io/flannel-io/flannel:v0.27.0',
      workload: { namespace: 'kube-flannel', name: 'kube-flannel-ds', desired: 2, ready: 2 },
      files: [],
    },
  ],
  nodes: [{ name: 'one', ready: true, reason: null, podCidrs: ['10.244.0.0/24'], target: null, files: null, error: null }],
  clusterCidrs: ['10.244.0.0/16'],
  clusterCidrFrom: 'kubeadm-config',
  serviceCidrs: [],
  pluginCidrs: [{ plugin: 'flannel', cidr: '10.244.0.0/16', from: 'kube-flannel-cfg' }],
  findings: [],
  gaps: [],
  installs: [],
  ...more,
})
const shown = cluster({ context: { file: '/k', name: 'kind-shop' } })
const asked = (name: string) => calls.filter((call) => call.name === name).map((call) => call.input)

beforeEach(() => {
  calls.length = 0
  world.network = look()
  world.networkTest = null
  world.jobs = []
})
afterEach(cleanup)

test('plugin, ranges, and what it needs with its source', async () => {
  renderAt(<NetworkTab cluster={shown} />)
  const row = within(await screen.findByRole('row', { name: /^Flannel / }))
  expect(row.getByText('v0.27.0')).toBeTruthy()
  expect(row.getByText('2 of 2')).toBeTruthy()
  expect(screen.getByText('Plugin, ranges and nodes fit together, as far as they could be read.')).toBeTruthy()
  expect(screen.getByText('node is no machine that Cove can look into')).toBeTruthy()
  expect(screen.getByText('8472/udp (VXLAN), 8285/udp (UDP), 51820/udp (WireGuard)')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Where this is said' }).getAttribute('href')).toContain('flannel-io/flannel')
})

test('what could not be asked is said, and then nothing is said to fit', async () => {
  world.network = look({
    plugins: [],
    gaps: [{ what: 'DaemonSets', error: { code: 'api-forbidden', facts: { context: 'c', reason: 'no' }, commandId: null } }],
  })
  renderAt(<NetworkTab cluster={shown} />)
  expect(await screen.findByText(/^DaemonSets could not be asked/)).toBeTruthy()
  expect(screen.queryByText(/fit together/)).toBeNull()
})

test('an API that does not answer, and a cluster that does not run', async () => {
  world.network = null
  renderAt(<NetworkTab cluster={shown} />)
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy()
  cleanup()
  renderAt(<NetworkTab cluster={{ ...shown, state: 'stopped' }} />)
  expect(await screen.findByText('The cluster does not run')).toBeTruthy()
})

test('no plugin: the way out is a button away; no address is asked before it is pressed', async () => {
  const user = userEvent.setup()
  world.network = look({ plugins: [], findings: [{ id: 'no-plugin', level: 'problem', facts: { nodes: 'one', count: 1 } }] })
  renderAt(<NetworkTab cluster={shown} />)
  await user.click((await screen.findAllByRole('button', { name: 'Install…' })).at(-1) as HTMLElement)
  const dialog = within(await screen.findByRole('dialog'))
  expect(dialog.getByText(/The pods of this cluster have 10\.244\.0\.0\/16/)).toBeTruthy()
  await user.click(dialog.getByRole('button', { name: 'Address' }))
  await user.type(dialog.getByRole('textbox', { name: 'Address (https)' }), 'https://a.test/x.yaml')
  expect(asked('network.fetch')).toEqual([])
  await user.click(dialog.getByRole('button', { name: 'Get it' }))
  expect(await dialog.findByText('Sent on to https://b.test/a')).toBeTruthy()
  expect(dialog.getByText('SHA-256 ab')).toBeTruthy()
  expect(asked('network.fetch')).toEqual([{ url: 'https://a.test/x.yaml' }])
  expect(asked('network.apply')).toEqual([])
  await user.click(dialog.getByRole('button', { name: 'Show what it makes' }))
  expect(await dialog.findByText('0 objects')).toBeTruthy()
  expect(asked('network.apply')).toEqual([])
})

test('what failed in a test means something', async () => {
  const base = { check: 'pod-other-node', from: 'one', to: '10.244.1.2:8080', toNode: 'two' } as const
  world.networkTest = {
    jobId: 'j',
    startedAt: 1,
    image: networkTestImage,
    outside: null,
    nodes: ['one', 'two'],
    without: ['three'],
    checks: [
      { ...base, state: 'failed', said: 'TIMEOUT' },
      { ...base, from: 'two', toNode: 'one', state: 'ok', said: '' },
    ],
  }
  renderAt(<NetworkTab cluster={shown} />)
  expect(await screen.findByText('Pods on different nodes do not reach one another')).toBeTruthy()
  expect(screen.getByText('Left out: three')).toBeTruthy()
  expect(screen.getByText('1 of 2')).toBeTruthy()
  expect(screen.getByText('TIMEOUT')).toBeTruthy()
})

test('a test is begun with what is shown; the outside is left alone unless it is asked for', async () => {
  const user = userEvent.setup()
  renderAt(<NetworkTab cluster={shown} />)
  await user.click(await screen.findByRole('button', { name: 'Test…' }))
  const dialog = within(await screen.findByRole('dialog'))
  await user.click(dialog.getByRole('button', { name: 'Start the test' }))
  expect(asked('network.test')).toEqual([{ id: shown.id, image: networkTestImage, outside: null, hostPort: false }])
})
