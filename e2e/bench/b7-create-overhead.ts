import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { during } from '../support/cleanup.ts'
import { connect } from '../support/client.ts'
import { makeMachine, startCove } from '../support/cove.ts'
import { removeCluster } from '../support/engine.ts'
import { alternate, type Result, ratioOf, side } from './measure.ts'
import { createBare, realGround, toolsOf } from './real.ts'

const runs = 5
const [ours, bare] = ['bench-cove', 'bench-bare']

/**
 * B7: create through Cove ÷ bare `kind create cluster` with the same image. Both end at the same point: nodes ready and DNS available,
 * which a person without Cove waits for with `kubectl wait`.
 */
export const createOverhead = (): Promise<Result> =>
  during(async (onEnd) => {
    const ground = realGround()
    const machine = await makeMachine({ programs: await toolsOf(ground) })
    onEnd(machine.remove)
    for (const name of [ours, bare]) onEnd(() => removeCluster(name))
    const cove = await startCove(machine)
    onEnd(cove.stop)
    const client = await connect(cove)
    onEnd(client.close)
    const inKind: number[] = []
    const remove = async (name: string) => {
      await removeCluster(name)
      await sleep(2000) // let the engine and the file system come to rest, for both alike
    }
    const throughCove = async () => {
      const start = performance.now()
      const { jobId } = await client.api.clusters.create({ name: ours, image: ground.nodeImage })
      for await (const event of await client.api.jobs.watch({ id: jobId }))
        if (event.type === 'job' && event.job.state !== 'running') {
          if (event.job.state !== 'succeeded') throw new Error(`create ended ${event.job.state}: ${JSON.stringify(event.job.error)}`)
          break
        }
      const took = performance.now() - start
      const command = (await client.api.jobs.commands({ jobId })).find(
        (each) => each.argv.includes('create') && each.argv.includes('cluster'),
      )
      inKind.push(command?.durationMs ?? Number.NaN)
      await remove(ours)
      return took
    }
    const byHand = async () => {
      const start = performance.now()
      const kubeconfig = await createBare(ground, machine, bare)
      const kubectl = (...args: string[]) =>
        execa('kubectl', [`--kubeconfig=${kubeconfig}`, ...args], { env: machine.env, extendEnv: false, stdin: 'ignore' })
      await kubectl('wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=120s')
      await kubectl('-n', 'kube-system', 'wait', '--for=condition=Available', 'deployment/coredns', '--timeout=120s')
      const took = performance.now() - start
      await remove(bare)
      return took
    }
    const taken = await alternate(runs, throughCove, byHand)
    const a = side('ms', taken.a, { what: 'clusters.create until the job succeeded', ofWhichKind: inKind.map(Math.round) })
    const b = side('ms', taken.b, { what: 'kind create cluster, then kubectl wait for nodes and coredns' })
    return { id: 'B7', ratio: ratioOf(a, b), target: '<= 1.02', a, b, runs }
  })
