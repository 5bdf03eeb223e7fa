import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { connect } from '../support/client.ts'
import { makeMachine, startCove } from '../support/cove.ts'
import { removeCluster } from '../support/engine.ts'
import { type Result, ratioOf, side } from './measure.ts'
import { createBare, realGround, toolsOf } from './real.ts'

const minutes = Number(process.env['COVE_BENCH_IDLE_MINUTES'] ?? 10)
const clusters = ['bench-a', 'bench-b', 'bench-c', 'bench-d', 'bench-e']
const pollSeconds = 10

/**
 * B9: CPU of Cove and its children while it watches five clusters and nobody does anything, ÷ what a plain poll of the same list
 * (`docker ps`, each 10 s, a modest pace) would cost. Second: growth of resident memory over that time.
 */
export async function idle(): Promise<Result> {
  const ground = realGround()
  const machine = await makeMachine({ programs: await toolsOf(ground) })
  try {
    for (const name of clusters) await createBare(ground, machine, name)
    const cove = await startCove(machine)
    const client = await connect(cove)
    const watching = new AbortController()
    void (async () => {
      for await (const snapshot of await client.api.clusters.watch(undefined, { signal: watching.signal })) void snapshot
    })().catch(() => undefined)
    await sleep(60_000) // let start-up's work settle
    const [cpuBefore, memoryBefore] = await usage(cove.pid)
    const children = new Set<string>()
    const end = Date.now() + minutes * 60_000
    const memory: number[] = []
    while (Date.now() < end) {
      await sleep(1000)
      for (const each of await family(cove.pid)) children.add(each)
      memory.push((await usage(cove.pid))[1])
    }
    const [cpuAfter] = await usage(cove.pid)
    const poll = await pollCost()
    watching.abort()
    client.close()
    await cove.stop()
    const polls = (minutes * 60) / pollSeconds
    const a = side('CPU s', [cpuAfter - cpuBefore], { minutes, clusters: clusters.length, processesSeen: children.size })
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
      second: { rssGrowthPercent: growth, target: '<= 2 %', rssBytes: [memoryBefore, Math.round(last)] },
    }
  } finally {
    for (const name of clusters) await removeCluster(name)
    await machine.remove()
  }
}

/** CPU seconds (own and of children that ended) and resident bytes of a process and its living descendants. */
async function usage(pid: number): Promise<[number, number]> {
  let cpu = 0
  let memory = 0
  for (const each of await family(pid)) {
    const stat = (await readFile(`/proc/${each}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ')
    if (!stat) continue
    // proc(5): utime, stime, cutime, cstime are fields 14–17, rss is field 24 in pages; after the name these are 11–14 and 21.
    cpu += [11, 12, 13, 14].reduce((sum, field) => sum + Number(stat[field]), 0) / 100
    memory += Number(stat[21]) * 4096
  }
  return [cpu, memory]
}

async function family(pid: number): Promise<string[]> {
  const parents = new Map<string, string>()
  for (const each of await readdir('/proc')) {
    if (!/^\d+$/.test(each)) continue
    const parent = (await readFile(`/proc/${each}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ')[1]
    if (parent) parents.set(each, parent)
  }
  const found = [String(pid)]
  for (const each of found) for (const [child, parent] of parents) if (parent === each) found.push(child)
  return found
}

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
