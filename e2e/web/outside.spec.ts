import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { makeMachine } from '../support/cove.ts'
import { removeCluster } from '../support/engine.ts'
import { succeeds } from '../support/jobs.ts'
import { expect, programsOf, test } from '../support/test.ts'

const name = 'cove-outside'
test.afterEach(() => removeCluster(name))

test('a cluster deleted behind Cove’s back disappears, and nothing storms', async ({ ground, openCove, page }) => {
  const { kubectl = '', kind = '' } = await programsOf(ground, ['kubectl', 'kind'])
  const machine = await makeMachine({ programs: { kind } })
  const calls = join(machine.home, 'calls')
  await writeFile(join(machine.home, 'programs/kubectl'), `#!/bin/sh\necho "$*" >>'${calls}'\nexec '${kubectl}' "$@"\n`, { mode: 0o755 })
  const asked = async () => (await readFile(calls, 'utf8').catch(() => '')).split('\n').filter(Boolean).length
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  try {
    const cove = await openCove(machine)
    await succeeds(cove.api, cove.api.clusters.create({ name, image: ground.nodeImage }))
    // The pods of the cluster are being watched when it goes.
    await page.getByRole('link', { name, exact: true }).click()
    await page.getByRole('tab', { name: 'Pods' }).click()
    await expect(page.getByRole('row', { name: /coredns/ }).first()).toBeVisible()

    await execa('kind', ['delete', 'cluster', '--name', name], { env: machine.env, extendEnv: false })
    await expect(page.getByText(`The cluster ${name} is gone`)).toBeVisible()
    await page.getByRole('link', { name: 'Clusters' }).first().click()
    await expect(page.getByRole('heading', { name: 'No clusters yet' })).toBeVisible()

    const before = await asked()
    await sleep(5000)
    expect((await asked()) - before).toBeLessThanOrEqual(2)
    expect(complaints).toEqual([])
    await expect(page.getByRole('alert')).toHaveCount(0)
  } finally {
    await machine.remove()
  }
})

test('an engine that stops greys what was known and says so; started again it comes back by itself', async ({
  ground,
  machine,
  openCove,
  page,
}) => {
  test.skip(ground.kind !== 'kit', 'needs the kit: the engine of somebody’s machine is not ours to stop')
  const cove = await openCove(machine)
  await succeeds(cove.api, cove.api.clusters.create({ name, image: ground.nodeImage }))
  await expect(page.getByRole('row').filter({ hasText: name })).toContainText('Running')
  const up = resolve(import.meta.dirname, '../real-cluster/up')
  try {
    await execa('pkill', ['-TERM', '-x', 'dockerd'])
    await expect.poll(async () => (await execa('pgrep', ['-x', 'dockerd'], { reject: false })).exitCode, { timeout: 30_000 }).toBe(1)
    await expect(page.getByRole('row').filter({ hasText: name })).toContainText('Unknown')
    await expect(page.getByText('The container engine does not run').first()).toBeVisible()
  } finally {
    await execa('bash', [up], { stdin: 'ignore' })
  }
  const { stdout } = await execa('docker', ['inspect', '--format', '{{.State.Running}}', `${name}-control-plane`])
  await expect(page.getByRole('row').filter({ hasText: name })).toContainText(stdout === 'true' ? 'Running' : 'Stopped', {
    timeout: 30_000,
  })
  await expect(page.getByRole('alert')).toHaveCount(0)
  // What was stopped can be deleted.
  const cluster = (await cove.api.clusters.list()).clusters.find((each) => each.name === name)
  await succeeds(cove.api, cove.api.clusters.delete({ id: cluster?.id ?? '' }))
})
