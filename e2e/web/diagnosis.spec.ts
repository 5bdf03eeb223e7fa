import { createServer } from 'node:net'
import { once } from 'node:events'
import { execa } from 'execa'
import type { Job } from '../../src/shared/contract/jobs.ts'
import type { CoveClient } from '../support/client.ts'
import { engineState, removeCluster } from '../support/engine.ts'
import { endOf, succeeds, untilStep } from '../support/jobs.ts'
import { savedText } from '../support/saved-text.ts'
import { expect, test } from '../support/test.ts'

const name = 'cove-cause'
test.afterEach(() => removeCluster(name))

const document = (more: string) => `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n${more}`

/** Follows a job until something is found, while it still runs. */
async function untilFound(api: CoveClient['api'], id: string): Promise<Job> {
  for await (const event of await api.jobs.watch({ id })) {
    if (event.type !== 'snapshot' && event.type !== 'job') continue
    if (event.job.findings.length > 0) return event.job
    if (event.job.finishedAt !== null)
      throw new Error(`the job ended ${event.job.state} before anything was found: ${JSON.stringify(event.job.error)}`)
  }
  throw new Error('the stream of the job ended')
}

test('a port that is taken and an image that cannot be fetched are named, with what to do', async ({ ground, machine, openCove, page }) => {
  const cove = await openCove(machine)
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  try {
    const { jobId } = await cove.api.clusters.create({ name, image: ground.nodeImage, ports: [{ hostPort: port, containerPort: 80 }] })
    const job = await endOf(cove.api, jobId)
    expect(job.findings[0]).toMatchObject({
      cause: 'port-taken',
      sure: 'sure',
      action: 'use-free-port',
      facts: { port, free: expect.any(Number) },
    })
    await page.goto(`${cove.origin}/#/jobs/${jobId}`)
    await expect(page.getByRole('alert')).toContainText(`Port ${port} of this machine is taken`)
  } finally {
    server.close()
  }
  const absent = await cove.api.clusters.create({ name, image: 'registry.test/kindest/node:v1.34.4' })
  const job = await endOf(cove.api, absent.jobId)
  expect(job.error).toMatchObject({ code: 'registry-unreachable', facts: { registry: 'registry.test' } })
  expect(job.findings[0]?.evidence[0]?.text).toContain('registry.test')
})

test('a node that is killed in the middle of a create is the cause, seen before it is removed; the report says it all without secrets', async ({
  ground,
  machine,
  openCove,
  page,
}) => {
  const before = await engineState()
  const cove = await openCove(machine)
  const { jobId } = await cove.api.clusters.create({ name, image: ground.nodeImage })
  await page.goto(`${cove.origin}/#/jobs/${jobId}`)
  await untilStep(cove.api, jobId, 'start-control-plane')
  await execa('docker', ['kill', `${name}-control-plane`])
  const job = await endOf(cove.api, jobId)
  expect(job).toMatchObject({
    state: 'failed',
    left: [],
    error: { code: 'node-killed', facts: { node: `${name}-control-plane`, exitCode: 137 } },
  })
  expect(await engineState()).toEqual(before)

  const panel = page.getByRole('alert')
  await expect(panel).toContainText(`${name}-control-plane stopped in the middle`)
  await expect(panel).toContainText('Nothing is left')
  await panel.getByText('What shows it').click()
  await expect(panel).toContainText('event kill, signal 9')

  await page.getByRole('button', { name: 'Collect a report…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('region', { name: 'Text of the report' })).toContainText('node-killed')
  const text = await savedText(page, () => dialog.getByRole('button', { name: 'Save as a file' }).click())
  expect(text).toContain('create cluster')
  expect(text).toContain(`${name}-control-plane`)
  expect(text).not.toContain(machine.home)
  expect(text).not.toMatch(/PRIVATE KEY|-data: [A-Za-z0-9+/=]{20}/)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('a kubelet that cannot run is found while the create waits for it', async ({ ground, machine, openCove, page }) => {
  const cove = await openCove(machine)
  const broken = document(
    'kubeadmConfigPatches:\n- |\n  kind: InitConfiguration\n  nodeRegistration:\n    kubeletExtraArgs:\n      no-such-flag: "1"\n',
  )
  const { jobId } = await cove.api.clusters.create({ name, image: ground.nodeImage, document: broken })
  await page.goto(`${cove.origin}/#/jobs/${jobId}`)
  const job = await untilFound(cove.api, jobId)
  expect(job.findings[0]).toMatchObject({
    cause: 'kubelet-unhealthy',
    level: 'warning',
    sure: 'sure',
    facts: { node: `${name}-control-plane`, reason: 'failed to parse kubelet flag: unknown flag: --no-such-flag' },
  })
  await expect(page.getByText(/“Start control plane” takes much longer than usual/)).toBeVisible()
  await expect(page.getByRole('region', { name: 'What may hold it up' })).toContainText(
    'The kubelet of cove-cause-control-plane does not run',
  )
  expect((await cove.api.jobs.cancel({ id: jobId })).state).toBe('cancelled')
})

test('two cgroup drivers in one node are found while the create waits for it', async ({ ground, machine, openCove }) => {
  test.skip(ground.kind !== 'kit', 'needs the kit: whether a runtime names its own driver depends on the node image')
  const cove = await openCove(machine)
  const mixed = document('kubeadmConfigPatches:\n- |\n  kind: KubeletConfiguration\n  cgroupDriver: cgroupfs\n')
  const { jobId } = await cove.api.clusters.create({ name, image: ground.nodeImage, document: mixed })
  const job = await untilFound(cove.api, jobId)
  expect(job.findings[0]).toMatchObject({ cause: 'cgroup-driver-mismatch', facts: { kubelet: 'cgroupfs', runtime: 'systemd' } })
  expect((await cove.api.jobs.cancel({ id: jobId })).state).toBe('cancelled')
})

test('a cluster without a pod network that is started again says why its nodes do not become ready', async ({
  ground,
  machine,
  openCove,
}) => {
  const cove = await openCove(machine)
  const bare = document('networking:\n  disableDefaultCNI: true\n')
  await succeeds(cove.api, cove.api.clusters.create({ name, image: ground.nodeImage, document: bare }))
  const id = (await cove.api.clusters.refresh()).clusters.find((each) => each.name === name)?.id ?? ''
  await succeeds(cove.api, cove.api.clusters.stop({ id }))
  const { jobId } = await cove.api.clusters.start({ id })
  const job = await untilFound(cove.api, jobId)
  expect(job.findings[0]).toMatchObject({ cause: 'cni-missing', facts: { node: `${name}-control-plane` } })
  expect((await cove.api.jobs.cancel({ id: jobId })).state).toBe('cancelled')
})
