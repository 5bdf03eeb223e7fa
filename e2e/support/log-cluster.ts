import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { made } from './cleanup.ts'
import { type Machine, makeMachine } from './cove.ts'
import { removeCluster } from './engine.ts'
import type { Ground } from './ground.ts'
import { programsOf } from './test.ts'

export type LogCluster = {
  readonly machine: Machine
  readonly context: { readonly file: string; readonly name: string }
  /** With the sample program. */
  readonly image: string
  readonly node: string
  /** Answers with what was printed. */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>
  readonly end: () => Promise<void>
}

/** A real cluster with the sample image, made by kind alone, and a machine whose current context it is. `kubelet`: fields of its configuration. */
export function makeLogCluster(
  ground: Exclude<Ground, { kind: 'none' }>,
  name: string,
  kubelet: Readonly<Record<string, string>>,
): Promise<LogCluster> {
  return made(async (onEnd) => {
    const image = ground.sampleImage
    if (image === null) throw new Error('needs the kit: no image with the sample program on this ground')
    const machine = await makeMachine({ programs: await programsOf(ground, ['kind', 'kubectl']) })
    onEnd(machine.remove)
    const run = async (program: string, args: readonly string[], input = '') =>
      (await execa(program, args, { env: machine.env, extendEnv: false, input })).stdout
    await removeCluster(name)
    onEnd(() => removeCluster(name))
    await mkdir(join(machine.home, '.kube'), { recursive: true })
    const file = join(machine.home, '.kube/config')
    await run(
      'kind',
      ['create', 'cluster', '--name', name, '--image', ground.nodeImage, '--kubeconfig', file, '--config=-'],
      kindConfig(kubelet),
    )
    await run('kind', ['load', 'docker-image', image, '--name', name])
    const kubectl = (args: readonly string[], input?: string) => run('kubectl', args, input)
    await kubectl(['wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=120s'])
    // A pod is refused until the namespace's default account is there.
    for (let tries = 0; !(await kubectl(['get', 'serviceaccounts', '-o', 'name'])).includes('default') && tries < 60; tries++)
      await sleep(500)
    return { machine, context: { file, name: `kind-${name}` }, image, node: `${name}-control-plane`, kubectl }
  })
}

const kindConfig = (kubelet: Readonly<Record<string, string>>) => `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
kubeadmConfigPatches:
  - |
    kind: KubeletConfiguration
${Object.entries(kubelet)
  .map(([field, value]) => `    ${field}: ${value}`)
  .join('\n')}
`

export type SamplePod = {
  readonly name: string
  readonly app: string
  /** Named c0, c1 …; default: one. */
  readonly containers?: number
  readonly args: readonly string[]
}

/** Manifest of pods that run the sample program, with `args` in each container. */
export const samplePods = (image: string, pods: readonly SamplePod[]) =>
  list(
    pods.map(({ name, app, ...pod }) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app } }, spec: specOf(image, pod) })),
  )

export const sampleDeployment = (image: string, replicas: number, { name, app, ...pod }: SamplePod) =>
  list([
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: { app } },
        template: { metadata: { labels: { app } }, spec: specOf(image, pod) },
      },
    },
  ])

const list = (items: readonly unknown[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })

const specOf = (image: string, { containers = 1, args }: Pick<SamplePod, 'containers' | 'args'>) => ({
  terminationGracePeriodSeconds: 1,
  containers: Array.from({ length: containers }, (_, at) => ({ name: `c${at}`, image, args })),
})
