import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, chromium } from '@playwright/test'
import { execa } from 'execa'
import { chromiumArguments } from '../support/browser.ts'
import { makeMachine, startCove } from '../support/cove.ts'
import { startDisplay } from '../support/display.ts'
import { prepareElectron } from '../support/electron.ts'
import { ground } from '../support/ground.ts'
import { alternate, type Result, ratioOf, side } from './measure.ts'
import { realGround, toolsOf } from './real.ts'

const runs = 7
const smoke = resolve(import.meta.dirname, '../../out/smoke')

/** B8: web host, from spawn to the first interactive paint ÷ `node -e 0`; and the Electron window (25, the test kit's) ÷ an empty one. */
export async function coldStart(): Promise<Result> {
  const ground = realGround()
  const machine = await makeMachine({ programs: await toolsOf(ground) })
  const browser = await chromium.launch({ executablePath: process.env['COVE_TEST_CHROMIUM'] ?? '', args: chromiumArguments })
  try {
    const page = await browser.newPage()
    const taken = await alternate(
      runs,
      async () => {
        const start = performance.now()
        const cove = await startCove(machine)
        await page.goto(cove.launchUrl, { waitUntil: 'commit' })
        await page.getByRole('navigation').first().waitFor()
        await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)))
        const took = performance.now() - start
        await cove.stop()
        return took
      },
      async () => void (await execa(process.execPath, ['-e', '0'])),
    )
    const a = side('ms', taken.a, { what: 'spawn of cove serve to the rail painted in a Chromium that runs already' })
    const b = side('ms', taken.b, { what: 'node -e 0' })
    return { id: 'B8', ratio: ratioOf(a, b), target: '<= 10', a, b, runs, second: await electronStart() }
  } finally {
    await browser.close()
    await machine.remove()
  }
}

async function electronStart() {
  await prepareElectron(ground())
  if (process.env['COVE_TEST_ELECTRON_MISSING'] !== undefined) return { missing: process.env['COVE_TEST_ELECTRON_MISSING'] }
  const endDisplay = await startDisplay()
  const work = await mkdtemp(join(tmpdir(), 'cove bench '))
  try {
    const empty = join(work, 'empty')
    await mkdir(empty)
    await writeFile(join(empty, 'package.json'), '{ "name": "empty", "version": "1.0.0", "main": "main.js" }')
    await writeFile(
      join(empty, 'main.js'),
      "const { app, BrowserWindow } = require('electron')\napp.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadURL('data:text/html,<nav>empty</nav>'))\n",
    )
    const open = (app: string) => async () => {
      const profile = await mkdtemp(join(work, 'profile'))
      const start = performance.now()
      const running = await _electron.launch({
        args: [`--user-data-dir=${profile}`, app],
        chromiumSandbox: process.getuid?.() !== 0,
        env: { ...(process.env as Record<string, string>), HOME: profile, SHELL: '/bin/false' },
      })
      const page = await running.firstWindow()
      await page.locator('nav').first().waitFor()
      const took = performance.now() - start
      await running.close()
      return took
    }
    const taken = await alternate(runs, open(smoke), open(empty))
    const a = side('ms', taken.a, { what: 'Cove on Electron 25: launch to the rail in the window' })
    const b = side('ms', taken.b, { what: 'an app with one empty window on the same Electron' })
    return { ratio: ratioOf(a, b), target: '<= 1.3', a, b }
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 5 })
    await endDisplay()
  }
}
