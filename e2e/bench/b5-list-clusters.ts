import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from '@playwright/test'
import { execa } from 'execa'
import { chromiumArguments } from '../support/browser.ts'
import { during } from '../support/cleanup.ts'
import { type Machine, startCove } from '../support/cove.ts'
import { coveOn } from '../support/cove-on.ts'
import { fiveClusters } from './five-clusters.ts'
import { alternate, type Result, ratioOf, side } from './measure.ts'

const runs = 15

/** B5: the whole list over all providers ÷ the slowest single command behind it; and how long the second paint of the page takes, and the commands of one refresh. */
export const listClusters = (): Promise<Result> =>
  during(async (onEnd) => {
    const { machine, names } = await fiveClusters(onEnd)
    const cove = await coveOn(machine)
    onEnd(cove.end)
    const listed = (await cove.api.clusters.refresh()).clusters.filter((one) => one.state === 'running').map((one) => one.name)
    if (names.some((name) => !listed.includes(name)))
      throw new Error(`only ${listed.join(', ')} of ${names.join(', ')} are listed as running`)
    const before = new Set((await cove.api.jobs.commands({ limit: 3000 })).map(({ id }) => id))
    await cove.api.clusters.refresh()
    const commands = (await cove.api.jobs.commands({ limit: 3000 })).filter(({ id }) => !before.has(id)).map(({ argv }) => argv)
    // The very command that Cove runs, as it is the slowest there is: its fields leave out `Size`, which costs the engine much.
    const [docker = '', ...args] = commands.find(([, verb]) => verb === 'ps') ?? []
    const taken = await alternate(
      runs,
      async () => void (await cove.api.clusters.refresh()),
      async () => void (await execa(docker, args, { env: machine.env, extendEnv: false, stdin: 'ignore' })),
    )
    const second = await secondPaint(machine, names[0] ?? '')
    const a = side('ms', taken.a, { what: 'clusters.refresh through the socket', clusters: names.length })
    const b = side('ms', taken.b, { what: 'docker ps --all, the slowest single command: minikube is read from its files' })
    return {
      id: 'B5',
      ratio: ratioOf(a, b),
      target: '<= 1.15',
      a,
      b,
      runs,
      second: { ...second, target: '<= 100 ms', ofOneRefresh: commands.map((argv) => argv.slice(0, 3).join(' ')) },
    }
  })

/** From going to the page again to the row on screen, when core already knows it. */
async function secondPaint(machine: Machine, name: string) {
  const cove = await startCove(machine)
  const browser = await chromium.launch({ executablePath: process.env['COVE_TEST_CHROMIUM'] ?? '', args: chromiumArguments })
  try {
    const page = await browser.newPage()
    await page.goto(cove.launchUrl)
    const row = page.getByRole('row').filter({ hasText: name }).first()
    await row.waitFor()
    const raw: number[] = []
    for (let run = 0; run < 5; run++) {
      await page.goto(`${cove.origin}/#/settings`)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      await sleep(300)
      raw.push(
        await page.evaluate(async (wanted) => {
          const start = performance.now()
          window.location.hash = '#/clusters'
          for (;;) {
            await new Promise((next) => requestAnimationFrame(next))
            if ([...document.querySelectorAll('[role=row]')].some((each) => each.textContent?.includes(wanted)))
              return performance.now() - start
          }
        }, name),
      )
    }
    return side('ms', raw, { what: 'click on Clusters to the row painted, core already knows it' })
  } finally {
    await browser.close()
    await cove.stop()
  }
}
