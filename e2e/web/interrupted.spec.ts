import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { connect } from '../support/client.ts'
import { filesBelow, startCove } from '../support/cove.ts'
import { engineState, nodesOf, removeCluster } from '../support/engine.ts'
import { endOf, untilStep } from '../support/jobs.ts'
import { expect, test } from '../support/test.ts'

const name = 'cove-killed'
test.afterEach(() => removeCluster(name))

test('killed with -9 in the middle of a create, the next start ends it in one known state, and nothing stays', async ({
  ground,
  machine,
}) => {
  const engine = await engineState()
  const first = await startCove(machine)
  const before = await connect(first)
  const { jobId } = await before.api.clusters.create({ name, image: ground.nodeImage })
  await untilStep(before.api, jobId, 'start-control-plane')
  await first.kill9()
  before.close()
  expect(await nodesOf(name)).toEqual([`${name}-control-plane`])

  const second = await startCove(machine)
  const client = await connect(second)
  try {
    const job = await endOf(client.api, jobId)
    expect(['interrupted', 'succeeded']).toContain(job.state)
    const { clusters } = await client.api.clusters.refresh()
    const rows = clusters.filter((cluster) => cluster.name === name)
    if (job.state === 'succeeded') expect(rows).toMatchObject([{ state: 'running', context: { name: `kind-${name}` } }])
    else {
      expect(job.left).toEqual([])
      expect(rows).toEqual([])
      expect(await engineState()).toEqual(engine)
      expect(await readFile(join(machine.home, '.kube/config'), 'utf8').catch(() => '')).not.toContain(name)
    }
    expect(await filesBelow(join(machine.home, '.local/share/cove/tmp'))).toEqual([])
    // No child of the killed one works on.
    const running = await execa('pgrep', ['-f', `kind create cluster.*${name}`], { reject: false })
    expect(running.stdout).toBe('')
    expect(await client.api.jobs.list({})).toHaveLength(1)
  } finally {
    client.close()
    await second.stop()
  }
})
