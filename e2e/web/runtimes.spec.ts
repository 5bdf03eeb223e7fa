import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import type { Page } from '@playwright/test'
import { type BareHost, startBareHost } from '../support/bare-host.ts'
import { createStack } from '../support/cleanup.ts'
import type { CoveClient } from '../support/client.ts'
import { type Machine, makeMachine } from '../support/cove.ts'
import { endOf } from '../support/jobs.ts'
import { kubeadmDocument, kubeadmVersionOf, kubectlOn, podNetworkOf } from '../support/kubeadm.ts'
import { twoLooks } from '../support/looks.ts'
import { goTo } from '../support/places.ts'
import { openStage, type Stage } from '../support/stage.ts'
import { expect, programsOf, realGround, test } from '../support/test.ts'

const name = 'cove-host-runtimes'
const target = `container:${name}`
const config = '/etc/containerd/config.toml'
/** Where the runtime is told not to come up with the new driver. */
const refusal = '/etc/systemd/system/containerd.service.d'
/** As kubeadm wrote it until 1.21. */
const onCgroupfs = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
`

test.describe.configure({ mode: 'serial' })

test.describe('runtimes and cgroup drivers of a node', () => {
  let machine: Machine
  let stage: Stage
  let api: CoveClient['api']
  let page: Page
  let host: BareHost
  /** The same host through ssh. */
  let there: string
  let kubectl: ReturnType<typeof kubectlOn>
  const { onEnd, end } = createStack()

  const sh = (script: string, ...args: string[]) => host.run('sh', '-ec', script, 'sh', ...args)

  test.beforeAll(async ({ browser }) => {
    const chosen = realGround()
    // Where the image of a host with ssh is not there yet, it is made first.
    test.setTimeout(400_000)
    host = await startBareHost(chosen, { name, ssh: true })
    onEnd(host.end)
    kubectl = kubectlOn(host)
    const clusterIsUp = (async () => {
      await sh('sed -i "s/SystemdCgroup = true/SystemdCgroup = false/" "$1"; systemctl restart containerd', config)
      const document = kubeadmDocument(await kubeadmVersionOf(host), onCgroupfs)
      await sh('printf %s "$1" > /root/kubeadm.yaml; kubeadm init --config=/root/kubeadm.yaml', document)
      await sh('printf %s "$1" > /root/network.yaml', await podNetworkOf(host))
      await kubectl('apply', '--filename=/root/network.yaml')
      await kubectl('taint', 'nodes', '--all', 'node-role.kubernetes.io/control-plane-')
      await kubectl('wait', '--for=condition=Ready', 'node', '--all', '--timeout=180s')
    })()
    const coveIsUp = (async () => {
      machine = await makeMachine({ programs: { ...(await programsOf(chosen, ['kubectl'])), ssh: host.ssh?.program ?? '' } })
      onEnd(machine.remove)
      stage = await openStage(browser, machine, 'runtimes')
      onEnd(stage.end)
      api = stage.api
      page = stage.page
      there = (await api.targets.addSsh({ destination: host.ssh?.destination ?? '' })).id
    })()
    await Promise.all([clusterIsUp, coveIsUp])
  })

  test.afterAll(end)

  const drivers = async () => {
    const seen = await api.runtimes.look({ target })
    return { kubelet: seen.kubelet.effective, runtime: seen.runtimes.find((one) => one.name === 'containerd')?.driver, pods: seen.pods }
  }
  const open = (at = target) => goTo(page, stage.cove.origin, `/machine?tab=runtimes&target=${encodeURIComponent(at)}`)

  test('a node on cgroupfs is told, with what it runs; a change of the runtime alone is a mismatch that is found, and is undone', async () => {
    await open()
    const table = page.getByRole('grid', { name: 'Container runtimes' })
    await expect(table.getByRole('row', { name: /^containerd/ })).toContainText('/run/containerd/containerd.sock')
    await expect(table.getByRole('row').filter({ hasText: 'CRI-O' })).toContainText('not installed')
    await expect(page.getByText('kubelet and runtime use cgroupfs on a systemd host')).toBeVisible()
    await expect(page.getByText('They agree, but not with the host')).toBeVisible()
    await expect(page.getByText('unix:///var/run/containerd/containerd.sock: the only one that answers.')).toBeVisible()
    expect(await stage.looks.faults()).toEqual([])
    await stage.looks.shot('cgroupfs')

    // The Docker Engine of this machine, as it says of itself.
    const engine = (await api.runtimes.look({ target: 'local' })).runtimes.find((one) => one.name === 'docker')
    const { stdout: told } = await execa('docker', ['info', '--format={{.ServerVersion}} {{.CgroupDriver}}'])
    expect(`${engine?.version} ${engine?.driver}`).toBe(told)
    expect(engine).toMatchObject({ installed: 'yes', cri: { api: 'none' }, shim: { installed: 'no' } })

    const before = await host.run('cat', config)
    await table.getByRole('button', { name: 'Actions for containerd' }).click()
    await page.getByRole('menuitem', { name: 'Use systemd…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Use systemd as cgroup driver of containerd' })
    await expect(dialog.getByText(/With systemd in the runtime alone new pods fail/)).toBeVisible()
    await expect(dialog.locator('.diff-line.added')).toContainText('SystemdCgroup = true')
    expect(await dialog.locator('.diff-line.added, .diff-line.removed').count()).toBe(2)
    await stage.looks.shot('plan')
    await dialog.getByRole('button', { name: /^Apply/ }).click()
    await expect(dialog.getByText(/It is done on/)).toBeVisible({ timeout: 90_000 })
    await dialog.getByRole('button', { name: 'Close' }).click()

    await expect(page.getByText('kubelet and runtime use different cgroup drivers')).toBeVisible({ timeout: 90_000 })
    await expect(page.getByText('They do not agree')).toBeVisible()
    expect(await host.run('cat', config)).toBe(before.replace('SystemdCgroup = false', 'SystemdCgroup = true'))
    // A pod that is made now shows what the finding says.
    await kubectl('delete', 'pod', '--namespace=kube-system', '--selector=k8s-app=kube-dns', '--wait=false')
    await expect
      .poll(
        () =>
          kubectl(
            'get',
            'events',
            '--namespace=kube-system',
            '--field-selector=reason=FailedCreatePodSandBox',
            '-o=jsonpath={.items[*].message}',
          ),
        { timeout: 90_000 },
      )
      .toMatch(/cgroupsPath/)
    await stage.looks.shot('mismatch')

    const [record] = await api.hostChanges.records({ target })
    expect(await endOf(api, (await api.hostChanges.undo({ recordId: record?.id ?? '' })).jobId)).toMatchObject({
      state: 'succeeded',
    })
    expect(await host.run('cat', config)).toBe(before)
    await expect(page.getByText('They agree, but not with the host')).toBeVisible({ timeout: 90_000 })
  })

  test('mirrors and the sandbox image are plans too, each read back from containerd and undone', async () => {
    await open()
    await page.getByRole('button', { name: 'Actions for containerd' }).click()
    await page.getByRole('menuitem', { name: 'Mirrors…' }).click()
    const asked = page.getByRole('dialog', { name: 'Mirrors of a registry for containerd' })
    // What is wrong stands beside the fields.
    await asked.getByRole('textbox', { name: 'Registry' }).fill('no host')
    await asked.getByRole('textbox', { name: 'Addresses' }).fill('ftp://mirror')
    await expect(asked.getByText('is no https:// or http:// address')).toBeVisible()
    expect(await stage.looks.faults(twoLooks)).toEqual([])
    await page.keyboard.press('Escape')
    const before = await host.run('cat', config)
    const apply = async (change: Parameters<CoveClient['api']['runtimes']['propose']>[0]['change']) => {
      const { id } = await api.runtimes.propose({ target, change })
      expect(await endOf(api, (await api.hostChanges.apply({ planId: id })).jobId)).toMatchObject({ state: 'succeeded' })
    }
    await apply({ kind: 'mirrors', runtime: 'containerd', registry: 'docker.io', endpoints: ['https://mirror.cove.test'] })
    await apply({ kind: 'sandbox-image', runtime: 'containerd', image: 'registry.k8s.io/pause:3.9' })
    const seen = await api.runtimes.look({ target })
    expect(seen.runtimes.find((one) => one.name === 'containerd')).toMatchObject({
      sandboxImage: 'registry.k8s.io/pause:3.9',
      unit: { state: 'running' },
      restartNeeded: false,
      mirrors: [{ registry: 'docker.io', endpoints: ['https://mirror.cove.test'], file: '/etc/containerd/certs.d/docker.io/hosts.toml' }],
    })
    expect(seen.findings.map(({ id }) => id)).toContain('sandbox-differs')
    for (const record of (await api.hostChanges.records({ target })).filter((one) => one.undoneAt === null))
      expect(await endOf(api, (await api.hostChanges.undo({ recordId: record.id })).jobId)).toMatchObject({
        state: 'succeeded',
      })
    expect(await host.run('cat', config)).toBe(before)
    expect(await sh('ls /etc/containerd')).toBe('config.toml')
  })

  test('a migration through ssh that fails halts, says where, and is rolled back', async () => {
    test.setTimeout(360_000)
    // A runtime that does not come up with the new driver.
    await sh(
      'mkdir -p "$1"; printf "[Service]\\nExecStartPre=/bin/sh -c \\"! grep -q \\\\\\"SystemdCgroup = true\\\\\\" /etc/containerd/config.toml\\"\\n" > "$1/refuse.conf"; systemctl daemon-reload',
      refusal,
    )
    await open(there)
    await page.getByRole('button', { name: 'Change the cgroup driver of this node…' }).click()
    const dialog = page.getByRole('dialog', { name: `Change the cgroup driver of ${name}` })
    await expect(dialog.getByText('Replacing the node is safer')).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Replace the node…' })).toBeVisible()
    expect(await stage.looks.faults()).toEqual([])
    await stage.looks.shot('migrate')
    await dialog.getByRole('button', { name: `Change the driver of ${name}` }).click()
    await expect(dialog.getByText('systemctl start containerd.service failed')).toBeVisible({ timeout: 180_000 })
    await dialog.getByRole('button', { name: 'Close' }).click()
    await expect(page.getByText(`It stopped on ${name} (while services were started).`)).toBeVisible()
    await stage.looks.shot('halted')
    expect(await api.runtimes.migrate(specOf(there)).catch((error: unknown) => JSON.stringify(error))).toContain('migration-open')

    await page.getByRole('button', { name: 'Roll back' }).click()
    await expect(page.getByRole('dialog').getByText('The nodes and the cluster are as they were before.')).toBeVisible({ timeout: 180_000 })
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await expect(page.getByText('A change of the cgroup driver is not finished')).toBeHidden()
    expect(await drivers()).toMatchObject({ kubelet: 'cgroupfs', runtime: 'cgroupfs' })
    expect(await kubectl('get', 'configmap', 'kubelet-config', '--namespace=kube-system', '-o=yaml')).toContain('cgroupDriver: cgroupfs')
    expect(await kubectl('get', 'node', name, '-o=jsonpath={.spec.unschedulable}')).toBe('')
  })

  test('cgroupfs to systemd for real, through ssh and a context of this machine, resumed after the same failure: node ready, every container below the slices of systemd, the cluster told', async () => {
    test.setTimeout(360_000)
    // As somebody works on a machine elsewhere: the node through ssh, the cluster through a context.
    const [near, far] = await Promise.all([target, there].map((each) => api.runtimes.look({ target: each })))
    expect({ ...far, target, asOf: 0 }).toEqual({ ...near, asOf: 0 })
    const file = join(machine.home, '.kube', 'config')
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, await host.run('cat', '/etc/kubernetes/admin.conf'), { mode: 0o600 })
    const context = { file, name: 'kubernetes-admin@kubernetes' }
    await expect.poll(async () => (await api.kubeconfig.list()).contexts.map(({ name: each }) => each)).toContain(context.name)
    const spec = { ...specOf(there), kube: { through: 'context' as const, context } }
    const halted = await endOf(api, (await api.runtimes.migrate(spec)).jobId)
    expect(halted).toMatchObject({ state: 'failed' })
    await host.run('rm', '-r', refusal)
    await host.run('systemctl', 'daemon-reload')
    await open(there)
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect(
      page.getByRole('dialog').getByText('The nodes use the new driver, and all their containers are in its cgroups.'),
    ).toBeVisible({ timeout: 180_000 })
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    const now = await drivers()
    expect(now).toMatchObject({ kubelet: 'systemd', runtime: 'systemd', pods: { cgroupfs: 0, other: 0 } })
    expect(now.pods?.systemd).toBeGreaterThan(5)
    expect(await host.run('cat', '/var/lib/kubelet/config.yaml')).toContain('cgroupDriver: systemd')
    expect(await kubectl('get', 'configmap', 'kubelet-config', '--namespace=kube-system', '-o=yaml')).toContain('cgroupDriver: systemd')
    expect(await kubectl('get', 'node', name, '-o=jsonpath={.spec.unschedulable}')).toBe('')
    await expect(page.getByText('They agree', { exact: true })).toBeVisible()
    expect(await api.runtimes.migrations({ target: there })).toEqual([])
    await stage.looks.shot('systemd')
  })

  const specOf = (node: string) => ({
    nodes: [node],
    driver: 'systemd' as const,
    kube: { through: 'target' as const, target: node },
    drain: { deleteEmptyDirData: false, force: false, timeoutSeconds: 60 },
  })
})
