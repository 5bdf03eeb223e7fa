import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type Page } from '@playwright/test'
import { during, type OnEnd } from '../support/cleanup.ts'
import { startDisplay } from '../support/display.ts'
import { prepareElectron } from '../support/electron.ts'
import { ground } from '../support/ground.ts'
import { podOf } from '../support/log-api.ts'
import { logRoute, paintedAt, podPart, watchFrames } from '../support/log-page.ts'
import { type LogStage, p95, pageOn, scriptedStage } from './log-stage.ts'
import { type Side, side } from './measure.ts'

const smoke = resolve(import.meta.dirname, '../../out/smoke')
const [lines, perSecond] = [200_000, 20_000]
const what = 'p95 of the frames of each run while 20,000 lines/s arrive for ten seconds'

type PageOf = (stage: LogStage, onEnd: OnEnd) => Promise<Page>
export type LiveFrames = { readonly chromium: Side; readonly electron: Side | { readonly missing: string } }

/** Time between frames while 20,000 lines a second arrive: of Cove's page in Chromium and in the Electron window (25, the test kit's), a fresh one for each run. */
export async function liveFrames(runs: number): Promise<LiveFrames> {
  const chromium: PageOf = async ({ machine }, onEnd) => {
    const cove = await pageOn(machine)
    onEnd(cove.end)
    return cove.page
  }
  const frames = async (pageOf: PageOf) => {
    const taken: number[] = []
    for (let run = 0; run < runs; run++) taken.push(await oneRun(pageOf))
    return side('ms', taken, { what, target: '< 50 ms' })
  }
  const inChromium = await frames(chromium)
  await prepareElectron(ground())
  const missing = process.env['COVE_TEST_ELECTRON_MISSING']
  if (missing !== undefined) return { chromium: inChromium, electron: { missing } }
  const endDisplay = await startDisplay()
  try {
    return { chromium: inChromium, electron: await frames(electronWindow) }
  } finally {
    await endDisplay()
  }
}

/** p95 of one run, ms. */
const oneRun = (pageOf: PageOf): Promise<number> =>
  during(async (onEnd) => {
    const stage = await scriptedStage({ pods: [podOf('live', { kind: 'numbered', past: 1000, phases: [{ lines, perSecond }] })] })
    onEnd(stage.end)
    const page = await pageOf(stage, onEnd)
    const route = logRoute({ context: stage.context, parts: podPart('live') })
    await page.evaluate((hash) => void (window.location.hash = hash), `#${route}`)
    await paintedAt(page, 'n=00001000', 60_000)
    const watched = await watchFrames(page)
    await stage.start()
    await paintedAt(page, `n=${String(1000 + lines).padStart(8, '0')}`, 120_000)
    return p95(await watched.stop())
  })

const electronWindow: PageOf = async ({ machine }, onEnd) => {
  const profile = await mkdtemp(join(tmpdir(), 'cove bench '))
  onEnd(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }))
  const { DISPLAY = '', XAUTHORITY, ELECTRON_OVERRIDE_DIST_PATH = '' } = process.env
  const app = await _electron.launch({
    args: [`--user-data-dir=${profile}`, smoke],
    chromiumSandbox: process.getuid?.() !== 0,
    env: { ...machine.env, DISPLAY, ELECTRON_OVERRIDE_DIST_PATH, ...(XAUTHORITY === undefined ? {} : { XAUTHORITY }) },
  })
  onEnd(() => app.close())
  const page = await app.firstWindow()
  await page.waitForLoadState()
  return page
}
