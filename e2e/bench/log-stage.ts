import { type Browser, chromium, type Page } from '@playwright/test'
import { execa } from 'execa'
import { chromiumArguments } from '../support/browser.ts'
import { type CoveClient, connect, connectWith } from '../support/client.ts'
import { type CoveProcess, type Machine, makeMachine, startCove } from '../support/cove.ts'
import { scriptedContext, startLogApi, useLogApi } from '../support/log-api.ts'
import type { LogScript } from '../support/log-api/script.ts'
import { type LogViewsApi, logViewsOf } from '../support/log-views.ts'
import { realGround, toolsOf } from './real.ts'

export type LogStage = {
  readonly machine: Machine
  readonly context: { readonly file: string; readonly name: string }
  /** The phases of the scripted logs begin. */
  readonly start: () => Promise<void>
  readonly end: () => Promise<void>
}

/** A machine whose one context is the scripted API. */
export async function scriptedStage(script: LogScript): Promise<LogStage> {
  const machine = await makeMachine({ programs: await toolsOf(realGround()) })
  const api = await startLogApi(script)
  const file = await useLogApi(machine, api)
  return {
    machine,
    context: { file, name: scriptedContext },
    start: api.start,
    end: async () => {
      await api.stop()
      await machine.remove()
    },
  }
}

export type RunningCove = CoveProcess & { readonly views: LogViewsApi; readonly api: CoveClient['api']; readonly end: () => Promise<void> }

/** Cove on that machine with a client at its socket. */
export async function coveOn(machine: Machine): Promise<RunningCove> {
  const cove = await startCove(machine)
  const client = await connect(cove)
  const end = async () => {
    client.close()
    await cove.stop()
  }
  return { ...cove, api: client.api, views: logViewsOf(client.api), end }
}

export type RunningPage = RunningCove & { readonly browser: Browser; readonly page: Page }

/** The same shown by a Chromium, with a second client beside the page. */
export async function pageOn(machine: Machine): Promise<RunningPage> {
  const cove = await startCove(machine)
  const browser = await chromium.launch({ executablePath: process.env['COVE_TEST_CHROMIUM'] ?? '', args: chromiumArguments })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(cove.launchUrl)
  const [cookie] = await page.context().cookies(cove.origin)
  const client = await connectWith(cove, `${cookie?.name}=${cookie?.value}`)
  const end = async () => {
    client.close()
    await browser.close()
    await cove.stop()
  }
  return { ...cove, api: client.api, views: logViewsOf(client.api), browser, page, end }
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
