import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { podOf } from '../support/log-api.ts'
import { samplePods } from '../support/log-cluster.ts'
import { logRow } from '../support/log-page.ts'
import { logCluster } from './log-cluster.ts'
import { type LogStage, pageOn, scriptedStage } from './log-stage.ts'
import { alternate, type Result, side } from './measure.ts'

const runs = 11

/** B3: (click on the pod → its first line painted) − (spawn of `kubectl logs -f` → its first byte), with the scripted API; second: on a real cluster, and with a scripted API each of whose answers takes 25 ms more. */
export async function firstLine(): Promise<Result> {
  const pods = [podOf('talk', { kind: 'numbered', past: 5000 })]
  const scripted = await scriptedStage({ pods })
  const local = await measure(scripted, 'talk').finally(scripted.end)
  const slowStage = await scriptedStage({ pods, delayMs: 25 })
  const slow = await measure(slowStage, 'talk').finally(slowStage.end)
  const cluster = await logCluster()
  try {
    await cluster.kubectl(
      ['apply', '-f', '-'],
      samplePods(cluster.image, [{ name: 'talk', app: 'talk', args: ['log', '-shape', 'plain', '-rate', '0', '-count', '5000'] }]),
    )
    await cluster.kubectl(['wait', '--for=condition=Ready', 'pod/talk', '--timeout=90s'])
    const real = await measure(cluster, 'c0')
    return {
      id: 'B3',
      ratio: local.ms,
      target: '<= 60',
      a: local.a,
      b: local.b,
      runs,
      second: { where: 'real cluster', ...real, target: '<= 60', slow },
    }
  } finally {
    await cluster.end()
  }
}

async function measure(stage: LogStage, container: string) {
  const cove = await pageOn(stage.machine)
  const { page } = cove
  const choice = `/logs?${new URLSearchParams({ context: stage.context.name, file: stage.context.file })}`
  try {
    const click = async () => {
      await page.evaluate((hash) => void (window.location.hash = hash), `#${choice}`)
      const row = page.getByRole('row').filter({ hasText: 'talk' }).first()
      await row.waitFor()
      await Promise.all((await cove.views.views()).map(({ viewId }) => cove.views.close({ viewId })))
      await sleep(500)
      await page.evaluate((rows) => {
        const marks = window as unknown as { click?: number; painted?: number }
        delete marks.click
        delete marks.painted
        document.addEventListener('click', () => (marks.click = performance.now()), { capture: true, once: true })
        const look = () => {
          const has = [...document.querySelectorAll(rows)].some((each) => /\bn=\d+/.test(each.textContent ?? ''))
          requestAnimationFrame(has && marks.click !== undefined ? () => (marks.painted = performance.now()) : look)
        }
        look()
      }, logRow)
      await row.click()
      await page.waitForFunction(() => 'painted' in window, null, { timeout: 30_000 })
      return page.evaluate(() => {
        const { click: from = 0, painted = 0 } = window as unknown as { click?: number; painted?: number }
        return painted - from
      })
    }
    const kubectl = async () => {
      const start = performance.now()
      const child = execa('kubectl', ['logs', '-f', '--tail=1000', 'talk', '-c', container], {
        env: stage.machine.env,
        extendEnv: false,
        stdin: 'ignore',
        buffer: false,
        reject: false,
      })
      await new Promise((first) => child.stdout.once('data', first))
      const took = performance.now() - start
      child.kill()
      await child
      return took
    }
    await click()
    const taken = await alternate(runs, click, kubectl)
    const a = side('ms', taken.a, { what: 'click on the pod in the list to the frame after its first line was in the page' })
    const b = side('ms', taken.b, { what: 'spawn of kubectl logs -f --tail=1000 to its first byte' })
    return { ms: Math.round((a.median - b.median) * 10) / 10, a, b }
  } finally {
    await cove.end()
  }
}
