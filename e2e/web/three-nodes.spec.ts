import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { inBothLanguages } from '../support/both-languages.ts'
import { nodesOf, removeCluster } from '../support/engine.ts'
import { freePort } from '../support/free-port.ts'
import { endOf, jobOfPage, succeeds } from '../support/jobs.ts'
import { goTo } from '../support/places.ts'
import { expect, test } from '../support/test.ts'

const name = 'cove-three'
const second = 'cove-second'
const ofTheseTwo = [`--filter=name=^${name}-`, `--filter=name=^${second}-`]
test.afterEach(() => removeCluster(name))

test('three nodes with a port mapping: what is served in the cluster answers on the port of this machine', async ({
  ground,
  machine,
  openCove,
  page,
}) => {
  test.skip(ground.sampleImage === null, 'needs the kit: its sample image serves HTTP without a registry')
  const cove = await openCove(machine)
  const port = await freePort()
  // Specs beside this one may have clusters on the engine: where the list is not empty, the form stands in a dialog.
  await goTo(page, cove.origin, '/clusters?create=true')
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('button', { name: 'More: nodes and ports' }).click()
  await page.getByRole('textbox', { name: 'Workers' }).fill('2')
  await page.getByRole('button', { name: 'Add port mapping' }).click()
  await page.getByRole('textbox', { name: 'Port of this machine' }).fill(String(port))
  await page.getByRole('textbox', { name: 'Port of the node' }).fill('30080')
  await page.getByRole('button', { name: new RegExp(`^Create (cluster|${name})$`) }).click()

  await expect(page).toHaveURL(/#\/clusters\/kind/, { timeout: 180_000 })
  expect(await nodesOf(name)).toHaveLength(3)
  for (const node of ['control-plane', 'worker', 'worker2'])
    await expect(page.getByRole('row', { name: new RegExp(`${name}-${node}\\b.*Ready`) })).toBeVisible()
  // As the designer says of kind's images: systemd for the kubelet and the runtime of every node.
  for (const node of await nodesOf(name)) {
    const { host, kubelet, runtimes } = await cove.api.runtimes.look({ target: `container:${node}` })
    const containerd = runtimes.find((one) => one.name === 'containerd')?.driver
    expect([node, host.recommended, kubelet.effective, containerd]).toEqual([node, 'systemd', 'systemd', 'systemd'])
  }

  const kubectl = (...args: string[]) => execa('kubectl', args, { env: machine.env, extendEnv: false, stdin: 'ignore' })
  expect((await kubectl('get', 'nodes', '--no-headers')).stdout.split('\n').filter((line) => / Ready /.test(line))).toHaveLength(3)
  const cluster = (await cove.api.clusters.list()).clusters.find((each) => each.name === name)
  await succeeds(cove.api, cove.api.clusters.loadImage({ id: cluster?.id ?? '', image: ground.sampleImage ?? '' }))
  await kubectl('run', 'web', `--image=${ground.sampleImage}`, '--labels=app=web', '--port=8080', '--', 'serve', '-port', '8080')
  await kubectl('create', 'service', 'nodeport', 'web', '--tcp=8080:8080', '--node-port=30080')
  await kubectl('wait', '--for=condition=Ready', 'pod/web', '--timeout=60s')
  await expect
    .poll(async () => (await fetch(`http://127.0.0.1:${port}/hello`).catch(() => null))?.status ?? 0, { timeout: 30_000 })
    .toBe(200)

  // All that kind gathers of every node, in a folder that the job names. The kit's nodes have no crictl, whose list of images is a part of it.
  if (ground.kind === 'kit')
    for (const node of await nodesOf(name))
      await execa('docker', ['exec', '--', node, 'sh', '-c', 'ln -s "$(command -v ctr)" /usr/local/bin/crictl'])
  await page.goto(`${cove.origin}/#/clusters`)
  await page.getByRole('button', { name: `More actions for ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Export logs' }).click()
  const exported = await succeeds(
    cove.api,
    jobOfPage(page).then((jobId) => ({ jobId })),
  )
  await expect(page.getByText(`The logs of ${name} are exported`)).toBeVisible()
  const folder = String(exported.result?.['directory'])
  expect((await readdir(folder)).sort()).toEqual(['docker-info.txt', 'kind-version.txt', ...(await nodesOf(name))].sort())
  for (const node of await nodesOf(name)) expect(await readFile(join(folder, node, 'kubelet.log'), 'utf8')).toContain('kubelet')
  expect(await readFile(join(folder, 'kind-version.txt'), 'utf8')).toContain('kind v0.33.0')

  // A second cluster on that port is refused before anything is made, and the container that holds it is named.
  const plan = await cove.api.clusters.plan({ name: second, ports: [{ hostPort: port, containerPort: 30080 }] })
  expect(plan.problems).toMatchObject([{ code: 'port-taken', facts: { port, holder: expect.stringContaining(`${name}-control-plane`) } }])
  // So is a second one of that name, in the dialog and where the dialog is gone around, and the first is left alone.
  const held = async () => (await execa('docker', ['ps', '--all', '--format={{.ID}} {{.Names}} {{.State}}', ...ofTheseTwo])).stdout
  const before = await held()
  expect(before.split('\n')).toHaveLength(3)
  await page.goto(`${cove.origin}/#/clusters?create=true`)
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await inBothLanguages(cove, page, 'name-taken')
  await expect(page.getByRole('dialog').getByRole('button', { name: `Create ${name}` })).toBeDisabled()
  expect((await cove.api.clusters.plan({ name })).problems).toMatchObject([{ code: 'name-taken', facts: { name } }])
  const again = await endOf(cove.api, (await cove.api.clusters.create({ name })).jobId)
  expect(again).toMatchObject({ state: 'failed', error: { code: 'name-taken', facts: { name } } })
  expect(await held()).toBe(before)

  // Started while somebody else listens there, it names the program.
  await succeeds(cove.api, cove.api.clusters.stop({ id: cluster?.id ?? '' }))
  const other = createServer().listen(port, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { jobId } = await cove.api.clusters.start({ id: cluster?.id ?? '' })
  expect(await endOf(cove.api, jobId)).toMatchObject({
    state: 'failed',
    error: { code: 'port-taken', facts: { port, holder: expect.stringContaining(`(pid ${process.pid})`), free: expect.any(Number) } },
  })
  await new Promise((resolve) => other.close(resolve))

  await succeeds(cove.api, cove.api.clusters.delete({ id: cluster?.id ?? '' }))
  expect(await nodesOf(name)).toEqual([])
  expect((await execa('kubectl', ['config', 'get-contexts', '-o', 'name'], { env: machine.env, extendEnv: false })).stdout).toBe('')
})
