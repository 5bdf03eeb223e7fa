import { execa } from 'execa'
import type { Machine } from '../support/cove.ts'
import { removeCluster, removeMinikube } from '../support/engine.ts'
import { makeMinikubeMachine, minikubeVariables } from '../support/minikube.ts'
import { createBare, realGround } from './real.ts'

const ofKind = ['bench-a', 'bench-b', 'bench-c', 'bench-d']
const ofMinikube = 'bench-mk'

/** A machine with two providers and five clusters, made by the tools themselves: four of kind and one of minikube. */
export async function fiveClusters(onEnd: (undo: () => unknown) => void): Promise<{ machine: Machine; names: readonly string[] }> {
  const ground = realGround()
  const variables = await minikubeVariables(ground)
  if ('missing' in variables) throw new Error(`needs ${variables.missing}`)
  const machine = await makeMinikubeMachine(ground, variables, ['kind', 'kubectl', 'minikube'])
  onEnd(machine.remove)
  for (const name of ofKind) {
    onEnd(() => removeCluster(name))
    await createBare(ground, machine, name)
  }
  onEnd(() => removeMinikube(ofMinikube))
  await execa('minikube', ['start', '--profile', ofMinikube], { env: machine.env, extendEnv: false, stdin: 'ignore' })
  return { machine, names: [...ofKind, ofMinikube] }
}
