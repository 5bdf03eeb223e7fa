import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { during } from '../support/cleanup.ts'
import { makeMachine } from '../support/cove.ts'
import { coveOn } from '../support/cove-on.ts'
import { engineState, removeCluster } from '../support/engine.ts'
import { succeeds } from '../support/jobs.ts'
import { family } from '../support/processes.ts'
import { type Result, side } from './measure.ts'
import { realGround, toolsOf } from './real.ts'

const rounds = Number(process.env['COVE_BENCH_ROUNDS'] ?? 20)
const name = 'bench-rounds'

/**
 * ROUNDS: a cluster made and deleted through Cove twenty times. `ratio`: how many things are there afterwards that were not before (containers, volumes,
 * networks and attachments, contexts, temporary files, processes of Cove); `a` and `b` hold the count after and before, and the seconds of each round.
 */
export const createDeleteRounds = (): Promise<Result> =>
  during(async (onEnd) => {
    const ground = realGround()
    const machine = await makeMachine({ programs: await toolsOf(ground) })
    onEnd(machine.remove)
    onEnd(() => removeCluster(name))
    const { api, pid, end } = await coveOn(machine)
    onEnd(end)
    await api.clusters.refresh()
    const look = async () => {
      const engine = Object.values(await engineState()).flat()
      const contexts = (await execa('kubectl', ['config', 'get-contexts', '-o', 'name'], { env: machine.env, extendEnv: false })).stdout
      const files = await readdir(join(machine.home, '.local/share/cove/tmp')).catch(() => [])
      return [
        ...engine,
        ...contexts.split('\n').filter(Boolean),
        ...files,
        ...(await family(pid)).map((_, index) => `process ${index + 1}`),
      ]
    }
    const before = await look()
    const seconds: number[] = []
    for (let round = 0; round < rounds; round++) {
      const start = performance.now()
      await succeeds(api, api.clusters.create({ name, image: ground.nodeImage }))
      const cluster = (await api.clusters.refresh()).clusters.find((each) => each.name === name)
      await succeeds(api, api.clusters.delete({ id: cluster?.id ?? '' }))
      seconds.push((performance.now() - start) / 1000)
    }
    const after = await look()
    const left = after.filter((each) => !before.includes(each))
    const a = side('things', [after.length], { left })
    const b = side('things', [before.length], { secondsOfEachRound: seconds.map((each) => Math.round(each * 10) / 10) })
    return { id: 'ROUNDS', ratio: left.length, target: '0', a, b, runs: rounds }
  })
