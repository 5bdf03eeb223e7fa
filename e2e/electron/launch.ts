import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { _electron, type ElectronApplication, type Page, test as base } from '@playwright/test'

const smoke = resolve(import.meta.dirname, '../../out/smoke')

export type Desktop = {
  readonly app: ElectronApplication
  readonly page: Page
  readonly home: string
  readonly dataDir: string
  /** The same profile again, as a second double click: a plain process, since nothing of it lives long enough to be driven. Its exit code. */
  again(): Promise<number | undefined>
}

/** Opens Cove's window in the real (older) Electron, over a home of its own; ended after the test. */
export const test = base.extend<{ open: (env?: Record<string, string>) => Promise<Desktop> }>({
  // Playwright reads the fixtures that are asked for out of this pattern, so it must be one.
  // oxlint-disable-next-line no-empty-pattern
  open: async ({}, use, info) => {
    info.skip(process.env['COVE_TEST_ELECTRON_MISSING'] !== undefined, `no Electron: ${process.env['COVE_TEST_ELECTRON_MISSING']}`)
    const work = await mkdtemp(join(tmpdir(), 'cove window '))
    const home = join(work, '我的 home')
    await mkdir(home)
    const apps: { readonly app: ElectronApplication; readonly program: ChildProcess }[] = []
    const root = process.getuid?.() === 0
    await use(async (more = {}) => {
      const args = [`--user-data-dir=${join(work, 'profile')}`, smoke]
      const env = { PATH: '/usr/bin:/bin', SHELL: '/bin/sh', LANG: 'C.UTF-8', HOME: home, ...display(), ...more }
      const app = await _electron.launch({ args, chromiumSandbox: !root, env })
      // Playwright tells of the process only as long as it lives.
      apps.push({ app, program: app.process() })
      const page = await app.firstWindow()
      await page.waitForLoadState()
      return { app, page, home, dataDir: join(home, '.local/share/cove'), again }
      async function again() {
        const electron = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '', 'electron')
        const second = await execa(electron, [...(root ? ['--no-sandbox'] : []), ...args], {
          env,
          extendEnv: false,
          reject: false,
          timeout: 30_000,
        })
        return second.exitCode
      }
    })
    for (const { app, program } of apps) {
      const gone = () => program.exitCode !== null || program.signalCode !== null
      const ended = gone() ? null : once(program, 'exit')
      // As a person quits it, so that core ends what it began: an exit at once would leave the sockets of its proxies.
      await Promise.race([app.evaluate(({ app: each }) => each.quit()).catch(() => {}), sleep(3000)])
      await Promise.race([ended, sleep(5000)])
      // A program that ends while a debugger is attached may wait for it; what still writes would bring its folder back.
      if (!gone()) program.kill('SIGKILL')
      await ended
    }
    await rm(work, { recursive: true, force: true, maxRetries: 5 })
  },
})
export { expect } from '@playwright/test'

function display(): Record<string, string> {
  const names = ['DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'ELECTRON_OVERRIDE_DIST_PATH']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
}

export type CoreCall = { readonly path: string; readonly input: unknown }

/** Takes the page's port before the page does, and makes one call over it. */
export async function callCore(page: Page, path: string, input: unknown): Promise<unknown> {
  return (await callAllOfCore(page, [{ path, input }]))[0]
}

/** The same with several at once. The answers are in the order of the calls. */
export async function callAllOfCore(page: Page, calls: readonly CoreCall[]): Promise<unknown[]> {
  await page.addInitScript(() => {
    const early = window as unknown as { port?: MessagePort }
    window.addEventListener('message', (event) => {
      if (event.data !== 'cove:port' || early.port) return
      early.port = event.ports[0] as MessagePort
      event.stopImmediatePropagation()
    })
    window.postMessage('cove:port?', window.location.origin)
  })
  await page.reload()
  return page.evaluate(async (all) => {
    const early = window as unknown as { port?: MessagePort }
    while (!early.port) await new Promise((next) => setTimeout(next, 10))
    const { port } = early
    const answers = new Map<string, unknown>()
    return new Promise<unknown[]>((answer) => {
      port.addEventListener('message', (event) => {
        const message = JSON.parse(event.data as string) as { i: string }
        answers.set(message.i, message)
        // Core sends no more than some before it hears how many were taken (core/port-channel.ts).
        port.postMessage(answers.size)
        if (answers.size === all.length) answer(all.map((_, index) => answers.get(`test-${index}`)))
      })
      port.start()
      for (const [index, { path, input }] of all.entries())
        port.postMessage(JSON.stringify({ i: `test-${index}`, p: { u: path, b: { json: input } } }))
    })
  }, calls)
}
