import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { makeMachine } from '../support/cove.ts'
import { removeCluster } from '../support/engine.ts'
import type { LogStage } from './log-stage.ts'
import { createBare, realGround, toolsOf } from './real.ts'

const name = 'bench-logs'

export type LogCluster = LogStage & {
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>
  readonly image: string
}

/** A real cluster with the sample image, whose kubelet turns logs over at `maxSize`, and a machine whose current context it is. */
export async function logCluster(maxSize = '10Mi'): Promise<LogCluster> {
  const ground = realGround()
  const image = ground.sampleImage
  if (image === null) throw new Error('needs the kit: no image with the sample program on this ground')
  const machine = await makeMachine({ programs: await toolsOf(ground) })
  const inMachine = { env: machine.env, extendEnv: false } as const
  const end = async () => {
    await removeCluster(name)
    await machine.remove()
  }
  try {
    await removeCluster(name)
    const made = await createBare(ground, machine, name, kindConfig(maxSize))
    const file = join(machine.home, '.kube/config')
    await mkdir(join(machine.home, '.kube'), { recursive: true })
    await rename(made, file)
    await execa('kind', ['load', 'docker-image', image, '--name', name], { ...inMachine, stdin: 'ignore' })
    const kubectl = async (args: readonly string[], input = '') => (await execa('kubectl', args, { ...inMachine, input })).stdout
    await kubectl(['wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=120s'])
    await untilAccount(kubectl)
    return { machine, context: { file, name: `kind-${name}` }, start: () => Promise.resolve(), end, kubectl, image }
  } catch (error) {
    await end()
    throw error
  }
}

const kindConfig = (maxSize: string) => `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
kubeadmConfigPatches:
  - |
    kind: KubeletConfiguration
    containerLogMaxSize: ${maxSize}
`

/** A pod is refused until the namespace's default account is there. */
async function untilAccount(kubectl: LogCluster['kubectl']): Promise<void> {
  for (let tries = 0; ; tries++)
    try {
      await kubectl(['get', 'serviceaccount', 'default'])
      return
    } catch (error) {
      if (tries > 60) throw error
      await new Promise((next) => setTimeout(next, 500))
    }
}

export type SamplePod = { readonly name: string; readonly app: string; readonly containers: number; readonly args: readonly string[] }

/** Manifest of pods that run the sample program, in each container with these arguments. */
export function samplePods(image: string, pods: readonly SamplePod[]): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: pods.map(({ name: pod, app, containers, args }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: pod, labels: { app } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: Array.from({ length: containers }, (_, at) => ({ name: `c${at}`, image, args: ['log', '-shape', 'plain', ...args] })),
      },
    })),
  })
}
