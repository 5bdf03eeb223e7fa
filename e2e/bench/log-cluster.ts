import { type LogCluster, makeLogCluster } from '../support/log-cluster.ts'
import type { LogStage } from './log-stage.ts'
import { realGround } from './real.ts'

/** The real cluster of the log benchmarks, whose kubelet turns logs over at `maxSize`. */
export async function logCluster(maxSize = '10Mi'): Promise<LogCluster & LogStage> {
  const cluster = await makeLogCluster(realGround(), 'bench-logs', { containerLogMaxSize: maxSize })
  return { ...cluster, start: () => Promise.resolve() }
}
