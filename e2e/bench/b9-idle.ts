import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { during } from '../support/cleanup.ts'
import { coveOn } from '../support/cove-on.ts'
import { fiveClusters } from './five-clusters.ts'
import { type Result, ratioOf, side } from './measure.ts'
import { family, usage, wakeUps } from '../support/processes.ts'

const minutes = Number(process.env['COVE_BENCH_IDLE_MINUTES'] ?? 10)
const pollSeconds = 10

/**
 * B9: CPU of Cove and its children while it watches five clusters and nobody does anything, ÷ what a plain poll of the same list
 * (`docker ps`, each 10 s, a modest pace) would cost. Second: growth of resident memory over that time, and wake-ups of all its threads in a minute.
 */
export const idle = (): Promise<Result> =>
  during(async (onEnd) => {
    const { machine, names } = await fiveClusters(onEnd)
    const cove = await coveOn(machine)
    onEnd(cove.end)
    const watching = new AbortController()
    const watched = (async () => {
      for await (const snapshot of await cove.api.clusters.watch(undefined, { signal: watching.signal })) void snapshot
    })().catch(() => undefined)
    await sleep(60_000) // let start-up's work settle
    const [cpuBefore, memoryBefore] = await usage(cove.pid)
    const wokenBefore = await wakeUps(cove.pid)
    const children = new Set<string>()
    const end = Date.now() + minutes * 60_000
    const memory: number[] = []
    while (Date.now() < end) {
      await sleep(1000)
      for (const each of await family(cove.pid)) children.add(each)
      memory.push((await usage(cove.pid))[1])
    }
    const [cpuAfter] = await usage(cove.pid)
    const wakeUpsPerMinute = Math.round(((await wakeUps(cove.pid)) - wokenBefore) / minutes)
    const poll = await pollCost()
    watching.abort()
    // Its end is told over the socket that is closed next.
    await watched
    const polls = (minutes * 60) / pollSeconds
    const a = side('CPU s', [cpuAfter - cpuBefore], { minutes, clusters: names.length, processesSeen: children.size })
    const b = side('CPU s', [poll * polls], { polls, cpuSecondsPerPoll: poll, what: 'docker ps -a --filter label' })
    const last = memory.slice(-10).reduce((sum, each) => sum + each, 0) / Math.min(10, memory.length)
    const growth = Math.round((last / memoryBefore - 1) * 10_000) / 100
    return {
      id: 'B9',
      ratio: ratioOf(a, b),
      target: '<= 1.2',
      a,
      b,
      runs: 1,
      second: { rssGrowthPercent: growth, target: '<= 2 %', rssBytes: [memoryBefore, Math.round(last)], wakeUpsPerMinute },
    }
  })

/** CPU seconds of one poll, by the shell's own account over fifty of them. */
async function pollCost(): Promise<number> {
  const count = 50
  const script = `for i in $(seq ${count}); do docker ps -a --no-trunc --filter label=io.x-k8s.kind.cluster --format '{{json .}}' >/dev/null; done; times`
  const { stdout } = await execa('bash', ['-c', script])
  const seconds =
    stdout
      .split('\n')[1]
      ?.split(' ')
      .map((each) => Number(each.split('m')[0]) * 60 + Number(each.split('m')[1]?.replace('s', ''))) ?? []
  return seconds.reduce((sum, each) => sum + each, 0) / count
}
