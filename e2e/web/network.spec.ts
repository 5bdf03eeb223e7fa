import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { execa } from 'execa'
import { networkTestImage } from '../../src/shared/messages/network-plugins.ts'
import { createStack } from '../support/cleanup.ts'
import type { CoveClient } from '../support/client.ts'
import type { Machine } from '../support/cove.ts'
import { coveOn } from '../support/cove-on.ts'
import { endOf, succeeds, untilStep } from '../support/jobs.ts'
import { twoLooks } from '../support/looks.ts'
import { goTo } from '../support/places.ts'
import { openKindStage, type Stage } from '../support/stage.ts'
import { expect, realGround, test } from '../support/test.ts'

const name = 'cove-network'
const nodes = [`${name}-control-plane`, `${name}-worker`] as const
const [first, worker] = nodes

/** A manifest as a publisher might have it: a range that is not the cluster's, and a DaemonSet to wait for. */
const manifest = `apiVersion: v1
kind: Namespace
metadata: { name: their-network }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: kube-flannel-cfg, namespace: their-network }
data:
  net-conf.json: |
    { "Network": "10.99.0.0/16", "Backend": { "Type": "vxlan" } }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: theirs, namespace: their-network }
spec:
  selector: { matchLabels: { app: theirs } }
  template:
    metadata: { labels: { app: theirs } }
    spec:
      hostNetwork: true
      terminationGracePeriodSeconds: 1
      tolerations: [{ operator: Exists }]
      containers: [{ name: theirs, image: "${networkTestImage}", imagePullPolicy: IfNotPresent }]
`

test.describe.configure({ mode: 'serial' })

test.describe('the network of a cluster', () => {
  let machine: Machine
  let stage: Stage
  let api: CoveClient['api']
  let page: Page
  let id: string
  let publisher: string
  /** This machine as pods see it: the gateway of the network of the nodes, and a port where something listens. */
  let outside: { readonly address: string; readonly port: number }
  const { onEnd, end } = createStack()

  test.beforeAll(async ({ browser }) => {
    const chosen = realGround()
    test.skip(chosen.kind !== 'kit', 'needs the kit and its plugin')
    test.setTimeout(400_000)
    const image = (await execa(join(import.meta.dirname, '../real-cluster/agnhost/up'), { stdin: 'ignore' })).stdout
    expect(image).toBe(networkTestImage)
    const opened = await openKindStage(browser, chosen, { name, workers: 1, shots: 'network' })
    onEnd(opened.end)
    stage = opened
    machine = opened.machine
    api = opened.api
    page = opened.page
    id = opened.cluster.id
    await succeeds(api, api.clusters.loadImage({ id, image }))
    const server = createServer((request, response) => {
      if (request.url === '/latest.yaml') response.writeHead(302, { location: '/v1.yaml' }).end()
      else response.writeHead(200, { 'content-type': 'text/plain' }).end(manifest)
    })
    onEnd(() => server.close())
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const listener = createServer((_, response) => response.end())
    onEnd(() => listener.close())
    await new Promise<void>((listening) => listener.listen(0, listening))
    const gateway = '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}'
    const address = (await execa('docker', ['inspect', `--format=${gateway}`, first])).stdout
    outside = { address, port: (listener.address() as AddressInfo).port }
    publisher = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  test.afterAll(end)

  const inNode = async (node: string, ...args: string[]) => (await execa('docker', ['exec', node, ...args])).stdout
  const kubectl = (...args: string[]) => inNode(first, 'kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', ...args)
  const testNamespaces = async () =>
    (await kubectl('get', 'namespaces', '--output=name')).split('\n').filter((each) => /cove-network-test/.test(each))
  const dialog = () => page.getByRole('dialog')
  const open = async () => {
    await goTo(page, stage.cove.origin, `/clusters/${encodeURIComponent(id)}?tab=network`)
    await expect(page.getByRole('table', { name: 'Nodes' }).getByRole('row', { name: new RegExp(worker) })).toBeVisible()
  }

  test('the plugin, its ranges and files are found; a file with another range in one node too', async () => {
    await open()
    const plugin = page.getByRole('table', { name: 'Network plugin' }).getByRole('row').nth(1)
    await expect(plugin).toContainText('bridge')
    await expect(plugin).toContainText('2 of 2')
    await expect(plugin).toContainText('kube-system/pod-network')
    await expect(plugin).toContainText('/etc/cni/net.d/10-pod-network.conflist')
    await expect(page.getByText('Plugin, ranges and nodes fit together')).toBeVisible()
    const ranges = (await kubectl('get', 'nodes', '--output=jsonpath={.items[*].spec.podCIDR}')).split(' ')
    const rows = page.getByRole('table', { name: 'Nodes' }).getByRole('row')
    for (const [index, node] of nodes.entries()) await expect(rows.filter({ hasText: node })).toContainText(ranges[index] ?? '?')

    await inNode(
      worker,
      'sh',
      '-c',
      'sed "s/10\\.244\\.[0-9]*\\./10.99.7./; s/\\"pod-network\\"/\\"other\\"/" /etc/cni/net.d/10-pod-network.conflist > /etc/cni/net.d/05-other.conflist',
    )
    try {
      await page.getByRole('tabpanel').getByRole('button', { name: 'Look again' }).click()
      const finding = page.getByRole('listitem').filter({ hasText: `${worker} gives its pods addresses of another range` })
      await expect(finding).toContainText('10.99.7.0/24')
      await expect(finding).toContainText(ranges[1] ?? '?')
      await expect(page.getByRole('listitem').filter({ hasText: `${worker} has several network configurations` })).toContainText(
        '05-other.conflist',
      )
      await expect(page.getByText(`${first} gives its pods`)).toBeHidden()
      expect(await stage.looks.faults(twoLooks)).toEqual([])
      await stage.looks.shot('mismatch')
    } finally {
      await inNode(worker, 'rm', '/etc/cni/net.d/05-other.conflist')
    }
  })

  test('every connection works, and nothing is left of the test', async () => {
    await open()
    await page.getByRole('button', { name: 'Test…' }).click()
    await expect(dialog().getByRole('textbox', { name: 'Image' })).toHaveValue(networkTestImage)
    await dialog().getByRole('checkbox').click()
    await dialog().getByRole('textbox', { name: 'Outside' }).fill(`${outside.address}:${outside.port}`)
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await stage.looks.shot('test')
    await dialog().getByRole('button', { name: 'Start the test' }).click()
    await expect(dialog().getByText('Every connection was tried')).toBeVisible({ timeout: 150_000 })
    const checks = (await api.network.lastTest({ id }))?.checks ?? []
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([])
    // From each of the two nodes: its own pod, the other's, service, API, name, kubelet and host port of both nodes, and outside.
    expect(checks).toHaveLength(2 * 10)
    expect(checks.filter(({ check }) => check === 'outside')).toHaveLength(2)
    await stage.looks.shot('green')
    expect(await testNamespaces()).toEqual([])
    await dialog().getByRole('button', { name: 'Close' }).click()
    await expect(page.getByRole('table', { name: 'Last connectivity test' }).getByRole('row', { name: /works/ })).toHaveCount(20)
  })

  test('a path that is broken is found, and only that one', async () => {
    const rule = ['FORWARD', '-p', 'tcp', '--dport', '8080', '-i', 'eth0', '-j', 'DROP']
    await inNode(worker, 'iptables', '--wait', '-I', ...rule)
    try {
      await open()
      await page.getByRole('button', { name: 'Test…' }).click()
      // Nothing listens there.
      await dialog().getByRole('textbox', { name: 'Outside' }).fill(`${outside.address}:1`)
      await dialog().getByRole('button', { name: 'Start the test' }).click()
      await expect(dialog().getByText('Every connection was tried')).toBeVisible({ timeout: 150_000 })
      await expect(dialog().getByText('Pods on different nodes do not reach one another')).toBeVisible()
      const checks = (await api.network.lastTest({ id }))?.checks ?? []
      const pods = checks.filter(({ check }) => check.startsWith('pod-') && check !== 'pod-node')
      expect(pods.map(({ from, toNode, state, said }) => ({ from, toNode, state, said }))).toEqual([
        { from: first, toNode: first, state: 'ok', said: '' },
        { from: first, toNode: worker, state: 'failed', said: 'TIMEOUT' },
        { from: worker, toNode: worker, state: 'ok', said: '' },
        { from: worker, toNode: first, state: 'ok', said: '' },
      ])
      expect(checks.filter(({ check }) => check === 'dns').map(({ state }) => state)).toEqual(['ok', 'ok'])
      expect(checks.filter(({ check }) => check === 'outside').map(({ said }) => said)).toEqual(['REFUSED', 'REFUSED'])
      await stage.looks.shot('broken')
      expect(await testNamespaces()).toEqual([])
    } finally {
      await inNode(worker, 'iptables', '--wait', '-D', ...rule)
    }
  })

  test('a manifest from an address: shown, its range corrected, applied, waited for, removed', async () => {
    const url = `${publisher}/latest.yaml`
    await open()
    await page.getByRole('button', { name: 'Install…' }).click()
    await expect(dialog().getByRole('textbox', { name: 'Manifest' })).toBeVisible()
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await dialog().getByRole('button', { name: 'Address' }).click()
    await dialog().getByRole('textbox').fill(url)
    await dialog().getByRole('button', { name: 'Get it' }).click()
    await expect(dialog()).toContainText(url.replace('latest', 'v1'))
    await expect(dialog()).toContainText(/SHA-256 [0-9a-f]{64}/)
    await dialog().getByRole('button', { name: 'Show what it makes' }).click()
    await expect(dialog()).toContainText('The range of pods in it is not the cluster’s')
    await expect(dialog()).toContainText(networkTestImage)
    await expect(dialog()).toContainText('their-network/theirs')
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await stage.looks.shot('review')
    await dialog().getByRole('button', { name: 'Set 10.244.0.0/16 in the text' }).click()
    await expect(dialog().getByText('The range of pods in it')).toBeHidden()
    await dialog()
      .getByRole('button', { name: `Apply to ${name}` })
      .click()
    await expect(dialog().getByText('The plugin is ready on all nodes.')).toBeVisible({ timeout: 120_000 })
    expect(await kubectl('--namespace=their-network', 'get', 'configmap', 'kube-flannel-cfg', '--output=jsonpath={.data}')).toContain(
      '10.244.0.0/16',
    )
    await dialog().getByRole('button', { name: 'Close' }).click()

    await page.getByRole('row').filter({ hasText: url }).getByRole('button', { name: 'Remove…' }).click()
    await expect(dialog()).toContainText('3 objects are deleted')
    await expect(dialog()).toContainText('/etc/cni/net.d/10-pod-network.conflist')
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await stage.looks.shot('remove')
    await dialog().getByRole('button', { name: 'Remove from the cluster' }).click()
    await expect(dialog().getByText('It is gone from the cluster.')).toBeVisible({ timeout: 120_000 })
    expect(await kubectl('get', 'namespaces', '--output=name')).not.toContain('their-network')
    await dialog().getByRole('button', { name: 'Close' }).click()
    await expect(page.getByRole('heading', { name: 'Applied by Cove' })).toBeHidden()

    const chart = { chart: 'oci://charts.test/x', release: 'x', namespace: 'kube-system', values: '' }
    await expect(api.network.template({ id, chart })).rejects.toMatchObject({
      data: { code: 'tool-absent', facts: { tool: 'helm' } },
    })
  })

  test('a test whose Cove is killed is cleaned up by the next', async () => {
    const { jobId } = await api.network.test({ id, image: networkTestImage, outside: null, hostPort: false })
    await untilStep(api, jobId, 'wait-test-pods')
    expect(await testNamespaces()).toHaveLength(1)
    await stage.cove.kill9()
    // Not through the page: it still has the cookie of the other.
    const next = await coveOn(machine)
    onEnd(next.end)
    expect(await endOf(next.api, jobId)).toMatchObject({ state: 'interrupted', left: [], error: null })
    expect(await testNamespaces()).toEqual([])
  })
})
