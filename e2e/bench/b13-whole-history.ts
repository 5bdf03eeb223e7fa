import { setTimeout as sleep } from 'node:timers/promises'
import { during } from '../support/cleanup.ts'
import { samplePods } from '../support/log-cluster.ts'
import { everything, ledgerOf, openPinned, rowsOf, untilView } from '../support/log-views.ts'
import { logCluster } from './log-cluster.ts'
import { coveOn } from '../support/cove-on.ts'
import { kubectlRate } from './log-stage.ts'
import { alternate, type Result, ratioOf, side } from './measure.ts'

const runs = 5
const lines = 1_000_000
const writeLimitS = 180

/** B13: time to the last of 1,000,000 lines out of the node's own files ÷ `kubectl logs` of the same pod, whose log the kubelet does not turn over. */
export const wholeHistory = (): Promise<Result> =>
  during(async (onEnd) => {
    const cluster = await logCluster('500Mi')
    onEnd(cluster.end)
    const cove = await coveOn(cluster.machine)
    onEnd(cove.end)
    const { kubectl, image, machine } = cluster
    await kubectl(
      ['apply', '-f', '-'],
      samplePods(image, [{ name: 'million', app: 'million', args: ['log', '-shape', 'plain', '-rate', '0', '-count', String(lines)] }]),
    )
    await kubectl(['wait', '--for=condition=Ready', 'pod/million', '--timeout=90s'])
    const written = async () => (await kubectl(['logs', '--tail=1', 'million'])).includes(`n=${lines} `)
    for (let tries = 0; !(await written()); tries++) {
      if (tries === writeLimitS) throw new Error(`the pod did not write ${lines} lines in ${writeLimitS} s`)
      await sleep(1000)
    }
    const part = { kind: 'pod', namespace: 'default', pod: 'million', container: 'c0' } as const
    let checked = false
    const fromFiles = async () => {
      const viewId = await openPinned(cove.views, everything(cluster.context, [part], { tail: 1000 }))
      await untilView(cove.views, viewId, (state) => state.total >= 1000 && state.history.state === 'available')
      const start = performance.now()
      await cove.views.loadHistory({ viewId })
      const { history } = await untilView(cove.views, viewId, (state) => state.total >= lines && state.history.state !== 'loading', 300_000)
      const took = performance.now() - start
      if (history.state !== 'loaded') throw new Error(`the history was not loaded: ${JSON.stringify(history)}`)
      if (!checked) {
        const report = ledgerOf(await rowsOf(cove.views, viewId), 0, lines)
        if (report.shown !== lines || report.doubles > 0 || report.disorder > 0)
          throw new Error(`not the whole history: ${JSON.stringify(report)}`)
        checked = true
      }
      await cove.views.close({ viewId })
      return took
    }
    const taken = await alternate(runs, fromFiles, async () => (lines / (await kubectlRate(machine, 'million', lines))) * 1000)
    const a = side('ms', taken.a, {
      what: 'loadHistory of a view with the last 1,000 lines until it holds all 1,000,000, once each and in order',
    })
    const b = side('ms', taken.b, { what: 'kubectl logs | wc -l of the same pod' })
    return { id: 'B13', ratio: ratioOf(a, b), target: '<= 0.15', a, b, runs }
  })
