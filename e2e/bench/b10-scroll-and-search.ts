import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { during } from '../support/cleanup.ts'
import { podOf } from '../support/log-api.ts'
import { logRoute, logScroll, paintedAt, podPart, watchFrames } from '../support/log-page.ts'
import { everything, openPinned, untilView } from '../support/log-views.ts'
import { coveOn } from '../support/cove-on.ts'
import { type LogStage, p95, pageOn, scriptedStage } from './log-stage.ts'
import { alternate, type Result, ratioOf, side } from './measure.ts'
import { threadHold } from './thread-hold.ts'

const runs = 5
const lines = 1_000_000
/** Of the lines with the level ERROR, one of six, those whose last digit but one is a 7: one in sixty. */
const pattern = 'ERROR n=[0-9]*7[0-9] '

/**
 * B10: p95 of the frames while the page scrolls through 1,000,000 lines ÷ through 1,000. Second: the same with 5,000,000; a regular expression over 1,000,000
 * until all hits are counted ÷ `grep -c`, the time to the first hits, and how long one over 5,000,000 holds core's own thread at a time.
 */
export async function scrollAndSearch(): Promise<Result> {
  const stage = await scriptedStage({
    pods: [
      podOf('million', { kind: 'numbered', past: lines }),
      podOf('five', { kind: 'numbered', past: 5 * lines }),
      podOf('thousand', { kind: 'numbered', past: 1000 }),
    ],
  })
  try {
    const search = await searchAll(stage)
    const { five, ...scroll } = await scrollAll(stage)
    const thread = await threadHold(runs, pattern)
    return { id: 'B10', ratio: ratioOf(scroll.a, scroll.b), target: '<= 1.3', ...scroll, runs, second: { five, search, thread } }
  } finally {
    await stage.end()
  }
}

async function scrollAll(stage: LogStage) {
  const cove = await pageOn(stage.machine)
  const { page } = cove
  try {
    const through = async (pod: string, last: number) => {
      const route = logRoute({ context: stage.context, parts: podPart(pod), begin: 'all' })
      await page.evaluate((hash) => void (window.location.hash = hash), `#${route}`)
      await paintedAt(page, `n=${String(last).padStart(8, '0')}`, 240_000)
      await sleep(1000)
      const box = await page.locator(logScroll).first().boundingBox()
      await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 200)
      const watched = await watchFrames(page)
      // Up and down by the wheel, as fast as a hand does it, and two jumps by the bar.
      for (let turn = 0; turn < 60; turn++) {
        await page.mouse.wheel(0, turn < 40 ? -300 : 300)
        await sleep(16)
      }
      for (const part of [0.2, 0.7])
        await page
          .locator(logScroll)
          .first()
          .evaluate((element, at) => element.scrollTo({ top: element.scrollHeight * at }), part)
      await sleep(300)
      const frames = await watched.stop()
      // The next log opens at its end again.
      await page.keyboard.press('f')
      await sleep(300)
      return p95(frames)
    }
    await through('thousand', 1000)
    const taken = await alternate(
      runs,
      () => through('million', lines),
      () => through('thousand', 1000),
    )
    const others = await alternate(
      runs,
      () => through('five', 5 * lines),
      () => through('thousand', 1000),
    )
    const what = 'p95 between frames while the wheel turns through'
    const many = side('ms', others.a, { what: `${what} 5,000,000 lines` })
    const few = side('ms', others.b, { what: `${what} 1,000 lines` })
    return {
      a: side('ms', taken.a, { what: `${what} 1,000,000 lines` }),
      b: side('ms', taken.b, { what: `${what} 1,000 lines` }),
      five: { ratio: ratioOf(many, few), target: '<= 1.3', a: many, b: few },
    }
  } finally {
    await cove.end()
  }
}

const searchAll = (stage: LogStage) =>
  during(async (onEnd) => {
    const folder = await mkdtemp(join(tmpdir(), 'cove bench '))
    onEnd(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'million.log')
    const cove = await coveOn(stage.machine)
    onEnd(cove.end)
    await execa('kubectl', ['logs', 'million'], {
      env: stage.machine.env,
      extendEnv: false,
      stdin: 'ignore',
      stdout: { file },
      buffer: false,
    })
    const grep = async () => Number((await execa('grep', ['-c', '-E', pattern, file], { env: { LANG: 'C.UTF-8' } })).stdout)
    const expected = await grep()
    const part = { kind: 'pod', namespace: 'default', pod: 'million', container: 'million' } as const
    const viewId = await openPinned(cove.views, everything(stage.context, [part]))
    await untilView(cove.views, viewId, (state) => state.total >= lines, 120_000)
    const firsts: number[] = []
    const find = async () => {
      await cove.views.find({ viewId, pattern: null })
      await untilView(cove.views, viewId, (state) => state.find === null)
      const start = performance.now()
      let first: number | null = null
      await cove.views.find({ viewId, pattern: { text: pattern, regex: true, matchCase: true, wholeWord: false } })
      const { find: found } = await untilView(cove.views, viewId, ({ find: state }) => {
        if (state && state.hits > 0) first ??= performance.now() - start
        return state?.done === 1
      })
      const took = performance.now() - start
      if (found?.hits !== expected) throw new Error(`${found?.hits} hits, grep counts ${expected}`)
      firsts.push(first ?? Number.NaN)
      return took
    }
    await find()
    firsts.length = 0
    const taken = await alternate(runs, find, async () => void (await grep()))
    const a = side('ms', taken.a, { what: `find /${pattern}/ until all ${expected} hits are counted` })
    const b = side('ms', taken.b, { what: 'grep -c -E of the same in a file, LANG=C.UTF-8' })
    return { ratio: ratioOf(a, b), target: '<= 4', a, b, firstHits: side('ms', firsts, { target: '<= 100 ms' }) }
  })
