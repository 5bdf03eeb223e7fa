import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { chromiumArguments } from '../support/browser.ts'
import { type Machine, makeMachine, startCove } from '../support/cove.ts'
import { type Result, side } from './measure.ts'
import { realGround, toolsOf } from './real.ts'

const runs = 5
const silentMs = 5000

/** B6: from the click on "Create cluster" to the first step painted, while the tool behind it says nothing for five seconds. */
export async function clickToProgress(): Promise<Result> {
  const ground = realGround()
  const { kind = '', ...programs } = await toolsOf(ground)
  const toPaint: number[] = []
  const toOutput: number[] = []
  const browser = await chromium.launch({ executablePath: process.env['COVE_TEST_CHROMIUM'] ?? '', args: chromiumArguments })
  try {
    for (let run = 0; run < runs; run++) {
      const machine = await makeMachine({ programs })
      await silentKind(machine, kind)
      const cove = await startCove(machine)
      try {
        const page = await browser.newPage()
        await page.goto(cove.launchUrl)
        const taken = await clickAndWatch(page)
        toPaint.push(taken.toPaint)
        toOutput.push(taken.toOutput)
        await page.close()
      } finally {
        await cove.stop()
        await machine.remove()
      }
    }
  } finally {
    await browser.close()
  }
  const a = side('ms', toPaint, { what: 'click to the frame after the first running step is in the page' })
  const b = side('ms', toOutput, { what: 'the same click to the first word of the tool in the page' })
  return { id: 'B6', ratio: a.median, target: '<= 100', a, b, runs }
}

/** A kind that answers what it is asked, and as a create says nothing for five seconds, then fails. */
async function silentKind(machine: Machine, kind: string): Promise<void> {
  const script = `#!/bin/sh\n[ "$1" = create ] || exec '${kind}' "$@"\nsleep ${silentMs / 1000}\necho 'Creating cluster "dev" ...' >&2\nsleep 1\nexit 1\n`
  await writeFile(join(machine.home, 'programs/kind'), script, { mode: 0o755 })
}

async function clickAndWatch(page: Page): Promise<{ toPaint: number; toOutput: number }> {
  // Until it is known that there are none, the button of that name asks first.
  await page.getByRole('heading', { name: 'No clusters yet' }).waitFor()
  const button = page.getByRole('button', { name: 'Create cluster' })
  await page.waitForFunction(() =>
    [...document.querySelectorAll('button')].some((each) => each.textContent === 'Create cluster' && !each.disabled),
  )
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
