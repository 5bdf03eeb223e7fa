import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { begun } from '../support/downloaded.ts'
import { podOf } from '../support/log-api.ts'
import { logRoute, paintedAt, podPart } from '../support/log-page.ts'
import { residentOf, usage } from '../support/processes.ts'
import { type LogStage, pageOn, processesOf, scriptedStage } from './log-stage.ts'
import { median, type Result, ratioOf, side } from './measure.ts'

const runs = 5
const lines = 1_000_000
const sampleMs = 50

type Taken = {
  /** Bytes that were added at most while the file was saved. */
  readonly pages: number
  readonly own: number
  readonly core: number
  readonly all: number
  /** Bytes of the file. */
  readonly file: number
  readonly ms: number
}

/**
 * SAVE: resident memory that core, the browser and its pages have more of at most while 1,000,000 lines with source and time are saved in Chromium ÷ the
 * bytes of the file. Second: the same where the file is packed ÷ the bytes of the file that is not.
 */
export async function saveMillion(): Promise<Result> {
  const stage = await scriptedStage({ pods: [podOf('m1', { kind: 'numbered', past: lines })] })
  try {
    const plain: Taken[] = []
    const packed: Taken[] = []
    for (let run = 0; run < runs; run++) {
      plain.push(await save(stage, false))
      packed.push(await save(stage, true))
    }
    const mega = (all: readonly Taken[], of: (taken: Taken) => number) => all.map((taken) => of(taken) / 1_000_000)
    const added = (all: readonly Taken[], what: string) =>
      side(
        'MB',
        mega(all, (taken) => taken.all),
        {
          what,
          ofThePages: mega(all, ({ pages }) => pages).map(Math.round),
          ofTheBrowser: mega(all, ({ own }) => own).map(Math.round),
          ofCore: mega(all, ({ core }) => core).map(Math.round),
          seconds: median(all.map(({ ms }) => ms / 1000)),
        },
      )
    const a = added(plain, 'added resident memory of core, the browser and its pages at most, while 1,000,000 lines are saved')
    const b = side(
      'MB',
      mega(plain, ({ file }) => file),
      { what: 'the file' },
    )
    const small = added(packed, 'the same, packed')
    const file = Math.round(median(mega(packed, (taken) => taken.file)))
    return { id: 'SAVE', ratio: ratioOf(a, b), target: '<= 0.5', a, b, runs, second: { ratio: ratioOf(small, b), a: small, b, file } }
  } finally {
    await stage.end()
  }
}

async function save(stage: LogStage, gzip: boolean): Promise<Taken> {
  const cove = await pageOn(stage.machine)
  const { page, browser } = cove
  try {
    const route = logRoute({ context: stage.context, parts: podPart('m1'), begin: 'all' })
    await page.evaluate((hash) => void (window.location.hash = hash), `#${route}`)
    await paintedAt(page, `n=${String(lines).padStart(8, '0')}`, 240_000)
    await page.getByRole('button', { name: 'Save lines to a file' }).click()
    if (gzip) await page.getByRole('dialog').getByRole('checkbox', { name: 'Packed (gzip)' }).click()
    await sleep(5000)
    const { pages, own } = await processesOf(browser)
    const resident = async () => ({ pages: await residentOf(pages), own: await residentOf(own), core: (await usage(cove.pid))[1] })
    const before = await resident()
    const most = { pages: 0, own: 0, core: 0, all: 0 }
    const watch = new AbortController()
    const watching = (async () => {
      while (!watch.signal.aborted) {
        const now = await resident()
        const more = { pages: now.pages - before.pages, own: now.own - before.own, core: now.core - before.core }
        most.pages = Math.max(most.pages, more.pages)
        most.own = Math.max(most.own, more.own)
        most.core = Math.max(most.core, more.core)
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
