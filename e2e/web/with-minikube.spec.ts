import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { execa } from 'execa'
import { type CoveClient, connect, connectAs } from '../support/client.ts'
import { filesBelow, type Machine, startCove } from '../support/cove.ts'
import { cancelledAt, endOf, succeeds, untilStep } from '../support/jobs.ts'
import { largeImage, removeMinikube } from '../support/engine.ts'
import { samplePods } from '../support/log-cluster.ts'
import { everything, ledgerOf, openPinned, rowsOf, untilView } from '../support/log-views.ts'
import { expect, minikubeState, test } from '../support/minikube.ts'
import { processesWith } from '../support/processes.ts'

const name = 'cove-mk'
const mine = 'apiVersion: v1\nkind: Config\n# mine\ncontexts: [{name: mine, context: {cluster: c, user: u}}]\ncurrent-context: mine\n'

test.afterEach(() => removeMinikube(name))

type Api = CoveClient['api']
const find = async (api: Api) => {
  const cluster = (await api.clusters.refresh()).clusters.find((each) => each.name === name && each.provider === 'minikube')
  if (!cluster) throw new Error(`no cluster ${name}`)
  return cluster
}

/** Cove on a machine whose kubeconfig has a context of its own; `before`: what there is of minikube then. */
async function openOn(machine: Machine, page: Page | null = null) {
  await mkdir(join(machine.home, '.kube'))
  const kubeconfig = join(machine.home, '.kube/config')
  await writeFile(kubeconfig, mine)
  const before = await minikubeState(machine)
  const cove = await startCove(machine)
  return { kubeconfig, before, cove, ...(await (page === null ? connect(cove) : connectAs(page, cove))) }
}

test('a real minikube: made from a document, stopped, started, paused, resumed, its add-ons turned, grown, loaded into, shrunk, each after it was given up in the middle; reached through a tunnel and deleted, and nothing is left', async ({
  page,
  ground,
  minikubeMachine: machine,
}) => {
  test.setTimeout(720_000)
  const { kubeconfig, before, cove, api, close } = await openOn(machine, page)
  const kubectlWith = async (input: string, ...args: string[]) =>
    (await execa('kubectl', args, { env: machine.env, extendEnv: false, input })).stdout
  const kubectl = (...args: string[]) => kubectlWith('', ...args)
  try {
    expect((await api.clusters.refresh()).sources.find((each) => each.source === 'minikube')).toMatchObject({ state: 'ok', value: 0 })
    // Looking for clusters makes no minikube home.
    expect(await filesBelow(join(machine.home, '.minikube')).catch(() => [])).toEqual([])

    const document =
      'kind: MinikubeCluster\napiVersion: cove/v1alpha1\ndriver: docker\ncontainerRuntime: containerd\ncpus: 2\nmemory: 3000mb\n'
    const plan = await api.clusters.plan({ name, provider: 'minikube', document })
    expect(plan.problems).toEqual([])
    expect(plan.commands.at(-1)).toEqual(
      expect.arrayContaining(['--driver=docker', '--memory=3000mb', '--kubernetes-version=v1.34.4', '--nodes=1']),
    )
    const made = await succeeds(api, api.clusters.create({ name, provider: 'minikube', document }))
    expect(made.steps.filter((step) => step.state !== 'done' && step.state !== 'skipped')).toEqual([])
    const running = await find(api)
    expect(running).toMatchObject({
      state: 'running',
      driver: 'docker',
      runtime: 'containerd',
      version: 'v1.34.4',
      context: { name },
      currentContext: true,
    })
    const { id } = running
    expect(await kubectl('get', 'nodes', '--output=name')).toBe(`node/${name}`)
    expect(await readFile(kubeconfig, 'utf8')).toContain('# mine')

    const state = async () => [(await find(api)).state, ...(await find(api)).nodes.map((node) => node.state)]
    await cancelledAt(api, api.clusters.stop({ id }), 'stop-nodes')
    expect(await state()).toEqual(['running', 'running'])
    await succeeds(api, api.clusters.stop({ id }))
    await cancelledAt(api, api.clusters.start({ id }), 'prepare-kubernetes')
    expect(await state()).toEqual(['stopped', 'exited'])
    // The context stays with a cluster that is stopped, and leads to it again afterwards.
    expect(await find(api)).toMatchObject({ id, state: 'stopped', context: { name } })
    await succeeds(api, api.clusters.start({ id }))
    expect(await find(api)).toMatchObject({ id, state: 'running', context: { name } })
    await cancelledAt(api, api.clusters.pause({ id }), 'pause-nodes')
    expect(await state()).toEqual(['running', 'running'])
    await succeeds(api, api.clusters.pause({ id }))
    expect(await find(api)).toMatchObject({ id, state: 'paused', nodes: [{ state: 'paused' }] })
    await cancelledAt(api, api.clusters.unpause({ id }), 'unpause-nodes')
    expect(await state()).toEqual(['paused', 'paused'])
    await succeeds(api, api.clusters.unpause({ id }))
    await turnsAddOns(api, id, kubectl)
    // A node whose making is cancelled is taken away again, and the cluster runs on.
    const adding = await api.clusters.addNode({ id, role: 'worker' })
    await expect.poll(async () => (await find(api)).nodes.length, { timeout: 60_000 }).toBe(2)
    await api.jobs.cancel({ id: adding.jobId })
    expect(await endOf(api, adding.jobId)).toMatchObject({ state: 'cancelled', left: [] })
    expect(await find(api)).toMatchObject({ id, state: 'running', nodes: [{ name }] })
    await succeeds(api, api.clusters.addNode({ id, role: 'worker' }))
    expect((await find(api)).nodes.map((node) => [node.name, node.role, node.state])).toEqual([
      [name, 'control-plane', 'running'],
      [`${name}-m02`, 'worker', 'running'],
    ])
    await loadGivenUp(api, id, machine)
    await succeeds(api, api.clusters.loadImage({ id, image: ground.sampleImage }))
    const held = await api.clusters.images({ id })
    expect(JSON.stringify(held)).toContain(ground.sampleImage ?? '')
    await cancelledAt(api, api.clusters.removeNode({ id, node: `${name}-m02` }), 'remove-node')
    expect((await find(api)).nodes.map((node) => node.state)).toEqual(['running', 'running'])
    expect(await kubectl('get', 'nodes', '--output=jsonpath={.items[*].spec.unschedulable}')).toBe('')
    await succeeds(api, api.clusters.removeNode({ id, node: `${name}-m02` }))
    expect(await kubectl('get', 'nodes', '--output=name')).toBe(`node/${name}`)

    await kubectlWith(
      samplePods(ground.sampleImage ?? '', [
        { name: 'told', app: 'told', args: ['log', '-shape', 'plain', '-rate', '0', '-count', '500'] },
      ]),
      'apply',
      '--filename=-',
    )
    await readsLogs(api, { file: kubeconfig, name })
    await reachesThroughTunnel(page, `${cove.origin}/#/clusters/${encodeURIComponent(id)}?tab=services`, kubectl)

    expect((await api.clusters.belongings({ id })).map((one) => one.kind).sort()).toEqual([
      'container',
      'context',
      'file',
      'file',
      'network',
      'volume',
    ])
    // One that runs ends with its cluster.
    await api.tunnels.start({ id })
    await expect.poll(async () => (await api.tunnels.get({ id }))?.services, { timeout: 60_000 }).toEqual(['told'])
    expect(await routes()).toHaveLength(1)
    const deleted = await succeeds(api, api.clusters.delete({ id }))
    expect(deleted.steps[0]).toMatchObject({ id: 'end-tunnel', state: 'done' })
    expect([await tunnelProcesses(), await routes()]).toEqual(['', []])
    expect((await api.clusters.refresh()).clusters.filter((each) => each.name === name)).toEqual([])
    expect(await readFile(kubeconfig, 'utf8')).not.toContain(name)
    await nothingLeft(machine, before)
  } finally {
    close()
    await cove.stop()
  }
})

/** Turned off and on, each given up first while kubectl in the machine is at it: what is in the cluster stays as the add-on is said to be. */
async function turnsAddOns(api: Api, id: string, kubectl: (...args: string[]) => Promise<string>): Promise<void> {
  const addOn = 'storage-provisioner'
  // Of kubectl alone: minikube looks with others at the file before.
  const program = `-f /etc/kubernetes/addons/${addOn}.yaml`
  const isOn = async () => (await api.clusters.addOns({ id }))?.find((one) => one.name === addOn)?.enabled
  const pod = () =>
    kubectl(
      '--namespace=kube-system',
      'get',
      'pods',
      '--ignore-not-found',
      '--output=jsonpath={.status.phase}{.metadata.deletionTimestamp}',
      addOn,
    )
  const phase = (on: boolean) => (on ? 'Running' : '')
  expect([await isOn(), await pod()]).toEqual([true, 'Running'])
  for (const on of [false, true]) {
    await givenUp(api, api.clusters.setAddOn({ id, addOn, on }), 'add-on', program)
    expect([await isOn(), await processesWith(program)]).toEqual([!on, []])
    await expect.poll(pod, { timeout: 60_000 }).toBe(phase(!on))
    await succeeds(api, api.clusters.setAddOn({ id, addOn, on }))
    expect(await isOn()).toBe(on)
    await expect.poll(pod, { timeout: 60_000 }).toBe(phase(on))
  }
}

/** Given up while a machine imports it: of an image that takes its time nothing may come to be there afterwards either, and its file is gone. */
async function loadGivenUp(api: Api, id: string, machine: Machine): Promise<void> {
  const image = await largeImage(name, machine.home)
  const folder = '/var/lib/minikube/images'
  const inMachines = async (...args: string[]) =>
    (
      await Promise.all(
        [name, `${name}-m02`].map(async (node) => (await execa('docker', ['exec', node, ...args], { reject: false })).stdout),
      )
    ).join('\n')
  const held = async () => [await inMachines('ctr', '--namespace=k8s.io', 'leases', 'ls', '--quiet'), await inMachines('ls', folder)]
  const before = await held()
  try {
    await givenUp(api, api.clusters.loadImage({ id, image }), 'load-image', `images import ${folder}`)
  } finally {
    await execa('docker', ['rmi', image])
  }
  expect(await processesWith(`images import ${folder}`)).toEqual([])
  expect(await held()).toEqual(before)
  expect(await inMachines('ctr', '--namespace=k8s.io', 'images', 'ls', '--quiet')).not.toContain(image)
}

/** Cancelled while a program with this in its command line runs in a machine; the processes of machines are those of this one too. */
async function givenUp(api: Api, begun: Promise<{ jobId: string }>, step: 'add-on' | 'load-image', program: string): Promise<void> {
  const { jobId } = await begun
  await expect.poll(() => processesWith(program), { timeout: 90_000, intervals: [20] }).not.toEqual([])
  await cancelledAt(api, Promise.resolve({ jobId }), step)
}

const tunnelProcesses = async () => (await execa('pgrep', ['-af', '--', `tunnel --profile=${name}`], { reject: false })).stdout
/** Of this machine to the addresses of services. */
const routes = async () => (await execa('ip', ['-4', 'route'])).stdout.split('\n').filter((line) => line.startsWith('10.96.0.0/12 '))
/** The API of the cluster at its address among the services, which only a route leads to. */
const answers = async () => (await execa('curl', ['-sk', '--max-time', '3', 'https://10.96.0.1/version'], { reject: false })).stdout

/** A load balancer has no address; one click later it has that which kubectl prints, and this machine reaches it; another, and all is as before. */
async function reachesThroughTunnel(page: Page, link: string, kubectl: (...args: string[]) => Promise<string>): Promise<void> {
  const address = () => kubectl('get', 'service', 'told', '--output=jsonpath={.status.loadBalancer.ingress[0].ip}')
  await kubectl('create', 'service', 'loadbalancer', 'told', '--tcp=8080:80')
  expect([await address(), await routes(), await answers()]).toEqual(['', [], ''])
  await page.goto(link)
  const row = page.getByRole('row', { name: /told/ })
  await expect(row).toContainText('no address yet', { timeout: 30_000 })
  await expect(page.getByLabel('Command of the tunnel')).toHaveText(`minikube tunnel --profile=${name} --cleanup=true`)
  await page.getByRole('button', { name: 'Start the tunnel for told' }).click()
  await expect(page.getByText('serves told')).toBeVisible({ timeout: 60_000 })
  const given = await address()
  expect(given).toMatch(/^10\./)
  await expect(row).toContainText(`${given}:8080`, { timeout: 30_000 })
  expect(await routes()).toEqual([expect.stringContaining('10.96.0.0/12 via 192.168.')])
  expect(await answers()).toContain('"gitVersion": "v1.34.4"')
  await page.getByRole('button', { name: 'End tunnel' }).click()
  await expect(page.getByText(/^by you, /)).toBeVisible({ timeout: 30_000 })
  expect([await tunnelProcesses(), await routes(), await answers(), await address()]).toEqual(['', [], '', ''])
  await expect(row).toContainText('no address yet', { timeout: 30_000 })
}

/** The last lines of pod `told`, which are those of the API, then all before them from the node's file; a journal of the node. Both through the engine. */
async function readsLogs(api: Api, context: { file: string; name: string }): Promise<void> {
  const views = api.logs
  const container = { kind: 'pod', namespace: 'default', pod: 'told', container: 'c0' } as const
  const whole = await openPinned(views, everything(context, [container]))
  await untilView(views, whole, ({ total }) => total >= 500)
  await views.close({ viewId: whole })
  const told = await openPinned(views, everything(context, [container], { tail: 10 }))
  await untilView(views, told, ({ total, history }) => total >= 10 && history.state === 'available')
  await views.loadHistory({ viewId: told })
  await untilView(views, told, ({ history }) => history.state === 'loaded' || history.state === 'failed')
  const rows = await rowsOf(views, told)
  expect(ledgerOf(rows, 0, 500)).toMatchObject({ shown: 500, missing: [], doubles: 0, disorder: 0 })
  // Only the file says which stream a line was written to.
  expect(rows.find((row) => row.note === null)?.stream).toBe('stdout')
  const journal = await openPinned(views, everything(context, [{ kind: 'journal', node: name, unit: 'kubelet' }], { tail: 20 }))
  expect(await untilView(views, journal, ({ total }) => total >= 20)).toMatchObject({ sources: [{ kind: 'journal', error: null }] })
  for (const viewId of [told, journal]) await views.close({ viewId })
}

// One home for all: what minikube keeps there of images and certificates is made once, and is no cluster's. The network of a machine is there once the machine is.
const onTheWay = [
  ['start-machine', false],
  ['pull-base-image', false],
  ['create-machine', false],
  ['prepare-kubernetes', true],
  ['boot-control-plane', true],
  ['enable-add-ons', true],
  ['wait-nodes', true],
  ['add-context', true],
] as const
test(`a real minikube: cancel at ${onTheWay.map(([step]) => step).join(', ')} leaves no container, volume, network, bridge, route, profile, process or context`, async ({
  minikubeMachine: machine,
}) => {
  test.setTimeout(600_000)
  const { kubeconfig, before, cove, api, close } = await openOn(machine)
  try {
    for (const [step, hasNetwork] of onTheWay)
      await test.step(step, async () => {
        const begun = api.clusters.create({ name, provider: 'minikube' })
        const { jobId } = await begun
        // No context can be written while somebody else writes.
        if (step === 'add-context') {
          await untilStep(api, jobId, 'start-machine')
          await writeFile(`${kubeconfig}.lock`, '')
        }
        await untilStep(api, jobId, step)
        // What is looked for afterwards can be seen.
        if (hasNetwork) {
          const { bridges, routes } = await minikubeState(machine)
          expect([bridges.length, routes.length]).toEqual([before.bridges.length + 1, before.routes.length + 1])
        }
        await cancelledAt(api, begun, step)
        await nothingLeft(machine, before)
        expect(await readFile(kubeconfig, 'utf8')).toBe(mine)
      })
  } finally {
    close()
    await cove.stop()
  }
})

async function nothingLeft(machine: Machine, before: Awaited<ReturnType<typeof minikubeState>>): Promise<void> {
  expect(await minikubeState(machine)).toEqual(before)
  expect(await processesWith(`profile=${name}`)).toEqual([])
  expect(await filesBelow(join(machine.home, '.local/share/cove/tmp'))).toEqual([])
}
