import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { during } from '../support/cleanup.ts'
import { podOf } from '../support/log-api.ts'
import { logRoute, paintedAt, podPart, watchFrames } from '../support/log-page.ts'
import { liveFrames } from './live-frames.ts'
import { kubectlRate, p95, pageOn, scriptedStage } from './log-stage.ts'
import { alternate, type Result, ratioOf, side } from './measure.ts'

const runs = 5
const lines = 1_000_000

/**
 * B2: lines a second until the last line is painted in Chromium ÷ `kubectl logs | wc -l`; p95 of the frames meanwhile, and bytes from core
 * to the page for each line. Second: p95 of the frames while 20,000 lines a second arrive for ten seconds, in Chromium and in the Electron window.
 */
export async function logToScreen(): Promise<Result> {
  const whole = await million()
  return { ...whole, second: { ...whole.second, at20000PerSecond: await liveFrames(runs) } }
}

const million = (): Promise<Result & { readonly second: object }> =>
  during(async (onEnd) => {
    const stage = await scriptedStage({ pods: [podOf('million', { kind: 'numbered', past: lines })] })
    onEnd(stage.end)
    const cove = await pageOn(stage.machine)
    onEnd(cove.end)
    const { page } = cove
    const frames: number[] = []
    const go = (route: string) => page.evaluate((hash) => void (window.location.hash = hash), `#${route}`)
    const rest = async () => {
      await go('/settings')
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      await Promise.all((await cove.views.views()).map(({ viewId }) => cove.views.close({ viewId })))
      await sleep(500)
    }
    const show = async () => {
      await rest()
      const watched = await watchFrames(page)
      const start = await page.evaluate(() => performance.now())
      await go(logRoute({ context: stage.context, parts: podPart('million'), begin: 'all' }))
      const end = await paintedAt(page, 'n=01000000', 120_000)
      frames.push(p95(await watched.stop()))
      return lines / ((end - start) / 1000)
    }
    await kubectlRate(stage.machine, 'million', lines)
    await show()
    frames.length = 0
    const taken = await alternate(runs, show, () => kubectlRate(stage.machine, 'million', lines))

    const a = side('lines/s', taken.a, { what: 'going to the page of the log until the frame after its last line was in it' })
    const b = side('lines/s', taken.b, { what: 'kubectl logs | wc -l of the same 1,000,000 lines of 120 bytes' })
    const meanwhile = side('ms', frames, { what: 'p95 of the frames of each run', target: '< 50 ms' })
    const wire = await wireBytes(page, show)
    return { id: 'B2', ratio: ratioOf(a, b), target: '>= 0.60', a, b, runs, second: { frame: meanwhile, bytesPerLine: wire / lines } }
  })

/** Bytes that core sends to the page meanwhile. In a run of its own, which is not timed. */
async function wireBytes(page: Page, work: () => Promise<unknown>): Promise<number> {
  const session = await page.context().newCDPSession(page)
  let bytes = 0
  session.on('Network.webSocketFrameReceived', ({ response }) => {
    // What is not text is handed over in base64.
    bytes += response.opcode === 1 ? Buffer.byteLength(response.payloadData) : Buffer.byteLength(response.payloadData, 'base64')
  })
  await session.send('Network.enable')
  await work()
  await session.detach()
  return bytes
}
