import { during } from '../support/cleanup.ts'
import { podOf } from '../support/log-api.ts'
import { everything, openPinned, untilView } from '../support/log-views.ts'
import { coveOn } from '../support/cove-on.ts'
import { kubectlRate, scriptedStage } from './log-stage.ts'
import { alternate, type Result, ratioOf, side } from './measure.ts'

const runs = 5
const lines = 1_000_000

/** B1: lines a second into the indexed store, from `open` to the state that counts the last line ÷ `kubectl logs | wc -l` of the same pod, both from the scripted API. */
export const logIngest = (): Promise<Result> =>
  during(async (onEnd) => {
    const stage = await scriptedStage({ pods: [podOf('million', { kind: 'numbered', past: lines })] })
    onEnd(stage.end)
    const cove = await coveOn(stage.machine)
    onEnd(cove.end)
    const part = { kind: 'pod', namespace: 'default', pod: 'million', container: 'million' } as const
    const ingest = async () => {
      const start = performance.now()
      const viewId = await openPinned(cove.views, everything(stage.context, [part]))
      await untilView(cove.views, viewId, (state) => state.total >= lines, 120_000)
      const seconds = (performance.now() - start) / 1000
      await cove.views.close({ viewId })
      return lines / seconds
    }
    // Once for each, so that the API has made its bytes and neither reads a cold file.
    await kubectlRate(stage.machine, 'million', lines)
    await ingest()
    const taken = await alternate(runs, ingest, () => kubectlRate(stage.machine, 'million', lines))
    const a = side('lines/s', taken.a, { what: 'open with all lines until the view counts 1,000,000, seen through the socket' })
    const b = side('lines/s', taken.b, { what: 'kubectl logs | wc -l of the same 1,000,000 lines of 120 bytes' })
    return { id: 'B1', ratio: ratioOf(a, b), target: '>= 0.80', a, b, runs }
  })
