import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { begun } from '../support/downloaded.ts'
import { podOf } from '../support/log-api.ts'
import { logRoute, paintedAt, podPart } from '../support/log-page.ts'
import { residentOf, usage } from '../support/processes.ts'
import { type LogStage, pageOn, processesOf, scriptedStage } from './log-stage.ts'
import { median, type Result, ratioOf, side } from './measure.ts'

const runs = 5
const million = 1_000_000
const sampleMs = 50

type Taken = {
  /** Bytes that were added at most while the file was saved: to the processes of the pages, to those of the browser itself, to core's. */
  readonly pages: number
  readonly own: number
  readonly core: number
  /** At most at one time: of the browser with its pages, and of all three. */
  readonly browser: number
  readonly all: number
  /** Bytes of the file. */
  readonly file: number
  readonly ms: number
}

/**
 * SAVE: resident memory that Chromium and its pages have more of at most while 1,000,000 lines with source and time are saved ÷ the bytes of the file. Second:
 * the same with core's, for 5,000,000 lines ÷ for 1,000,000; and where the file is packed.
 */
export async function saveMillion(): Promise<Result> {
  const pods = [podOf('m1', { kind: 'numbered', past: million }), podOf('m5', { kind: 'numbered', past: 5 * million })]
  const stage = await scriptedStage({ pods })
  try {
    const taken = { one: [] as Taken[], five: [] as Taken[], packed: [] as Taken[] }
    for (let run = 0; run < runs; run++) {
      taken.one.push(await save(stage, 'm1', million, false))
      taken.five.push(await save(stage, 'm5', 5 * million, false))
      taken.packed.push(await save(stage, 'm1', million, true))
    }
    const mega = (all: readonly Taken[], of: keyof Taken) => all.map((each) => each[of] / 1_000_000)
    const added = (all: readonly Taken[], of: 'browser' | 'all', what: string) =>
      side('MB', mega(all, of), {
        what,
        ofThePages: Math.round(median(mega(all, 'pages'))),
        ofTheBrowser: Math.round(median(mega(all, 'own'))),
        ofCore: Math.round(median(mega(all, 'core'))),
        file: Math.round(median(mega(all, 'file'))),
        seconds: median(all.map(({ ms }) => ms / 1000)),
      })
    const a = added(taken.one, 'browser', 'added resident memory of Chromium and its pages at most, while 1,000,000 lines are saved')
    const b = side('MB', mega(taken.one, 'file'), { what: 'the file' })
    const one = added(taken.one, 'all', 'the same with core')
    const five = added(taken.five, 'all', 'the same with core, for 5,000,000 lines')
    const packed = added(taken.packed, 'all', 'the same with core, packed')
    return {
      id: 'SAVE',
      ratio: ratioOf(a, b),
      target: '<= 0.2',
      a,
      b,
      runs,
      second: { ratio: ratioOf(five, one), target: '<= 1.3', a: five, b: one, packed },
    }
  } finally {
    await stage.end()
  }
}

async function save(stage: LogStage, pod: string, lines: number, gzip: boolean): Promise<Taken> {
  const cove = await pageOn(stage.machine)
  const { page, browser } = cove
  try {
    const route = logRoute({ context: stage.context, parts: podPart(pod), begin: 'all' })
    await page.evaluate((hash) => void (window.location.hash = hash), `#${route}`)
    await paintedAt(page, `n=${String(lines).padStart(8, '0')}`, 240_000)
    await page.getByRole('button', { name: 'Save lines to a file' }).click()
    if (gzip) await page.getByRole('dialog').getByRole('checkbox', { name: 'Packed (gzip)' }).click()
    await sleep(5000)
    const { pages, own } = await processesOf(browser)
    const resident = async () => ({ pages: await residentOf(pages), own: await residentOf(own), core: (await usage(cove.pid))[1] })
    const before = await resident()
    const most = { pages: 0, own: 0, core: 0, browser: 0, all: 0 }
    const watch = new AbortController()
    const watching = (async () => {
      while (!watch.signal.aborted) {
        const now = await resident()
        const more = { pages: now.pages - before.pages, own: now.own - before.own, core: now.core - before.core }
        most.pages = Math.max(most.pages, more.pages)
        most.own = Math.max(most.own, more.own)
        most.core = Math.max(most.core, more.core)
        most.browser = Math.max(most.browser, more.pages + more.own)
        most.all = Math.max(most.all, more.pages + more.own + more.core)
        await sleep(sampleMs)
      }
    })()
    const start = performance.now()
    const download = await begun(page, () => page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click())
    const path = await download.path()
    const ms = performance.now() - start
    watch.abort()
    await watching
    return { ...most, file: (await stat(path)).size, ms }
  } finally {
    await cove.end()
  }
}
