import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobStep } from '../../src/shared/contract/jobs.ts'
import { execa } from 'execa'
import { connect } from '../support/client.ts'
import { type Machine, filesBelow, startCove } from '../support/cove.ts'
import { engineState, removeCluster } from '../support/engine.ts'
import { freePort } from '../support/free-port.ts'
import { untilStep } from '../support/jobs.ts'
import { stepOf } from '../support/journey.ts'
import { family, processesWith } from '../support/processes.ts'
import { expect, test } from '../support/test.ts'

const name = 'cove-cancel'
const before = 'apiVersion: v1\nkind: Config\n# mine\ncontexts: [{name: mine, context: {cluster: c, user: u}}]\ncurrent-context: mine\n'

const registry = `${name}-registry`

test.afterEach(async () => {
  await removeCluster(name)
  await execa('docker', ['rm', '--force', '--volumes', registry], { reject: false })
})

type Wish = {
  readonly workers?: number
  readonly controlPlanes?: number
  readonly document?: string
  /** kubectl's lock is held once the machine was checked, so that no context can be written: https://github.com/kubernetes/client-go/blob/v0.34.0/tools/clientcmd/loader.go */
  readonly locked?: boolean
}

async function cancelled(machine: Machine, image: string, step: JobStep['id'], wish: Wish = {}) {
  const { workers = 0, controlPlanes = 1, document = null, locked = false } = wish
  await mkdir(join(machine.home, '.kube'))
  const kubeconfig = join(machine.home, '.kube/config')
  await writeFile(kubeconfig, before)
  const engine = await engineState()
  const cove = await startCove(machine)
  const client = await connect(cove)
  try {
    const { jobId } = await client.api.clusters.create({ name, image, workers, controlPlanes, document })
    if (locked) {
      await untilStep(client.api, jobId, 'prepare-nodes')
      await writeFile(`${kubeconfig}.lock`, '')
    }
    await untilStep(client.api, jobId, step)
    await client.api.jobs.cancel({ id: jobId })
    const job = await client.api.jobs.get({ id: jobId })
    expect(job).toMatchObject({ state: 'cancelled', left: [], error: null })
    // Some steps take less time than to hear of them; the next one is as far as it may have come.
    const at = job.steps.findIndex((each) => each.id === step)
    expect([at, at + 1]).toContain(job.steps.findIndex((each) => each.state === 'cancelled'))
    // Said by Cove; now seen by us.
    await withoutRegistry()
    expect(await engineState()).toEqual(engine)
    expect(await readFile(kubeconfig, 'utf8')).toBe(before)
    expect(await filesBelow(join(machine.home, '.local/share/cove/tmp'))).toEqual([])
    const own = locked ? ['config', 'config.lock'] : ['config']
    expect(await filesBelow(join(machine.home, '.kube'))).toEqual(own)
    const commands = await client.api.jobs.commands({ jobId })
    expect(commands.filter((command) => command.state === 'running')).toEqual([])
    // Cove asks its tools for the list at any time, so that nothing runs is looked for until it is so.
    await expect.poll(() => processesWith(name), { timeout: 20_000 }).toEqual([])
    await expect.poll(() => childrenOf(cove.pid), { timeout: 20_000 }).toEqual([])
    return job
  } finally {
    client.close()
    await cove.stop()
  }
}

/** The registry is of all clusters and stays, whole; taken away, so that the rest can be compared. */
async function withoutRegistry(): Promise<void> {
  const { stdout } = await execa('docker', ['ps', '--all', `--filter=name=^${registry}$`, '--format={{.State}}'])
  expect(['', 'running']).toContain(stdout)
  if (stdout !== '') await execa('docker', ['rm', '--force', '--volumes', registry])
}

/** Command lines of what runs under a Cove besides the one that follows the engine for as long as Cove runs. */
async function childrenOf(pid: number): Promise<string[]> {
  const all = (await family(pid))
    .slice(1)
    .map(async (each) => (await readFile(`/proc/${each}/cmdline`, 'utf8').catch(() => '')).split('\0'))
  return (await Promise.all(all)).flatMap((args) => (args[0] === '' || args[1] === 'events' ? [] : [args.join(' ').trim()])).sort()
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

// Without a network kind does not wait for nodes, and what Cove does around it begins the sooner.
const bare = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnetworking: {disableDefaultCNI: true}\n'
for (const step of ['set-up-registry', 'load-images', 'apply-manifests'] as const)
  test(`cancel at ${step}, which Cove does itself around a cluster that answers, takes the cluster away and leaves a whole registry or none`, async ({
    ground,
    machine,
  }) => {
    test.skip(ground.sampleImage === null, 'needs the kit: its registry and its sample stand in for images that are pulled otherwise')
    await execa(join(import.meta.dirname, '../real-cluster/registry/up'), { stdin: 'ignore' })
    const manifest = join(machine.home, 'mine.yaml')
    await writeFile(manifest, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine}\n')
    const extras = { registry: { name: registry, port: await freePort() }, images: [ground.sampleImage], manifests: [manifest] }
    const mirrors = { 'docker.io': [`http://${registry}:5000`] }
    const document = `${bare}---\n${JSON.stringify({ kind: 'ClusterExtras', apiVersion: 'cove/v1alpha1', ...extras, mirrors })}`
    const job = await cancelled(machine, ground.nodeImage, step, { document })
    expect(job.steps.find((each) => each.id === 'start-control-plane')?.state).toBe('done')
  })

test('cancel while the context waits for whoever writes the kubeconfig takes the cluster away and leaves the file to them', async ({
  ground,
  machine,
}) => {
  const job = await cancelled(machine, ground.nodeImage, 'add-context', { document: bare, locked: true })
  expect(job.steps.find((each) => each.id === 'add-context')?.state).toBe('cancelled')
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
