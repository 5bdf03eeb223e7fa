import { type Browser, chromium, type Page } from '@playwright/test'
import { execa } from 'execa'
import { chromiumArguments } from '../support/browser.ts'
import { made } from '../support/cleanup.ts'
import { connectAs } from '../support/client.ts'
import { type Machine, makeMachine, startCove } from '../support/cove.ts'
import type { RunningCove } from '../support/cove-on.ts'
import { scriptedContext, startLogApi, useLogApi } from '../support/log-api.ts'
import type { LogScript } from '../support/log-api/script.ts'
import { logViewsOf } from '../support/log-views.ts'
import { realGround, toolsOf } from './real.ts'

export type LogStage = {
  readonly machine: Machine
  readonly context: { readonly file: string; readonly name: string }
  /** The phases of the scripted logs begin. */
  readonly start: () => Promise<void>
  readonly end: () => Promise<void>
}

/** A machine whose one context is the scripted API. */
export const scriptedStage = (script: LogScript): Promise<LogStage> =>
  made(async (onEnd) => {
    const machine = await makeMachine({ programs: await toolsOf(realGround()) })
    onEnd(machine.remove)
    const api = await startLogApi(script)
    onEnd(api.stop)
    const file = await useLogApi(machine, api)
    return { machine, context: { file, name: scriptedContext }, start: api.start }
  })

export type RunningPage = RunningCove & { readonly browser: Browser; readonly page: Page }

/** The same shown by a Chromium, with a second client beside the page. */
export const pageOn = (machine: Machine): Promise<RunningPage> =>
  made(async (onEnd) => {
    const cove = await startCove(machine)
    onEnd(cove.stop)
    const browser = await chromium.launch({ executablePath: process.env['COVE_TEST_CHROMIUM'] ?? '', args: chromiumArguments })
    onEnd(() => browser.close())
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    const client = await connectAs(page, cove)
    onEnd(client.close)
    return { ...cove, api: client.api, views: logViewsOf(client.api), browser, page }
  })

/** Ids of a browser's processes: those of its pages, and all others, which are its own. */
export async function processesOf(browser: Browser): Promise<{ readonly pages: readonly number[]; readonly own: readonly number[] }> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const idsWhere = (isPage: boolean) => processInfo.filter(({ type }) => (type === 'renderer') === isPage).map(({ id }) => id)
  return { pages: idsWhere(true), own: idsWhere(false) }
}

/** `kubectl logs POD | wc -l` on that machine: lines a second from spawn to the end of both. */
export async function kubectlRate(machine: Machine, pod: string, lines: number): Promise<number> {
  const start = performance.now()
  const { stdout } = await execa('sh', ['-c', `kubectl logs ${pod} | wc -l`], { env: machine.env, extendEnv: false, stdin: 'ignore' })
  const seconds = (performance.now() - start) / 1000
  if (Number(stdout) !== lines) throw new Error(`kubectl printed ${stdout} of ${lines} lines`)
  return lines / seconds
}

/** The value below which 95 % lie. */
export const p95 = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN
