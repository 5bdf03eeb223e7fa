import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type Locator, type Page } from '@playwright/test'
import { chromiumArguments } from '../support/browser.ts'
import { during } from '../support/cleanup.ts'
import { type Machine, makeMachine, startCove } from '../support/cove.ts'
import { fiveClusters } from './five-clusters.ts'
import { type Result, side } from './measure.ts'
import { realGround, toolsOf } from './real.ts'

const runs = 5
const silentMs = 5000

/**
 * B6: from the click on "Create cluster" to the first step painted, while the tool behind it says nothing for five seconds: on a machine without
 * clusters, and in the dialog of one with two providers and five clusters.
 */
export const clickToProgress = (): Promise<Result> =>
  during(async (onEnd) => {
    const ground = realGround()
    const { kind = '', ...programs } = await toolsOf(ground)
    const browser = await chromium.launch({ executablePath: process.env['COVE_TEST_CHROMIUM'] ?? '', args: chromiumArguments })
    onEnd(() => browser.close())
    const alone = await clicks(async (onRunEnd) => {
      const machine = await makeMachine({ programs })
      onRunEnd(machine.remove)
      await silentKind(machine, kind)
      return measured(browser, machine, onRunEnd, onFirst)
    })
    const { machine } = await fiveClusters(onEnd)
    await silentKind(machine, kind)
    const beside = await clicks((onRunEnd) => measured(browser, machine, onRunEnd, onNext))
    return { id: 'B6', target: '<= 100', ...alone, second: { target: '<= 100', clusters: 5, ...beside } }
  })

type Taken = { readonly toPaint: number; readonly toOutput: number }

async function clicks(once: (onEnd: (undo: () => unknown) => void) => Promise<Taken>) {
  const taken: Taken[] = []
  for (let run = 0; run < runs; run++) taken.push(await during(once))
  const of = (each: keyof Taken, what: string) =>
    side(
      'ms',
      taken.map((one) => one[each]),
      { what },
    )
  const a = of('toPaint', 'click to the frame after the first running step is in the page')
  const b = of('toOutput', 'the same click to the first word of the tool in the page')
  return { ratio: a.median, a, b, runs }
}

async function measured(
  browser: Browser,
  machine: Machine,
  onEnd: (undo: () => unknown) => void,
  ready: (page: Page) => Promise<Locator>,
): Promise<Taken> {
  const cove = await startCove(machine)
  onEnd(cove.stop)
  const page = await browser.newPage()
  onEnd(() => page.close())
  await page.goto(cove.launchUrl)
  return clickAndWatch(page, await ready(page))
}

/** The button of the first page. Until it is known that there are no clusters, the one of that name asks first. */
async function onFirst(page: Page): Promise<Locator> {
  await page.getByRole('heading', { name: 'No clusters yet' }).waitFor()
  return page.getByRole('button', { name: 'Create cluster' })
}

/** The button of the dialog, over a list that has all its rows. */
async function onNext(page: Page): Promise<Locator> {
  await page.getByRole('row').filter({ hasText: 'bench-mk' }).first().waitFor()
  await page.getByRole('button', { name: 'Create cluster' }).first().click()
  return page.getByRole('dialog').getByRole('button', { name: /^Create/ })
}

/** A kind that answers what it is asked, and as a create says nothing for five seconds, then fails. */
async function silentKind(machine: Machine, kind: string): Promise<void> {
  const script = `#!/bin/sh\n[ "$1" = create ] || exec '${kind}' "$@"\nsleep ${silentMs / 1000}\necho 'Creating cluster "dev" ...' >&2\nsleep 1\nexit 1\n`
  const file = join(machine.home, 'programs/kind')
  // What stands there is a link to the real one.
  await rm(file, { force: true })
  await writeFile(file, script, { mode: 0o755 })
}

async function clickAndWatch(page: Page, button: Locator): Promise<Taken> {
  // Enabled once it is known what it would do.
  await button.click({ trial: true })
  await page.evaluate(() => {
    const marks = window as unknown as { click?: number; painted?: number; output?: number }
    document.addEventListener('click', () => (marks.click ??= performance.now()), { capture: true })
    const look = () => {
      // In the frame after the one that had it.
      if (document.querySelector('.step.now')) requestAnimationFrame(() => (marks.painted ??= performance.now()))
      if (document.body.textContent.includes('Creating cluster "dev"')) marks.output ??= performance.now()
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await button.click()
  await page.waitForFunction(() => 'output' in window, null, { timeout: 60_000 })
  return page.evaluate(() => {
    const { click = 0, painted = 0, output = 0 } = window as unknown as { click?: number; painted?: number; output?: number }
    return { toPaint: painted - click, toOutput: output - click }
  })
}
