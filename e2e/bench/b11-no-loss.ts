import { during, type OnEnd } from '../support/cleanup.ts'
import { sumOf } from '../support/log-api/numbered-line.ts'
import type { Phase, ScriptedPod } from '../support/log-api/script.ts'
import { podOf } from '../support/log-api.ts'
import { type SamplePod, samplePods } from '../support/log-cluster.ts'
import { everything, ledgerOf, type LedgerReport, openPinned, rowsOf, untilView } from '../support/log-views.ts'
import { logCluster } from './log-cluster.ts'
import { coveOn, type RunningCove } from '../support/cove-on.ts'
import { scriptedStage } from './log-stage.ts'
import { type Result, side } from './measure.ts'

const before = 500

/** B11: lines shown ÷ lines sent, doubles, order errors; each way of sending with the scripted API, and on a real cluster. */
export async function noLoss(): Promise<Result> {
  const all = [...(await during(scripted)), ...(await during(real))]
  const wrong = all.filter((each) => each.wrong !== undefined)
  if (wrong.length > 0) throw new Error(`lines that are not what was sent: ${JSON.stringify(wrong)}`)
  const sum = (pick: (each: Told) => number) => all.reduce((total, each) => total + pick(each), 0)
  const a = side('lines', [sum((each) => each.shown)], {
    what: 'different lines in the rows of the view',
    doubles: sum((each) => each.doubles),
    orderErrors: sum((each) => each.disorder),
  })
  const b = side('lines', [sum((each) => each.sent)], { what: 'lines that were written' })
  return { id: 'B11', ratio: a.median / b.median, target: '1.000, 0 doubles, 0 order errors', a, b, runs: all.length, second: all }
}

type Told = Omit<LedgerReport, 'missing' | 'again'> & {
  readonly what: string
  readonly missing?: readonly number[]
  readonly wrong?: number
  readonly notes?: Record<string, number>
}

async function scripted(onEnd: OnEnd): Promise<Told[]> {
  const phase = (lines: number, perSecond: number): Phase[] => [{ lines, perSecond }]
  const live = (name: string, phases: Phase[], more = {}): ScriptedPod => podOf(name, { kind: 'numbered', past: before, phases }, more)
  const ways: { what: string; app: string; pods: ScriptedPod[] }[] = [
    { what: '100/s', app: 'hundred', pods: [live('hundred', phase(1500, 100))] },
    { what: '1,000/s', app: 'thousand', pods: [live('thousand', phase(15_000, 1000))] },
    { what: 'burst of 20,000/s', app: 'burst', pods: [live('burst', [...phase(500, 100), ...phase(60_000, 20_000), ...phase(500, 100)])] },
    { what: '90 streams', app: 'many', pods: Array.from({ length: 90 }, (_, at) => live(`many-${at}`, phase(150, 10))) },
    { what: 'clean EOF every 5 s', app: 'ends', pods: [live('ends', phase(16_000, 1000), { cut: { everyMs: 5000, how: 'end' } })] },
    { what: 'reset every 5 s', app: 'resets', pods: [live('resets', phase(16_000, 1000), { cut: { everyMs: 5000, how: 'reset' } })] },
  ]
  const stage = await scriptedStage({ pods: ways.flatMap((way) => way.pods) })
  onEnd(stage.end)
  const cove = await coveOn(stage.machine)
  onEnd(cove.end)
  const seeds = new Map(ways.flatMap((way) => way.pods).map((pod, at) => [pod.name, at]))
  const open = await Promise.all(
    ways.map(async (way) => ({ ...way, viewId: await openPinned(cove.views, everything(stage.context, [selector(way.app)])) })),
  )
  for (const { viewId, pods } of open) await untilView(cove.views, viewId, (state) => state.total >= before * pods.length)
  await stage.start()
  const told: Told[] = []
  for (const { what, viewId, pods } of open) {
    const sent = pods.map((pod) => lengthOf(pod))
    told.push(
      await toldOf(
        cove,
        `scripted API, ${what}`,
        viewId,
        pods.map((pod, at) => [pod.name, sent[at] ?? 0] as const),
        (name, n) => sumOf(seeds.get(name) ?? 0, n),
      ),
    )
  }
  return told
}

const lengthOf = ({ containers: [container] }: ScriptedPod) =>
  container?.log.kind === 'numbered' ? container.log.past + (container.log.phases ?? []).reduce((sum, each) => sum + each.lines, 0) : 0

async function real(onEnd: OnEnd): Promise<Told[]> {
  const cluster = await logCluster()
  onEnd(cluster.end)
  const cove = await coveOn(cluster.machine)
  onEnd(cove.end)
  const pod = (
    name: string,
    app: string,
    containers: number,
    rate: number,
    count: number,
  ): SamplePod & { count: number; containers: number } => ({
    name,
    app,
    containers,
    count,
    args: ['log', '-shape', 'plain', '-rate', String(rate), '-count', String(count)],
  })
  const ways = [
    { what: '100/s', app: 'hundred', pods: [pod('hundred', 'hundred', 1, 100, 1500)] },
    { what: '1,000/s', app: 'thousand', pods: [pod('thousand', 'thousand', 1, 1000, 15_000)] },
    { what: 'burst of 20,000/s', app: 'burst', pods: [pod('burst', 'burst', 1, 20_000, 60_000)] },
    { what: '90 streams', app: 'many', pods: Array.from({ length: 9 }, (_, at) => pod(`many-${at}`, 'many', 10, 10, 300)) },
  ]
  const told: Told[] = []
  for (const { what, app, pods } of ways) {
    const viewId = await openPinned(cove.views, everything(cluster.context, [selector(app)]))
    await cluster.kubectl(['apply', '-f', '-'], samplePods(cluster.image, pods))
    const sent = pods.flatMap((each) => Array.from({ length: each.containers }, (_, at) => [`${each.name}/c${at}`, each.count] as const))
    told.push(await toldOf(cove, `real cluster, ${what}`, viewId, sent, null))
  }
  return told
}

const selector = (app: string) => ({ kind: 'selector', namespace: 'default', selector: `app=${app}`, container: null }) as const

/** Waits until the view counts what was sent, or gives up after two minutes: what is missing then is missing. */
async function toldOf(
  { views }: RunningCove,
  what: string,
  viewId: string,
  sent: readonly (readonly [string, number])[],
  sum: ((name: string, n: number) => number) | null,
): Promise<Told> {
  const wanted = sent.reduce((total, [, count]) => total + count, 0)
  const enough = ({ sources }: { sources: readonly { lines: number }[] }) =>
    sources.reduce((total, each) => total + each.lines, 0) >= wanted
  await untilView(views, viewId, enough, 120_000).catch((error: unknown) => console.error(what, error))
  await new Promise((next) => setTimeout(next, 1000)) // a double would come now
  const { sources } = await untilView(views, viewId, () => true)
  const rows = await rowsOf(views, viewId)
  const reports = sent.map(([name, count]) => {
    const source = sources.find((each) => each.pod === name || `${each.pod}/${each.container}` === name)
    return ledgerOf(rows, source?.index ?? -1, count)
  })
  const wrong = rows.filter((row) => {
    const [, n, carried] = /\bn=(\d+) c=([0-9a-f]{8})/.exec(row.text) ?? []
    return (
      sum !== null &&
      n !== undefined &&
      Number.parseInt(carried ?? '', 16) !== sum(sources.find((each) => each.index === row.source)?.pod ?? '', Number(n))
    )
  }).length
  const notes: Record<string, number> = {}
  for (const { note } of rows) if (note) notes[note.type] = (notes[note.type] ?? 0) + 1
  await views.close({ viewId })
  const total = (pick: (report: LedgerReport) => number) => reports.reduce((all, each) => all + pick(each), 0)
  const missing = reports.flatMap((each) => each.missing).slice(0, 10)
  return {
    what,
    shown: total((each) => each.shown),
    sent: wanted,
    doubles: total((each) => each.doubles),
    disorder: total((each) => each.disorder),
    ...(missing.length > 0 ? { missing } : {}),
    ...(wrong > 0 ? { wrong } : {}),
    ...(Object.keys(notes).length > 0 ? { notes } : {}),
  }
}
