import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobStep } from '../../src/shared/contract/jobs.ts'
import { connect } from '../support/client.ts'
import { type Machine, filesBelow, startCove } from '../support/cove.ts'
import { engineState, removeCluster } from '../support/engine.ts'
import { untilStep } from '../support/jobs.ts'
import { stepOf } from '../support/journey.ts'
import { expect, test } from '../support/test.ts'

const name = 'cove-cancel'
const before = 'apiVersion: v1\nkind: Config\n# mine\ncontexts: [{name: mine, context: {cluster: c, user: u}}]\ncurrent-context: mine\n'

test.afterEach(() => removeCluster(name))

async function cancelled(machine: Machine, image: string, step: JobStep['id'], { workers = 0, controlPlanes = 1 } = {}) {
  await mkdir(join(machine.home, '.kube'))
  const kubeconfig = join(machine.home, '.kube/config')
  await writeFile(kubeconfig, before)
  const engine = await engineState()
  const cove = await startCove(machine)
  const client = await connect(cove)
  try {
    const { jobId } = await client.api.clusters.create({ name, image, workers, controlPlanes })
    await untilStep(client.api, jobId, step)
    await client.api.jobs.cancel({ id: jobId })
    const job = await client.api.jobs.get({ id: jobId })
    expect(job).toMatchObject({ state: 'cancelled', left: [], error: null })
    // Some steps take less time than to hear of them; the next one is as far as it may have come.
    const at = job.steps.findIndex((each) => each.id === step)
    expect([at, at + 1]).toContain(job.steps.findIndex((each) => each.state === 'cancelled'))
    // Said by Cove; now seen by us.
    expect(await engineState()).toEqual(engine)
    expect(await readFile(kubeconfig, 'utf8')).toBe(before)
    expect(await filesBelow(join(machine.home, '.local/share/cove/tmp'))).toEqual([])
    expect((await filesBelow(join(machine.home, '.kube'))).filter((file) => file !== 'config')).toEqual([])
    const commands = await client.api.jobs.commands({ jobId })
    expect(commands.filter((command) => command.state === 'running')).toEqual([])
    return job
  } finally {
    client.close()
    await cove.stop()
  }
}

for (const step of ['download-kubectl', 'download-kind'] as const)
  test(`cancel at ${step} on an empty machine leaves nothing, no half of a tool either`, async ({ ground, emptyMachine }) => {
    const job = await cancelled(emptyMachine, ground.nodeImage, step)
    expect(job.steps.find((each) => each.id === step)?.state).not.toBe('skipped')
    expect((await filesBelow(join(emptyMachine.home, '.local/share/cove/bin'))).filter((file) => /part|tmp/.test(file))).toEqual([])
  })

const onTheWay = [
  'check-machine',
  'prepare-nodes',
  'write-configuration',
  'start-control-plane',
  'install-cni',
  'install-storage',
  'join-workers',
  'wait-nodes',
  'wait-dns',
] as const
for (const step of onTheWay)
  test(`cancel at ${step} leaves no container, network attachment, kubeconfig entry or temporary file`, async ({ ground, machine }) => {
    const job = await cancelled(machine, ground.nodeImage, step, step === 'join-workers' ? { workers: 1 } : {})
    expect(job.steps.find((each) => each.id === 'clean-up')?.state).toBe('done')
  })

test('cancel while the second of several control planes joins leaves nothing, nor of the balancer', async ({ ground, machine }) => {
  test.skip(ground.sampleImage === null, 'needs the kit: its balancer stands in for an image that is pulled otherwise')
  const job = await cancelled(machine, ground.nodeImage, 'join-control-planes', { controlPlanes: 2 })
  expect(job.undo.join()).toContain('external-load-balancer')
})

test('cancelled by hand: said before what goes, said after that nothing is left', async ({ machine, openCove, page }) => {
  const engine = await engineState()
  await openCove(machine)
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('button', { name: 'Create cluster' }).click()
  await expect(stepOf(page, 'Start control plane')).toHaveAttribute('aria-current', 'step', { timeout: 60_000 })
  await page.getByRole('button', { name: 'Cancel and clean up' }).click()
  const question = page.getByRole('dialog')
  await expect(question).toContainText(`${name}-control-plane`)
  await expect(question).toContainText(`context kind-${name}`)
  await question.getByRole('button', { name: 'Cancel and clean up' }).click()
  await expect(page.getByText(/Nothing is left \(checked .*: .*cove-cancel-control-plane/)).toBeVisible({ timeout: 60_000 })
  await expect(stepOf(page, 'Clean up')).toContainText('done')
  expect(await engineState()).toEqual(engine)
})
