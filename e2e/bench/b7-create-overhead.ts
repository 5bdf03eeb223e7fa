import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { during } from '../support/cleanup.ts'
import type { CoveClient } from '../support/client.ts'
import type { Machine } from '../support/cove.ts'
import { coveOn } from '../support/cove-on.ts'
import { removeCluster, removeMinikube } from '../support/engine.ts'
import { fiveClusters } from './five-clusters.ts'
import { alternate, type Result, ratioOf, side } from './measure.ts'
import { makeMinikubeMachine, minikubeVariables } from '../support/minikube.ts'
import { createBare, realGround } from './real.ts'

const [ours, bare] = ['bench-cove', 'bench-bare']

/**
 * B7: create through Cove ÷ bare `kind create cluster` with the same image. Both end at the same point: nodes ready and DNS available,
 * which a person without Cove waits for with `kubectl wait`. Second: the same of `minikube start`, which waits by itself for less.
 */
export const createOverhead = (): Promise<Result> =>
  during(async (onEnd) => {
    const ground = realGround()
    const variables = await minikubeVariables(ground)
    if ('missing' in variables) throw new Error(`needs ${variables.missing}`)
    const machine = await makeMinikubeMachine(ground, variables, ['kind', 'kubectl', 'minikube'])
    onEnd(machine.remove)
    return overheadOn(machine, onEnd, 'B7', 5)
  })

/** B7FIVE: the same on a machine that has five clusters of two providers already. */
export const createBesideFive = (): Promise<Result> =>
  during(async (onEnd) => {
    const { machine } = await fiveClusters(onEnd)
    return overheadOn(machine, onEnd, 'B7FIVE', 3)
  })

async function overheadOn(machine: Machine, onEnd: (undo: () => unknown) => void, id: string, runs: number): Promise<Result> {
  const ground = realGround()
  const { api, end } = await coveOn(machine)
  onEnd(end)
  const execute = (file: string, args: string[]) => execa(file, args, { env: machine.env, extendEnv: false, stdin: 'ignore' })
  const kind = await pair(onEnd, runs, {
    api,
    machine,
    create: { name: ours, image: ground.nodeImage },
    remove: removeCluster,
    byHand: async () => [`--kubeconfig=${await createBare(ground, machine, bare)}`],
  })
  const removeProfile = async (name: string) => {
    await execute('minikube', ['delete', '--profile', name])
    await removeMinikube(name)
  }
  const start = () => execute('minikube', ['start', '--profile', bare])
  // What its first start on a machine keeps for the next ones is neither side's.
  await start()
  await removeProfile(bare)
  const minikube = await pair(onEnd, runs, {
    api,
    machine,
    create: { name: ours, provider: 'minikube' },
    remove: removeProfile,
    byHand: async () => {
      await start()
      return [`--context=${bare}`]
    },
  })
  return {
    id,
    ratio: ratioOf(kind.a, kind.b),
    target: '<= 1.02',
    ...kind,
    runs,
    second: { ratio: ratioOf(minikube.a, minikube.b), target: '<= 1.02', ...minikube, runs },
  }
}

type Wish = {
  readonly api: CoveClient['api']
  readonly machine: Machine
  readonly create: Parameters<CoveClient['api']['clusters']['create']>[0]
  readonly remove: (name: string) => Promise<void>
  /** Makes `bare` without Cove; the flags with which kubectl reaches it. */
  readonly byHand: () => Promise<string[]>
}

async function pair(onEnd: (undo: () => unknown) => void, runs: number, { api, machine, create, remove, byHand }: Wish) {
  for (const name of [ours, bare]) onEnd(() => remove(name))
  const inTool: number[] = []
  const rest = async (name: string) => {
    await remove(name)
    await sleep(2000) // let the engine and the file system come to rest, for both alike
  }
  const throughCove = async () => {
    const start = performance.now()
    const { jobId } = await api.clusters.create(create)
    for await (const event of await api.jobs.watch({ id: jobId }))
      if (event.type === 'job' && event.job.state !== 'running') {
        if (event.job.state !== 'succeeded') throw new Error(`create ended ${event.job.state}: ${JSON.stringify(event.job.error)}`)
        break
      }
    const took = performance.now() - start
    const command = (await api.jobs.commands({ jobId })).find(({ argv }) => argv.includes('create') || argv.includes('start'))
    inTool.push(command?.durationMs ?? Number.NaN)
    await rest(ours)
    return took
  }
  const withoutCove = async () => {
    const start = performance.now()
    const flags = await byHand()
    const kubectl = (...args: string[]) => execa('kubectl', [...flags, ...args], { env: machine.env, extendEnv: false, stdin: 'ignore' })
    await kubectl('wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=120s')
    // Not until it is `Available`: with the one replica that minikube leaves, of which one may be missing, it always is.
    await kubectl('-n', 'kube-system', 'wait', '--for=jsonpath={.status.availableReplicas}', 'deployment/coredns', '--timeout=120s')
    const took = performance.now() - start
    await rest(bare)
    return took
  }
  const taken = await alternate(runs, throughCove, withoutCove)
  return {
    a: side('ms', taken.a, { what: 'clusters.create until the job succeeded', ofWhichTheTool: inTool.map(Math.round) }),
    b: side('ms', taken.b, { what: 'the tool itself, then kubectl wait for nodes and coredns' }),
  }
}
