import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { execa } from 'execa'
import { networkTestImage } from '../../src/shared/messages/network-plugins.ts'
import { violationsOf } from '../support/axe.ts'
import { type CoveClient, connect, connectAs } from '../support/client.ts'
import { type CoveProcess, type Machine, makeMachine, startCove } from '../support/cove.ts'
import { removeCluster } from '../support/engine.ts'
import { ground } from '../support/ground.ts'
import { endOf, succeeds, untilStep } from '../support/jobs.ts'
import { overflowOf } from '../support/overflow.ts'
import { goTo } from '../support/places.ts'
import { expect, programsOf, test } from '../support/test.ts'

const name = 'cove-network'
const nodes = [`${name}-control-plane`, `${name}-worker`] as const
const [first, worker] = nodes
const looks = (['light', 'dark'] as const).flatMap((theme) => (['en', 'zh-CN'] as const).map((language) => ({ theme, language })))

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

test.use({ contextOptions: { reducedMotion: 'reduce' } })
test.describe.configure({ mode: 'serial' })

test.describe('the network of a cluster', () => {
  let machine: Machine
  let cove: CoveProcess
  let client: CoveClient
  let page: Page
  let id: string
  let publisher: Server

  test.beforeAll(async ({ browser }) => {
    const chosen = ground()
    test.skip(chosen.kind !== 'kit', chosen.kind === 'none' ? `needs a real cluster: ${chosen.reason}` : 'needs the kit and its plugin')
    if (chosen.kind !== 'kit') return
    test.setTimeout(400_000)
    const image = (await execa(join(import.meta.dirname, '../real-cluster/agnhost/up'), { stdin: 'ignore' })).stdout
    expect(image).toBe(networkTestImage)
    machine = await makeMachine({ programs: await programsOf(chosen, ['kind', 'kubectl']) })
    cove = await startCove(machine)
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce' })
    client = await connectAs(page, cove)
    await client.api.settings.set({ theme: 'light', language: 'en' })
    await succeeds(client.api, client.api.clusters.create({ name, image: chosen.nodeImage, workers: 1 }))
    id = (await client.api.clusters.list()).clusters.find((each) => each.name === name)?.id ?? ''
    await succeeds(client.api, client.api.clusters.loadImage({ id, image }))
    publisher = createServer((request, response) => {
      if (request.url === '/latest.yaml') response.writeHead(302, { location: '/v1.yaml' }).end()
      else response.writeHead(200, { 'content-type': 'text/plain' }).end(manifest)
    })
    await new Promise<void>((listening) => publisher.listen(0, '127.0.0.1', listening))
  })

  test.afterAll(async () => {
    try {
      client?.close()
      await page?.context().close()
      await cove?.stop()
    } finally {
      publisher?.close()
      await removeCluster(name)
      await machine?.remove()
    }
  })

  const inNode = async (node: string, ...args: string[]) => (await execa('docker', ['exec', node, ...args])).stdout
  const kubectl = (...args: string[]) => inNode(first, 'kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', ...args)
  const testNamespaces = async () =>
    (await kubectl('get', 'namespaces', '--output=name')).split('\n').filter((each) => /cove-network-test/.test(each))
  const dialog = () => page.getByRole('dialog')
  const open = async () => {
    await goTo(page, cove.origin, `/clusters/${encodeURIComponent(id)}?tab=network`)
    await expect(page.getByRole('table', { name: 'Nodes' }).getByRole('row', { name: new RegExp(worker) })).toBeVisible()
  }
  const inLooks = async (act: (look: (typeof looks)[number]) => Promise<void>, which: readonly (typeof looks)[number][] = looks) => {
    for (const look of which) {
      await client.api.settings.set(look)
      await expect(page.locator(`html[lang="${look.language}"][data-theme="${look.theme}"]`)).toBeAttached()
      await act(look)
    }
    await page.setViewportSize({ width: 1280, height: 800 })
    await client.api.settings.set({ theme: 'light', language: 'en' })
    await expect(page.locator('html[lang="en"][data-theme="light"]')).toBeAttached()
  }
  const shot = async (file: string) => {
    const folder = process.env['COVE_SCREENSHOTS']
    if (!folder) return
    await inLooks(async ({ theme, language }) => {
      for (const size of [
        { width: 1280, height: 800 },
        { width: 900, height: 600 },
      ]) {
        await page.setViewportSize(size)
        await page.screenshot({ path: `${folder}/network-${file}-${theme}-${language}-${size.width}.png` })
      }
    })
  }
  /** Faults of WCAG 2.2 AA and what is wider than the window, in both themes and languages; colours are those of pages that are looked at in each pair. */
  const faults = async () => {
    const found: string[] = []
    const which = looks.filter(({ theme, language }) => (theme === 'light') === (language === 'en'))
    await inLooks(async ({ theme, language }) => {
      found.push(...(await violationsOf(page)).map((each) => `${theme} ${language}: ${each}`))
      for (const width of [900, 320]) {
        await page.setViewportSize({ width, height: 700 })
        found.push(...(await overflowOf(page)).map((each) => `${language} ${width}: ${each}`))
      }
      await page.setViewportSize({ width: 1280, height: 800 })
    }, which)
    return found
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
      expect(await faults()).toEqual([])
      await shot('mismatch')
    } finally {
      await inNode(worker, 'rm', '/etc/cni/net.d/05-other.conflist')
    }
  })

  test('every connection works, and nothing is left of the test', async () => {
    await open()
    await page.getByRole('button', { name: 'Test…' }).click()
    await expect(dialog().getByRole('textbox', { name: 'Image' })).toHaveValue(networkTestImage)
    await dialog().getByRole('checkbox').click()
    expect(await faults()).toEqual([])
    await shot('test')
    await dialog().getByRole('button', { name: 'Start the test' }).click()
    await expect(dialog().getByText('Every connection was tried')).toBeVisible({ timeout: 150_000 })
    const checks = (await client.api.network.lastTest({ id }))?.checks ?? []
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([])
    // From each of the two nodes: its own pod, the other's, service, API, name, and kubelet and host port of both nodes.
    expect(checks).toHaveLength(2 * 9)
    await shot('green')
    expect(await testNamespaces()).toEqual([])
    await dialog().getByRole('button', { name: 'Close' }).click()
    await expect(page.getByRole('table', { name: 'Last connectivity test' }).getByRole('row', { name: /works/ })).toHaveCount(18)
  })

  test('a path that is broken is found, and only that one', async () => {
    const rule = ['FORWARD', '-p', 'tcp', '--dport', '8080', '-i', 'eth0', '-j', 'DROP']
    await inNode(worker, 'iptables', '--wait', '-I', ...rule)
    try {
      await open()
      await page.getByRole('button', { name: 'Test…' }).click()
      await dialog().getByRole('button', { name: 'Start the test' }).click()
      await expect(dialog().getByText('Every connection was tried')).toBeVisible({ timeout: 150_000 })
      await expect(dialog().getByText('Pods on different nodes do not reach one another')).toBeVisible()
      const checks = (await client.api.network.lastTest({ id }))?.checks ?? []
      const pods = checks.filter(({ check }) => check.startsWith('pod-') && check !== 'pod-node')
      expect(pods.map(({ from, toNode, state, said }) => ({ from, toNode, state, said }))).toEqual([
        { from: first, toNode: first, state: 'ok', said: '' },
        { from: first, toNode: worker, state: 'failed', said: 'TIMEOUT' },
        { from: worker, toNode: worker, state: 'ok', said: '' },
        { from: worker, toNode: first, state: 'ok', said: '' },
      ])
      expect(checks.filter(({ check }) => check === 'dns').map(({ state }) => state)).toEqual(['ok', 'ok'])
      await shot('broken')
      expect(await testNamespaces()).toEqual([])
    } finally {
      await inNode(worker, 'iptables', '--wait', '-D', ...rule)
    }
  })

  test('a manifest from an address: shown, its range corrected, applied, waited for, removed', async () => {
    const url = `http://127.0.0.1:${(publisher.address() as AddressInfo).port}/latest.yaml`
    await open()
    await page.getByRole('button', { name: 'Install…' }).click()
    await dialog().getByRole('button', { name: 'Address' }).click()
    await dialog().getByRole('textbox').fill(url)
    await dialog().getByRole('button', { name: 'Get it' }).click()
    await expect(dialog()).toContainText(url.replace('latest', 'v1'))
    await expect(dialog()).toContainText(/SHA-256 [0-9a-f]{64}/)
    await dialog().getByRole('button', { name: 'Show what it makes' }).click()
    await expect(dialog()).toContainText('The range of pods in it is not the cluster’s')
    await expect(dialog()).toContainText(networkTestImage)
    await expect(dialog()).toContainText('their-network/theirs')
    expect(await faults()).toEqual([])
    await shot('review')
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
    await shot('remove')
    await dialog().getByRole('button', { name: 'Remove from the cluster' }).click()
    await expect(dialog().getByText('It is gone from the cluster.')).toBeVisible({ timeout: 120_000 })
    expect(await kubectl('get', 'namespaces', '--output=name')).not.toContain('their-network')
    await dialog().getByRole('button', { name: 'Close' }).click()
    await expect(page.getByRole('heading', { name: 'Applied by Cove' })).toBeHidden()

    const chart = { chart: 'oci://charts.test/x', release: 'x', namespace: 'kube-system', values: '' }
    await expect(client.api.network.template({ id, chart })).rejects.toMatchObject({
      data: { code: 'tool-absent', facts: { tool: 'helm' } },
    })
  })

  test('a test whose Cove is killed is cleaned up by the next', async () => {
    const { jobId } = await client.api.network.test({ id, image: networkTestImage, outside: null, hostPort: false })
    await untilStep(client.api, jobId, 'wait-test-pods')
    expect(await testNamespaces()).toHaveLength(1)
    client.close()
    await cove.kill9()
    cove = await startCove(machine)
    // Not through the page: it still has the cookie of the other.
    client = await connect(cove)
    expect(await endOf(client.api, jobId)).toMatchObject({ state: 'interrupted', left: [], error: null })
    expect(await testNamespaces()).toEqual([])
  })
})
