import type { Page } from '@playwright/test'
import { violationsOf } from '../support/axe.ts'
import { type BareHost, startBareHost } from '../support/bare-host.ts'
import { type CoveClient, connectAs } from '../support/client.ts'
import { type CoveProcess, type Machine, makeMachine, startCove } from '../support/cove.ts'
import { ground } from '../support/ground.ts'
import { endOf, jobOfPage, untilStep } from '../support/jobs.ts'
import { overflowOf } from '../support/overflow.ts'
import { goTo } from '../support/places.ts'
import { expect, test } from '../support/test.ts'

const names = ['cove-host-kubeadm-1', 'cove-host-kubeadm-2'] as const
const looks = (['light', 'dark'] as const).flatMap((theme) => (['en', 'zh-CN'] as const).map((language) => ({ theme, language })))

/** In containers kube-proxy may not set the size of the table of connections. */
const document = (version: string) => `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: ${version}
networking: { podSubnet: 10.244.0.0/16 }
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
conntrack: { maxPerCore: 0 }
`

test.use({ contextOptions: { reducedMotion: 'reduce' } })
test.describe.configure({ mode: 'serial' })

test.describe('a cluster of kubeadm on two bare hosts', () => {
  let machine: Machine
  let cove: CoveProcess
  let client: CoveClient
  let page: Page
  let first: BareHost
  let second: BareHost
  let manifest: string
  let version: string

  test.beforeAll(async ({ browser }) => {
    const chosen = ground()
    test.skip(chosen.kind !== 'kit', 'needs the kit: its node image is the host, its pod network the manifest')
    if (chosen.kind !== 'kit') return
    test.setTimeout(180_000)
    first = await startBareHost(chosen, { name: names[0] })
    second = await startBareHost(chosen, { name: names[1], ssh: true })
    version = (await first.run('kubeadm', 'version', '--output=short')).trim()
    // A script as first process does not hear TERM: half a minute per pod of waiting for nothing.
    manifest = (await first.run('cat', '/kind/manifests/default-cni.yaml'))
      .replace('{{ .PodSubnet }}', '10.244.0.0/16')
      .replace('hostNetwork: true', 'terminationGracePeriodSeconds: 1\n      hostNetwork: true')
    machine = await makeMachine({ programs: { ssh: second.ssh?.program ?? '' } })
    cove = await startCove(machine)
    page = await browser.newPage()
    client = await connectAs(page, cove)
    await client.api.targets.addSsh({ destination: second.ssh?.destination ?? '' })
  })
  test.afterAll(async () => {
    await page?.close()
    client?.close()
    await cove?.stop()
    await machine?.remove()
    await first?.end()
    await second?.end()
  })

  /** The first is reached as a container, the second through ssh. */
  const targetOf = (host: BareHost) => (host.ssh === null ? host.target : `ssh:${host.ssh.destination}`)
  const open = (host: BareHost) => goTo(page, cove.origin, `/machine?tab=kubeadm&target=${targetOf(host)}`)
  const kubectl = (...args: string[]) => first.run('kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', ...args)
  /** The job that a press began, at its end. */
  async function ended(press: () => Promise<unknown>) {
    await press()
    const job = await endOf(client.api, await jobOfPage(page))
    expect(job.error).toBeNull()
    return job
  }

  /** Everything that kubeadm, the kubelet, kube-proxy and the pod network put there, listed without Cove. */
  async function remains(host: BareHost): Promise<string[]> {
    const script = `
      find /etc/kubernetes /var/lib/etcd /var/lib/kubelet /etc/cni/net.d /var/lib/cni -type f 2>/dev/null
      for each in iptables iptables-legacy ip6tables ip6tables-legacy; do $each-save 2>/dev/null | grep -E 'KUBE-|CNI-|10\\.244\\.'; done
      ip -o link show | grep -oE ' (cni0|veth[^:@]*)'; ip route show | grep 10.244.
      pgrep -a 'kube|etcd'; ls -d /tmp/cove* 2>/dev/null; systemctl is-active kubelet; true`
    const said = await host.run('sh', '-c', script)
    return said.split('\n').filter((line) => line !== '' && line !== 'inactive' && line !== 'failed' && line !== 'activating')
  }

  test('an init that is cancelled, or whose Cove is killed, leaves the machine as it was', async () => {
    const before = await remains(first)
    const begun = async () => {
      const { jobId } = await client.api.kubeadm.init({ target: first.target, document: document(version) })
      await untilStep(client.api, jobId, 'wait-control-plane')
      expect(await remains(first)).not.toEqual(before)
      return jobId
    }
    const cancelled = await begun()
    await client.api.jobs.cancel({ id: cancelled })
    expect(await endOf(client.api, cancelled)).toMatchObject({ state: 'cancelled', left: [], error: null })
    expect(await remains(first)).toEqual(before)

    const killed = await begun()
    await cove.kill9()
    client.close()
    cove = await startCove(machine)
    // Cookies know no ports: that of the killed one is still there.
    await page.context().clearCookies()
    client = await connectAs(page, cove)
    expect(await endOf(client.api, killed)).toMatchObject({ state: 'interrupted', left: [] })
    expect(await remains(first)).toEqual(before)
    expect((await client.api.kubeconfig.list()).contexts).toEqual([])
  })

  test('checked, then made: the phases are steps, and its context leads to it from here', async () => {
    await open(first)
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await endOf(client.api, await jobOfPage(page))
    await page.getByRole('link', { name: `Go to ${names[0]}` }).click()
    await expect(page.getByRole('listitem').filter({ hasText: 'Check first' }).getByText('SystemVerification')).toBeVisible()
    await page.getByRole('button', { name: 'Make a cluster…' }).click()
    const editor = page.getByRole('textbox', { name: 'Document as YAML' })
    await editor.focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(document(version))
    const job = await ended(() => page.getByRole('button', { name: 'Start init' }).click())
    expect(job.steps.filter((step) => step.state !== 'done')).toEqual([])
    expect(job.result).toMatchObject({ context: `kubernetes-admin@${names[0]}`, reachable: 'yes' })
    await expect
      .poll(async () => (await client.api.clusters.list()).clusters.map((one) => [one.provider, one.name]))
      .toContainEqual(['kubeadm', names[0]])
  })

  test('a second host joins, a network of the person’s own makes both ready', async () => {
    await open(second)
    await page.getByRole('button', { name: 'Join…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Control plane' }).click()
    await page.getByRole('option', { name: names[0] }).click()
    await ended(() => dialog.getByRole('button', { name: 'Join', exact: true }).click())
    await open(first)
    await page.getByRole('button', { name: 'Install…' }).click()
    await page.locator('input[type=file]').setInputFiles({ name: '网络.yaml', mimeType: 'application/yaml', buffer: Buffer.from(manifest) })
    await expect(page.getByRole('textbox', { name: 'Manifest' })).toHaveValue(manifest)
    await ended(() => page.getByRole('button', { name: 'Apply' }).click())
    const nodes = (await client.api.kubeadm.state({ target: first.target })).nodes
    expect(nodes?.map((one) => [one.name, one.ready, one.controlPlane])).toEqual([
      [names[0], true, true],
      [names[1], true, false],
    ])
    // The token that the join made is gone again; that of init is there.
    expect(await client.api.kubeadm.tokens({ target: first.target })).toHaveLength(1)
  })

  test('a token is made, renewed and expired; certificates have days left; the page is right in both languages and themes', async () => {
    await open(first)
    await page.getByRole('button', { name: 'Make a token' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'What it is for' }).fill('实验室')
    await dialog.getByRole('button', { name: 'Make a token' }).click()
    const line = (await dialog.getByLabel('Join command').textContent()) ?? ''
    expect(line).toMatch(/^kubeadm join .+ --token [a-z0-9]{6}\.[a-z0-9]{16} --discovery-token-ca-cert-hash sha256:/)
    const id = /--token (\w{6})/.exec(line)?.[1] ?? ''
    const listed = () => first.run('kubeadm', 'token', 'list')
    expect(await listed()).toContain(id)
    expect(await client.api.kubeadm.readJoin({ command: line })).toMatchObject({ tokenId: id, endpoint: `${first.address}:6443` })
    await dialog.getByRole('button', { name: 'Close' }).click()
    const row = page.getByRole('row').filter({ hasText: id })
    await expect(row).toContainText('实验室')
    const until = async () => (await client.api.kubeadm.tokens({ target: first.target })).find((one) => one.id === id)?.expiresAt ?? 0
    const before = await until()
    const [renewed] = (await client.api.kubeadm.renewToken({ target: first.target, id, hours: 72 })).filter((one) => one.id === id)
    expect(renewed?.expiresAt).toBeGreaterThan(before)
    await expect(page.getByRole('row').filter({ hasText: 'apiserver-kubelet-client' })).toContainText('364 days')

    for (const { theme, language } of looks) {
      await page.emulateMedia({ colorScheme: theme })
      await client.api.settings.set({ language })
      await expect(page.getByRole('heading', { name: language === 'en' ? 'What can be done now' : '现在可以做的' })).toBeVisible()
      expect(await violationsOf(page)).toEqual([])
      for (const width of [1280, 900]) {
        await page.setViewportSize({ width, height: width === 900 ? 600 : 800 })
        expect(await overflowOf(page)).toEqual([])
        await page.screenshot({ path: test.info().outputPath(`${language}-${theme}-${width}.png`) })
      }
      await page.setViewportSize({ width: 1280, height: 800 })
    }
    await client.api.settings.set({ language: 'en' })
    await page.getByRole('button', { name: `Expire ${id} now` }).click()
    await expect(page.getByRole('row').filter({ hasText: id })).toHaveCount(0)
    expect(await listed()).not.toContain(id)
  })

  test('certificates are renewed: other serials, the components run anew, the API answers, pods went on', async () => {
    const serial = () =>
      first.run(
        'sh',
        '-c',
        'for each in apiserver etcd/server front-proxy-client; do openssl x509 -noout -serial -in /etc/kubernetes/pki/$each.crt || cksum < /etc/kubernetes/pki/$each.crt; done',
      )
    const started = () => first.run('sh', '-c', 'for each in kube-apiserver etcd kube-scheduler; do pgrep -x $each; done')
    const [before, pids] = [await serial(), await started()]
    await open(first)
    await page.getByRole('button', { name: 'Renew all' }).click()
    await ended(() => page.getByRole('dialog').getByRole('button', { name: 'Renew all' }).click())
    const [after, pidsAfter] = [await serial(), await started()]
    for (const one of before.trim().split('\n')) expect(after).not.toContain(one)
    for (const one of pids.trim().split('\n')) expect(pidsAfter.trim().split('\n')).not.toContain(one)
    expect((await kubectl('get', '--raw=/readyz')).trim()).toBe('ok')
    expect(await first.run('sh', '-c', 'ls -A /etc/kubernetes | grep cove || true')).toBe('')
  })

  test('a reset names what goes, asks for the name, and leaves nothing', async () => {
    await open(second)
    await page.getByRole('button', { name: 'Reset…' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByRole('checkbox', { name: /10-pod-network\.conflist/ })).toBeChecked()
    await expect(dialog.getByRole('checkbox', { name: /iptables/ }).first()).toBeChecked()
    expect(await violationsOf(page)).toEqual([])
    await dialog.getByRole('combobox', { name: /^Drain and forget/ }).click()
    await page.getByRole('option', { name: names[0] }).click()
    const button = dialog.getByRole('button', { name: `Reset ${names[1]}` })
    await expect(button).toBeDisabled()
    await dialog.getByRole('textbox').fill(names[1])
    await ended(() => button.click())
    expect(await remains(second)).toEqual([])
    expect(await kubectl('get', 'nodes', '--output=name')).toBe(`node/${names[0]}`)

    await open(first)
    await page.getByRole('button', { name: 'Reset…' }).click()
    await expect(dialog.getByRole('checkbox', { name: /kubernetes-admin@/ })).toBeChecked()
    // What kubeadm would leave is looked for first; until then nothing can be begun.
    await expect(dialog.getByRole('checkbox', { name: /10-pod-network\.conflist/ })).toBeChecked()
    await dialog.getByRole('textbox').fill(names[0])
    await ended(() => dialog.getByRole('button', { name: `Reset ${names[0]}` }).click())
    expect(await remains(first)).toEqual([])
    expect((await client.api.kubeconfig.list()).contexts).toEqual([])
    expect((await client.api.kubeadm.state({ target: first.target })).kind).toBe('none')
  })
})
