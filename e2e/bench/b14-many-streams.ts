import { setTimeout as sleep } from 'node:timers/promises'
import { during } from '../support/cleanup.ts'
import { podOf } from '../support/log-api.ts'
import { samplePods } from '../support/log-cluster.ts'
import { everything, openPinned, untilView } from '../support/log-views.ts'
import { logCluster } from './log-cluster.ts'
import { coveOn } from '../support/cove-on.ts'
import { type LogStage, scriptedStage } from './log-stage.ts'
import { type Result, ratioOf, side } from './measure.ts'
import { family, usage } from '../support/processes.ts'

const runs = 5

/** B14: resident memory that core and its children have more of while 90 containers are followed ÷ while one is, on a real cluster; second: with the scripted API. */
export async function manyStreams(): Promise<Result> {
  const one = { kind: 'numbered', past: 100, phases: [{ lines: 100_000, perSecond: 2 }] } as const
  const local = await during(async (onEnd) => {
    const scripted = await scriptedStage({
      pods: [podOf('single', one), ...Array.from({ length: 90 }, (_, at) => podOf(`many-${at}`, one))],
    })
    onEnd(scripted.end)
    await scripted.start()
    return measure(scripted)
  })
  return during(async (onEnd) => {
    const cluster = await logCluster()
    onEnd(cluster.end)
    const args = ['log', '-shape', 'plain', '-rate', '2']
    const many = Array.from({ length: 9 }, (_, at) => ({ name: `many-${at}`, app: 'many', containers: 10, args }))
    await cluster.kubectl(['apply', '-f', '-'], samplePods(cluster.image, [{ name: 'single', app: 'single', args }, ...many]))
    await cluster.kubectl(['wait', '--for=condition=Ready', 'pods', '--all', '--timeout=180s'])
    const real = await measure(cluster)
    return {
      id: 'B14',
      ratio: ratioOf(real.a, real.b),
      target: '<= 3',
      ...real,
      runs,
      second: { where: 'scripted API', ratio: ratioOf(local.a, local.b), target: '<= 3', ...local },
    }
  })
}

async function measure(stage: LogStage) {
  const added = { single: [] as number[], many: [] as number[] }
  const children = { single: 0, many: 0 }
  for (let run = 0; run < runs; run++)
    for (const app of ['single', 'many'] as const) {
      const cove = await coveOn(stage.machine)
      try {
        await sleep(3000)
        const before = (await usage(cove.pid))[1]
        const part = { kind: 'selector', namespace: 'default', selector: `app=${app}`, container: null } as const
        const viewId = await openPinned(cove.views, everything(stage.context, [part], { tail: 10 }))
        const wanted = app === 'many' ? 90 : 1
        await untilView(
          cove.views,
          viewId,
          ({ sources }) => sources.filter((each) => each.state === 'following' && each.lines > 0).length === wanted,
        )
        const watching = new AbortController()
        const watched = (async () => {
          for await (const state of await cove.views.watch({ viewId }, { signal: watching.signal })) void state
        })().catch(() => undefined)
        await sleep(5000)
        added[app].push(((await usage(cove.pid))[1] - before) / 1_000_000)
        children[app] = Math.max(children[app], (await family(cove.pid)).length - 1)
        watching.abort()
        await watched
        await sleep(200) // the word that nobody watches goes out before the socket closes
      } finally {
        await cove.end()
      }
    }
  const what = 'added resident memory of core and its children, five seconds after all lines flow, with'
  return {
    a: side('MB', added.many, { what: `${what} 90 containers`, childProcesses: children.many }),
    b: side('MB', added.single, { what: `${what} 1 container`, childProcesses: children.single }),
  }
}
