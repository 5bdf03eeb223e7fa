import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { execa } from 'execa'
import { type BareHost, startBareHost } from '../support/bare-host.ts'
import { createStack } from '../support/cleanup.ts'
import type { CoveClient } from '../support/client.ts'
import { type Machine, makeMachine } from '../support/cove.ts'
import { endOf, jobOfPage, succeeds, untilStep } from '../support/jobs.ts'
import { importImage, kubeadmDocument, kubeadmVersionOf, kubectlOn, podNetworkOf } from '../support/kubeadm.ts'
import { faultsOf, twoLooks } from '../support/looks.ts'
import { goTo } from '../support/places.ts'
import { openStage, type Stage } from '../support/stage.ts'
import { expect, programsOf, realGround, test } from '../support/test.ts'

const agnhost = join(import.meta.dirname, '../real-cluster/agnhost/up')
const names = ['cove-host-kubeadm-1', 'cove-host-kubeadm-2'] as const

test.describe.configure({ mode: 'serial' })

test.describe('a cluster of kubeadm on two bare hosts', () => {
  let machine: Machine
  let stage: Stage
  let api: CoveClient['api']
  let page: Page
  let first: BareHost
  let second: BareHost
  let manifest: string
  let document: string
  let kubectl: ReturnType<typeof kubectlOn>
  const { onEnd, end } = createStack()

  test.beforeAll(async ({ browser }) => {
    const chosen = realGround()
    test.skip(chosen.kind !== 'kit', 'needs the kit: its node image is the host, its pod network the manifest')
    // Where the image of a host with ssh is not there yet, it is made first.
    test.setTimeout(400_000)
    first = await startBareHost(chosen, { name: names[0], ssh: true })
    onEnd(first.end)
    second = await startBareHost(chosen, { name: names[1], ssh: true })
    onEnd(second.end)
    // One ssh for both.
    if (first.ssh && second.ssh) await appendFile(first.ssh.config, await readFile(second.ssh.config))
    // With an address for all control planes, without which none can be added.
    document = kubeadmDocument(await kubeadmVersionOf(first)).replace(
      'kind: ClusterConfiguration',
      `kind: ClusterConfiguration\ncontrolPlaneEndpoint: ${first.address}:6443`,
    )
    manifest = await podNetworkOf(first)
    kubectl = kubectlOn(first)
    machine = await makeMachine({ programs: { ...(await programsOf(chosen, ['kubectl'])), ssh: first.ssh?.program ?? '' } })
    onEnd(machine.remove)
    await openCove(browser)
    for (const host of [first, second]) await api.targets.addSsh({ destination: nameOf(host) })
  })
  test.afterAll(end)

  async function openCove(browser: Browser) {
    stage = await openStage(browser, machine, 'kubeadm')
    onEnd(stage.end)
    api = stage.api
    page = stage.page
  }
  /** Both are reached through ssh, as machines elsewhere are; hosts of kubeadm-upgrade.spec.ts are containers. */
  const nameOf = (host: BareHost) => `root@${host.ssh?.destination}`
  const targetOf = (host: BareHost) => `ssh:${nameOf(host)}`
  const open = (host: BareHost, tab = 'kubeadm') => goTo(page, stage.cove.origin, `/machine?tab=${tab}&target=${targetOf(host)}`)
  /** The job that a press began, at its end. */
  async function ended(press: () => Promise<unknown>) {
    await press()
    const job = await endOf(api, await jobOfPage(page))
    expect(job.error).toBeNull()
    return job
  }

  /** Everything that kubeadm, the kubelet, kube-proxy and the pod network put there, listed without Cove. */
  async function remains(host: BareHost): Promise<string[]> {
    const script = `
      ls -d /home/*/.kube/config 2>/dev/null
      find /etc/kubernetes /var/lib/etcd /var/lib/kubelet /etc/cni/net.d /var/lib/cni -type f 2>/dev/null
      for each in iptables iptables-legacy ip6tables ip6tables-legacy; do $each-save 2>/dev/null | grep -E 'KUBE-|CNI-|10\\.244\\.'; done
      ip -o link show | grep -oE ' (cni0|veth[^:@]*)'; ip route show | grep 10.244.
      pgrep -a 'kube|etcd'; ls -d /tmp/cove* 2>/dev/null; systemctl is-active kubelet; true`
    const said = await host.run('sh', '-c', script)
    return said.split('\n').filter((line) => line !== '' && line !== 'inactive' && line !== 'failed' && line !== 'activating')
  }

  test('an init that is cancelled, or whose Cove is killed, leaves the machine as it was', async ({ browser }) => {
    const before = await remains(first)
    const begun = async () => {
      const { jobId } = await api.kubeadm.init({ target: targetOf(first), document })
      await untilStep(api, jobId, 'wait-control-plane')
      expect(await remains(first)).not.toEqual(before)
      return jobId
    }
    const cancelled = await begun()
    await api.jobs.cancel({ id: cancelled })
    expect(await endOf(api, cancelled)).toMatchObject({ state: 'cancelled', left: [], error: null })
    expect(await remains(first)).toEqual(before)

    const killed = await begun()
    await stage.cove.kill9()
    await stage.end()
    await openCove(browser)
    expect(await endOf(api, killed)).toMatchObject({ state: 'interrupted', left: [] })
    expect(await remains(first)).toEqual(before)
    expect((await api.kubeconfig.list()).contexts).toEqual([])
  })

  test('checked, then made: the phases are steps, and its context leads to it from here', async () => {
    await open(first)
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await endOf(api, await jobOfPage(page))
    await page.getByRole('link', { name: `Go to ${nameOf(first)}` }).click()
    await expect(page.getByRole('listitem').filter({ hasText: 'Check first' }).getByText('SystemVerification')).toBeVisible()
    await page.getByRole('button', { name: 'Make a cluster…' }).click()
    const editor = page.getByRole('textbox', { name: 'Document as YAML' })
    await editor.focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(document)
    const job = await ended(() => page.getByRole('button', { name: 'Start init' }).click())
    expect(job.steps.filter((step) => step.state !== 'done')).toEqual([])
    expect(job.result).toMatchObject({ context: `kubernetes-admin@${names[0]}`, reachable: 'yes' })
    await expect
      .poll(async () => (await api.clusters.list()).clusters.map((one) => [one.provider, one.name]))
      .toContainEqual(['kubeadm', names[0]])
  })

  test('a join that is cancelled leaves the machine as it was, and the cluster without its node and token', async () => {
    const before = await remains(second)
    const via = { kind: 'target' as const, target: targetOf(first) }
    const { jobId } = await api.kubeadm.join({ target: targetOf(second), via, controlPlane: false })
    await untilStep(api, jobId, 'start-kubelet')
    expect(await remains(second)).not.toEqual(before)
    await api.jobs.cancel({ id: jobId })
    expect(await endOf(api, jobId)).toMatchObject({ state: 'cancelled', left: [], error: null })
    expect(await remains(second)).toEqual(before)
    expect(await kubectl('get', 'nodes', '--output=name')).toBe(`node/${names[0]}`)
    expect(await api.kubeadm.tokens({ target: targetOf(first) })).toHaveLength(1)
  })

  test('a second host joins, a network of the person’s own makes both ready', async () => {
    await open(second)
    await page.getByRole('button', { name: 'Join…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Control plane' }).click()
    await page.getByRole('option', { name: nameOf(first) }).click()
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    // The checks of a join ask the cluster, through a token that is gone afterwards; nothing is joined by them.
    await dialog.getByRole('button', { name: 'Check', exact: true }).click()
    await expect(dialog.getByText('SystemVerification')).toBeVisible({ timeout: 60_000 })
    expect((await api.kubeadm.state({ target: targetOf(second) })).kind).toBe('none')
    const tokens = async () => (await api.kubeadm.tokens({ target: targetOf(first) })).map(({ description }) => description)
    await expect.poll(tokens).not.toContainEqual(expect.stringMatching(/^Cove: join/))
    await ended(() => dialog.getByRole('button', { name: 'Join', exact: true }).click())
    await open(first)
    await page.getByRole('button', { name: 'Install…' }).click()
    await page.locator('input[type=file]').setInputFiles({ name: '网络.yaml', mimeType: 'application/yaml', buffer: Buffer.from(manifest) })
    await expect(page.getByRole('textbox', { name: 'Manifest' })).toHaveValue(manifest)
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await ended(() => page.getByRole('button', { name: 'Apply' }).click())
    const nodes = (await api.kubeadm.state({ target: targetOf(first) })).nodes
    expect(nodes?.map((one) => [one.name, one.ready, one.controlPlane])).toEqual([
      [names[0], true, true],
      [names[1], true, false],
    ])
    // The token that the join made is gone again; that of init is there.
    expect(await api.kubeadm.tokens({ target: targetOf(first) })).toHaveLength(1)
  })

  test('the cluster’s page knows the network, and every connection works', async () => {
    const image = (await execa(agnhost, { stdin: 'ignore' })).stdout
    await Promise.all([first, second].map((host) => importImage(host, image)))
    await kubectl('rollout', 'status', 'deployment/coredns', '--namespace=kube-system', '--timeout=120s')
    const id = (await api.clusters.list()).clusters.find((one) => one.provider === 'kubeadm')?.id ?? ''
    await succeeds(api, api.network.test({ id, image, outside: null, hostPort: true }))
    const checks = (await api.network.lastTest({ id }))?.checks ?? []
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([])
    // From each node: two pods, service, API, name, and kubelet and host port of both.
    expect(checks).toHaveLength(2 * 9)
    await goTo(page, stage.cove.origin, `/clusters/${encodeURIComponent(id)}?tab=network`)
    const plugin = page.getByRole('table', { name: 'Network plugin' }).getByRole('row').nth(1)
    await expect(plugin).toContainText('2 of 2')
    await expect(plugin).toContainText('kube-system/pod-network')
    await expect(page.getByRole('table', { name: 'Last connectivity test' }).getByRole('row', { name: /works/ })).toHaveCount(18)
  })

  test('an image of the engine is loaded into its nodes, runs there and is taken away; through ssh a tar too, and a cancel leaves nothing', async () => {
    const { sampleImage, nodeImage } = realGround()
    const sample = sampleImage ?? ''
    const digest = (await execa('docker', ['image', 'inspect', '--format={{.Id}}', sample])).stdout
    const held = async (host: BareHost) => (await host.run('ctr', '--namespace=k8s.io', 'images', 'ls', '--quiet')).split('\n')
    const id = (await api.clusters.list()).clusters.find((one) => one.provider === 'kubeadm')?.id ?? ''
    const before = [await held(first), await held(second)]
    await goTo(page, stage.cove.origin, `/clusters/${encodeURIComponent(id)}?tab=images`)
    await expect(page.getByRole('row', { name: /kube-proxy/ })).toBeVisible()
    await stage.looks.shot('cluster-images')
    await page.getByRole('button', { name: 'Load image…' }).click()
    const dialog = page.getByRole('dialog')
    for (const name of names) await expect(dialog.getByRole('checkbox', { name })).toBeChecked()
    await dialog.getByRole('textbox', { name: 'Image' }).fill(sample)
    await stage.looks.shot('load-dialog')
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    const loaded = await ended(() => dialog.getByRole('button', { name: 'Load image', exact: true }).click())
    expect(loaded).toMatchObject({ kind: 'host.load-images', facts: { nodes: 2 } })
    for (const host of [first, second]) expect(await held(host)).toEqual(expect.arrayContaining([sample, digest]))
    await kubectl('run', 'loaded', `--image=${sample}`, '--image-pull-policy=Never', `--overrides={"spec":{"nodeName":"${names[1]}"}}`)
    await kubectl('wait', '--for=condition=Ready', 'pod/loaded', '--timeout=60s').catch(async (cause: unknown) => {
      throw new Error(await kubectl('describe', 'pod', 'loaded'), { cause })
    })
    await kubectl('delete', 'pod', 'loaded', '--now')

    await goTo(page, stage.cove.origin, `/clusters/${encodeURIComponent(id)}/nodes/${names[1]}?tab=images`)
    const row = page.getByRole('row').filter({ hasText: sample })
    await row.hover()
    await row.getByRole('button', { name: `Remove ${sample}` }).click()
    await ended(() => page.getByRole('dialog').getByRole('button', { name: 'Remove image' }).click())
    expect([await held(first), await held(second)]).toEqual(before)

    const target = targetOf(second)
    const archive = join(machine.home, '镜像 1.tar')
    await execa('docker', ['save', `--output=${archive}`, sample])
    await succeeds(api, api.hostImages.load({ targets: [target], archive }))
    await goTo(page, stage.cove.origin, `/machine?tab=images&target=${target}`)
    await expect(page.getByRole('row', { name: new RegExp(sample) })).toBeVisible()
    await stage.looks.shot('machine-images')
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await succeeds(api, api.hostImages.remove({ targets: [target], image: sample }))

    // So large that it is on its way for a while.
    const { jobId } = await api.hostImages.load({ targets: [target], images: [nodeImage] })
    const part = async () => (await api.jobs.get({ id: jobId })).steps.find((step) => step.id === 'load-image')?.progress ?? 0
    await expect.poll(part, { timeout: 60_000 }).toBeGreaterThan(0.05)
    await api.jobs.cancel({ id: jobId })
    expect(await endOf(api, jobId)).toMatchObject({ state: 'cancelled', left: [], error: null })
    expect([await held(first), await held(second)]).toEqual(before)
    const still = 'pgrep -x ctr; ctr --namespace=k8s.io content active | tail -n +2; ls -d /tmp/cove* /run/cove* 2>/dev/null; true'
    expect(await second.run('sh', '-c', still)).toBe('')
  })

  test('a token is made, renewed and expired; certificates have days left; the page is right in both languages and themes', async () => {
    await open(first)
    await page.getByRole('button', { name: 'Make a token' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'What it is for' }).fill('实验室')
    await dialog.getByRole('button', { name: 'Make a token' }).click()
    const line = (await dialog.getByLabel('Join command').textContent()) ?? ''
    expect(line).toMatch(/^kubeadm join .+ --token [a-z0-9]{6}\.[a-z0-9]{16} --discovery-token-ca-cert-hash sha256:/)
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    const id = /--token (\w{6})/.exec(line)?.[1] ?? ''
    const listed = () => first.run('kubeadm', 'token', 'list')
    expect(await listed()).toContain(id)
    expect(await api.kubeadm.readJoin({ command: line })).toMatchObject({ tokenId: id, endpoint: `${first.address}:6443` })
    await dialog.getByRole('button', { name: 'Close' }).click()
    const row = page.getByRole('row').filter({ hasText: id })
    await expect(row).toContainText('实验室')
    const until = async () => (await api.kubeadm.tokens({ target: targetOf(first) })).find((one) => one.id === id)?.expiresAt ?? 0
    const before = await until()
    const [renewed] = (await api.kubeadm.renewToken({ target: targetOf(first), id, hours: 72 })).filter((one) => one.id === id)
    expect(renewed?.expiresAt).toBeGreaterThan(before)
    await expect(page.getByRole('row').filter({ hasText: 'apiserver-kubelet-client' })).toContainText('364 days')

    await stage.looks.each(async ({ language }) => {
      await expect(page.getByRole('heading', { name: language === 'en' ? 'What can be done now' : '现在可以做的' })).toBeVisible()
      expect(await faultsOf(page)).toEqual([])
    })
    await stage.looks.shot('page')
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
    await page.getByRole('button', { name: 'Upgrade…' }).click()
    await expect(page.getByRole('dialog')).toContainText('Upgrade')
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Renew all' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await ended(() => page.getByRole('dialog').getByRole('button', { name: 'Renew all' }).click())
    const [after, pidsAfter] = [await serial(), await started()]
    for (const one of before.trim().split('\n')) expect(after).not.toContain(one)
    for (const one of pids.trim().split('\n')) expect(pidsAfter.trim().split('\n')).not.toContain(one)
    expect((await kubectl('get', '--raw=/readyz')).trim()).toBe('ok')
    expect(await first.run('sh', '-c', 'ls -A /etc/kubernetes | grep cove || true')).toBe('')
  })

  test('a worker on cgroupfs is replaced through the page: halted after its reset, killed in its join, gone on with; anew it has systemd, its label and its taint', async ({
    browser,
  }) => {
    test.setTimeout(300_000)
    await toCgroupfs()
    await kubectl('label', 'node', names[1], 'tier=gpu')
    await kubectl('taint', 'node', names[1], 'dedicated=gpu:PreferNoSchedule')
    const old = await kubectl('get', 'node', names[1], '--output=jsonpath={.metadata.uid}')
    // A runtime that does not come up with the new driver.
    const refusal = '/etc/systemd/system/containerd.service.d'
    const unit = '[Service]\nExecStartPre=/bin/sh -c "! grep -q \\"SystemdCgroup = true\\" /etc/containerd/config.toml"\n'
    await second.run('sh', '-ec', 'mkdir "$1"; printf %s "$2" > "$1/refuse.conf"; systemctl daemon-reload', 'sh', refusal, unit)

    await open(second, 'runtimes')
    await page.getByRole('button', { name: 'Change the cgroup driver of this node…' }).click()
    await page.getByRole('button', { name: 'Replace the node…' }).click()
    const dialog = page.getByRole('dialog', { name: `Replace the node ${nameOf(second)}?` })
    await dialog.getByRole('combobox', { name: 'Through' }).click()
    await page.getByRole('option', { name: nameOf(first) }).click()
    await expect(dialog.getByText('labels: tier=gpu')).toBeVisible({ timeout: 60_000 })
    await expect(dialog.getByText('taints: dedicated=gpu:PreferNoSchedule')).toBeVisible()
    await expect(dialog.getByText(`Nothing changes on ${names[0]} until replaced too.`)).toBeVisible()
    await expect(dialog.locator('.diff-line.added')).toContainText(['cgroupDriver: systemd', 'SystemdCgroup = true'])
    await expect(dialog.getByRole('checkbox', { name: /10-pod-network\.conflist/ })).toBeChecked()
    await stage.looks.shot('replace-dialog')
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await dialog.getByRole('textbox', { name: /^Type / }).fill(nameOf(second))
    await dialog.getByRole('button', { name: `Replace ${nameOf(second)}` }).click()
    const halted = await endOf(api, await jobOfPage(page))
    expect(halted).toMatchObject({ state: 'failed', error: { code: 'command-failed' }, left: [names[1]] })
    expect(halted.error?.facts['command']).toBe('systemctl start containerd.service')
    expect(await kubectl('get', 'nodes', '--output=name')).toBe(`node/${names[0]}`)

    await second.run('sh', '-ec', 'rm -r "$1"; systemctl daemon-reload', 'sh', refusal)
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect.poll(() => page.url()).not.toContain(halted.id)
    const killed = await jobOfPage(page)
    await untilStep(api, killed, 'start-kubelet')
    await stage.cove.kill9()
    await stage.end()
    await openCove(browser)
    expect(await endOf(api, killed)).toMatchObject({ state: 'interrupted', left: [names[1]] })
    expect(await api.kubeadm.tokens({ target: targetOf(first) })).toHaveLength(1)
    await open(second, 'runtimes')
    await expect(page.getByText(`The replacement of ${names[1]} is not finished`)).toBeVisible()
    await stage.looks.shot('replace-halted')
    await ended(() => page.getByRole('button', { name: 'Go on' }).click())

    expect(await kubectl('get', 'node', names[1], '--output=jsonpath={.metadata.uid}')).not.toBe(old)
    const node = await kubectl('get', 'node', names[1], '--output=jsonpath={.metadata.labels.tier} {.spec.taints} {.spec.unschedulable}')
    expect(node.trim()).toBe('gpu [{"effect":"PreferNoSchedule","key":"dedicated","value":"gpu"}]')
    const seen = await api.runtimes.look({ target: targetOf(second) })
    expect(seen.kubelet.effective).toBe('systemd')
    expect(seen.runtimes.find((one) => one.name === 'containerd')?.driver).toBe('systemd')
    expect(seen.pods).toMatchObject({ cgroupfs: 0, other: 0 })
    expect(await second.run('cat', '/var/lib/kubelet/config.yaml')).toContain('cgroupDriver: systemd')
    const on = `--overrides=${JSON.stringify({ spec: { nodeName: names[1] } })}`
    const image = 'registry.k8s.io/pause:3.10.1'
    await kubectl('run', 'after', `--image=${image}`, '--image-pull-policy=Never', on)
    await kubectl('wait', '--for=condition=Ready', 'pod/after', '--timeout=90s')
    await kubectl('delete', 'pod', 'after', '--now')
    expect(await api.replacements.list({ target: targetOf(second) })).toEqual([])
    expect(await api.kubeadm.tokens({ target: targetOf(first) })).toHaveLength(1)
  })

  /** The worker and what the cluster says to nodes, as kubeadm made them until 1.21. */
  async function toCgroupfs(): Promise<void> {
    const map = await kubectl('get', 'configmap', 'kubelet-config', '--namespace=kube-system', '--output=json')
    await first.run(
      'sh',
      '-ec',
      'printf %s "$1" | kubectl --kubeconfig=/etc/kubernetes/admin.conf replace --filename=-',
      'sh',
      map.replace('cgroupDriver: systemd', 'cgroupDriver: cgroupfs'),
    )
    const script = `systemctl stop kubelet containerd
      sed -i 's/SystemdCgroup = true/SystemdCgroup = false/' /etc/containerd/config.toml
      sed -i 's/cgroupDriver: systemd/cgroupDriver: cgroupfs/' /var/lib/kubelet/config.yaml; systemctl start containerd kubelet`
    await second.run('sh', '-ec', script)
    await kubectl('wait', '--for=condition=Ready', 'node', names[1], '--timeout=120s')
  }

  test('a reset names what goes, asks for the name, and leaves nothing', async () => {
    await open(second)
    await page.getByRole('button', { name: 'Reset…' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByRole('checkbox', { name: /10-pod-network\.conflist/ })).toBeChecked()
    await expect(dialog.getByRole('checkbox', { name: /iptables/ }).first()).toBeChecked()
    // What goes is more than the window has room for: its beginning and the field for the name are both in sight.
    await expect(dialog.getByRole('heading', { name: 'Goes' })).toBeInViewport({ ratio: 1 })
    await expect(dialog.getByRole('textbox')).toBeInViewport({ ratio: 1 })
    await expect(dialog.getByRole('textbox')).toBeFocused()
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await dialog.getByRole('combobox', { name: /^Drain and forget/ }).click()
    await page.getByRole('option', { name: nameOf(first) }).click()
    const button = dialog.getByRole('button', { name: `Reset ${nameOf(second)}` })
    await expect(button).toBeDisabled()
    await dialog.getByRole('textbox').fill(nameOf(second))
    await ended(() => button.click())
    expect(await remains(second)).toEqual([])
    expect(await kubectl('get', 'nodes', '--output=name')).toBe(`node/${names[0]}`)
  })

  test('a second control plane joins, answers for the cluster, and leaves it whole', async () => {
    test.setTimeout(420_000)
    await open(second)
    await page.getByRole('button', { name: 'Join…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Control plane' }).click()
    await page.getByRole('option', { name: nameOf(first) }).click()
    await dialog.getByRole('checkbox', { name: 'As a control plane too' }).click()
    await ended(() => dialog.getByRole('button', { name: 'Join', exact: true }).click())
    expect((await api.kubeadm.state({ target: targetOf(first) })).nodes?.map((one) => [one.name, one.controlPlane])).toEqual([
      [names[0], true],
      [names[1], true],
    ])
    expect((await kubectlOn(second)('get', '--raw=/readyz')).trim()).toBe('ok')

    // One of two is replaced through the other; that at whose address all find the API is not.
    const drain = { deleteEmptyDirData: true, force: false, timeoutSeconds: 60 }
    const choice = { target: targetOf(second), via: targetOf(first), driver: 'systemd' as const, drain }
    const refused = api.replacements
      .plan({ ...choice, target: choice.via, via: choice.target })
      .catch((error: unknown) => JSON.stringify(error))
    expect(await refused).toContain('endpoint-here')
    const plan = await api.replacements.plan(choice)
    expect(plan).toMatchObject({ node: names[1], controlPlane: true, refusal: null })
    const members = () => kubectl('get', 'pods', '--namespace=kube-system', '--selector=component=etcd', '--output=name')
    const named = plan.leftovers.filter(({ byReset }) => !byReset).map(({ id }) => id)
    await succeeds(api, api.replacements.start({ ...choice, leftovers: named }))
    expect((await kubectlOn(second)('get', '--raw=/readyz')).trim()).toBe('ok')
    expect((await members()).split('\n')).toEqual(names.map((name) => `pod/etcd-${name}`))
    const leftovers = (await api.kubeadm.leftovers({ target: targetOf(second) })).map(({ id }) => id)
    await succeeds(api, api.kubeadm.reset({ target: targetOf(second), leftovers, via: targetOf(first), context: true }))
    expect(await remains(second)).toEqual([])
    // The context leads to the cluster, which is still there.
    expect((await kubectl('get', '--raw=/readyz')).trim()).toBe('ok')
    expect(await kubectl('get', 'nodes', '--output=name')).toBe(`node/${names[0]}`)
    expect((await api.kubeconfig.list()).contexts).toHaveLength(1)
  })

  test('a reset of the last control plane takes its context along', async () => {
    const dialog = page.getByRole('dialog')
    // As kubeadm tells an ordinary user to make it; another has a configuration of some other cluster.
    const copy = '/home/ann/.kube/config'
    const script = `useradd --create-home ann; useradd --create-home bob
      mkdir /home/ann/.kube /home/bob/.kube; cp /etc/kubernetes/admin.conf ${copy}
      sed 's/certificate-authority-data: .*/certificate-authority-data: bm9uZQ==/' ${copy} > /home/bob/.kube/config; chown -R ann /home/ann/.kube`
    await first.run('sh', '-ec', script)
    await open(first)
    await page.getByRole('button', { name: 'Reset…' }).click()
    await expect(dialog.getByRole('checkbox', { name: /kubernetes-admin@/ })).toBeChecked()
    await expect(dialog.getByRole('checkbox', { name: new RegExp(copy) })).toBeChecked()
    // What kubeadm would leave is looked for first; until then nothing can be begun.
    await expect(dialog.getByRole('checkbox', { name: /10-pod-network\.conflist/ })).toBeChecked()
    await dialog.getByRole('textbox').fill(nameOf(first))
    await ended(() => dialog.getByRole('button', { name: `Reset ${nameOf(first)}` }).click())
    expect(await remains(first)).toEqual(['/home/bob/.kube/config'])
    expect((await api.kubeconfig.list()).contexts).toEqual([])
    expect((await api.kubeadm.state({ target: targetOf(first) })).kind).toBe('none')
  })
})
