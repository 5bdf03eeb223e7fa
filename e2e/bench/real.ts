import { join } from 'node:path'
import { execa } from 'execa'
import type { Machine } from '../support/cove.ts'
import { type Ground, ground } from '../support/ground.ts'
import { programsOf } from '../support/test.ts'

export type RealGround = Exclude<Ground, { kind: 'none' }>

/** The ground of this run; a benchmark without one ends with the reason. */
export function realGround(): RealGround {
  const chosen = ground()
  if (chosen.kind === 'none') throw new Error(`needs a real cluster: ${chosen.reason}`)
  return chosen
}

export const toolsOf = (chosen: RealGround) => programsOf(chosen, ['kind', 'kubectl'])

/** `kind create cluster` without Cove, into a kubeconfig of its own. Answers with its path. */
export async function createBare(chosen: RealGround, machine: Machine, name: string): Promise<string> {
  const kubeconfig = join(machine.home, `${name}.kubeconfig`)
  await execa('kind', ['create', 'cluster', '--name', name, '--image', chosen.nodeImage, '--kubeconfig', kubeconfig], {
    env: machine.env,
    extendEnv: false,
    stdin: 'ignore',
  })
  return kubeconfig
}
