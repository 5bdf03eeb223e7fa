import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from '@playwright/test'
import { lineBytes } from '../support/log-api/numbered-line.ts'
import { podOf } from '../support/log-api.ts'
import { logRoute, paintedAt, podPart } from '../support/log-page.ts'
import { pageOn, processesOf, scriptedStage } from './log-stage.ts'
import { median, type Result, ratioOf, side } from './measure.ts'
import { residentOf, usage } from '../support/processes.ts'

const runs = 5
const million = 1_000_000
/** A page that is left alone collects what it no longer needs within that time; what stays then is what the lines cost. */
const settleMs = 20_000

/**
 * B4: resident memory that core, its children and the page have more of once 1,000,000 lines are in the view and its last one is painted ÷
 * the bytes of those lines. Second: the same with 5,000,000 lines ÷ with 1,000,000.
 */
export async function logMemory(): Promise<Result> {
  const pods = [
    podOf('one', { kind: 'numbered', past: 1 }),
    podOf('m1', { kind: 'numbered', past: million }),
    podOf('m5', { kind: 'numbered', past: 5 * million }),
  ]
  const stage = await scriptedStage({ pods })
  try {
    const added = { m1: [] as number[], m5: [] as number[] }
    const ofThePage = { m1: [] as number[], m5: [] as number[] }
    for (let run = 0; run < runs; run++)
      for (const pod of ['m1', 'm5'] as const) {
        const cove = await pageOn(stage.machine)
        const show = async (name: string, last: number) => {
          const route = logRoute({ context: stage.context, parts: podPart(name), begin: 'all' })
          await cove.page.evaluate((hash) => void (window.location.hash = hash), `#${route}`)
          await paintedAt(cove.page, `n=${String(last).padStart(8, '0')}`, 240_000)
          await sleep(settleMs)
          return { core: (await usage(cove.pid))[1], page: await pageMemory(cove.browser) }
        }
        try {
          const before = await show('one', 1)
          const after = await show(pod, pod === 'm1' ? million : 5 * million)
          added[pod].push(after.core + after.page - before.core - before.page)
          ofThePage[pod].push(after.page - before.page)
        } finally {
          await cove.end()
        }
      }
    const mega = (values: readonly number[]) => values.map((each) => each / 1_000_000)
    const a = side('MB', mega(added.m1), {
      what: 'added resident memory of core, its children and the page, twenty seconds after the last line was painted',
      ofThePage: Math.round(median(mega(ofThePage.m1))),
    })
    const b = side('MB', [(million * lineBytes) / 1_000_000], { what: 'the lines themselves' })
    const five = side('MB', mega(added.m5), { what: 'the same with 5,000,000 lines', ofThePage: Math.round(median(mega(ofThePage.m5))) })
    return {
      id: 'B4',
      ratio: ratioOf(a, b),
      target: '<= 1.3',
      a,
      b,
      runs,
      second: { ratio: ratioOf(five, a), target: '<= 1.05', a: five, b: a },
    }
  } finally {
    await stage.end()
  }
}

/** Resident bytes of the pages' processes. */
async function pageMemory(browser: Browser): Promise<number> {
  return residentOf((await processesOf(browser)).pages)
}
