import { type BrowserContext, expect, type Page } from '@playwright/test'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import type { LogPart, LogRow, LogViewState } from '../../src/shared/contract/logs.ts'
import { type CoveClient, connectAs } from '../support/client.ts'
import { type CoveProcess, startCove } from '../support/cove.ts'
import { ground } from '../support/ground.ts'
import { type LogCluster, makeLogCluster, sampleDeployment, samplePods } from '../support/log-cluster.ts'
import { logRow, openLogs, selectorPart } from '../support/log-page.ts'
import { family } from '../support/processes.ts'
import { everything, holesOf, ledgerOf, openPinned, rowsOf, untilView } from '../support/log-views.ts'
import { test } from '../support/test.ts'

// Shown = sent, on a real cluster: each line of the sample carries its number. What a view shows is read through the contract out of the very
// view that its page holds, and its last line is looked for on the page.

const plain = ['log', '-shape', 'plain']
const every = { missing: [], doubles: 0, disorder: 0 }
/** Of 145 bytes in the node's file: turned over twice, and what is left after that is too little for a third time. */
const longCount = 90_000

test.describe
  .serial('a ledger of lines on a real cluster', () => {
    let cluster: LogCluster
    let cove: CoveProcess
    let client: CoveClient
    let context: BrowserContext
    /** Crashes from the beginning, while the other tests run. */
    let crash: { page: Page; viewId: string } | undefined
    const witnesses: { kill(): void }[] = []

    test.beforeAll(async ({ browser }) => {
      const chosen = ground()
      test.skip(chosen.kind === 'none', chosen.kind === 'none' ? `needs a real cluster: ${chosen.reason}` : '')
      if (chosen.kind === 'none') return
      test.skip(chosen.sampleImage === null, 'needs the kit: no image with the sample program on this ground')
      // Small, so that a log is turned over in a test; more than a burst, whose lines would be gone before anybody could ask for them: https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
      cluster = await makeLogCluster(chosen, 'cove-ledger', { containerLogMaxSize: '5Mi', containerLogMonitorInterval: '3s' })
      cove = await startCove(cluster.machine)
      context = await browser.newContext({ locale: 'en-GB' })
      const page = await context.newPage()
      client = await connectAs(page, cove)
      await page.close()
      crash = await showApp('crash')
      await apply(
        samplePods(cluster.image, [
          { name: 'crash', app: 'crash', args: ['crash', '-after', '1s', '-code', '3'] },
          { name: 'long', app: 'long', args: [...plain, '-rate', '2000', '-count', String(longCount)] },
        ]),
      )
    })

    test.afterAll(async () => {
      for (const each of witnesses) each.kill()
      client?.close()
      await context?.close()
      await cove?.stop()
      await cluster?.end()
    })

    /** A page with everything that the part has said and says, and the view that it holds. */
    async function show(part: LogPart, parts: string): Promise<{ page: Page; viewId: string }> {
      const page = await context.newPage()
      await openLogs(page, cove.origin, { context: cluster.context, parts, begin: 'all' })
      const views = client.api.logs
      const mine = async () => (await views.views()).find(({ open }) => JSON.stringify(open.parts) === JSON.stringify([part]))?.viewId
      await expect.poll(mine).toBeTruthy()
      return { page, viewId: (await mine()) ?? '' }
    }

    const showApp = (app: string) =>
      show({ kind: 'selector', namespace: 'default', selector: `app=${app}`, container: null }, selectorPart(`app=${app}`))
    const showDeployment = (name: string) =>
      show({ kind: 'workload', namespace: 'default', type: 'Deployment', name, container: null }, `workload:default/Deployment/${name}`)
    const until = (viewId: string, wanted: (state: LogViewState) => boolean, ms?: number) => untilView(client.api.logs, viewId, wanted, ms)
    const rowsIn = (viewId: string) => rowsOf(client.api.logs, viewId)
    const apply = (manifest: string) => cluster.kubectl(['apply', '-f', '-'], manifest)
    const linesOf = ({ sources }: LogViewState) => sources.reduce((sum, each) => sum + each.lines, 0)
    const onNode = (...args: string[]) => execa('docker', ['exec', cluster.node, ...args])

    test('100 lines a second, 1,000 a second and a burst: each once and in order', async () => {
      const sent: Record<string, number> = { hundred: 800, thousand: 8000, burst: 20_000 }
      const { page, viewId } = await showApp('rates')
      const pod = (name: string, rate: number) => ({
        name,
        app: 'rates',
        args: [...plain, '-rate', String(rate), '-count', String(sent[name])],
      })
      await apply(samplePods(cluster.image, [pod('hundred', 100), pod('thousand', 1000), pod('burst', 20_000)]))
      const { sources } = await until(viewId, (state) => linesOf(state) >= 28_800)
      await sleep(1000) // a line that comes twice would come now
      const rows = await rowsIn(viewId)
      for (const { index, pod: name } of sources)
        expect({ pod: name, ...ledgerOf(rows, index, sent[name ?? ''] ?? 0) }).toMatchObject({
          pod: name,
          shown: sent[name ?? ''],
          ...every,
        })
      expect(sources).toHaveLength(3)
      await expect(page.locator(logRow).last()).toContainText(rows.at(-1)?.text.slice(0, 60) ?? '')
      await page.close()
    })

    test('40 pods at once, as one deployment', async () => {
      const { page, viewId } = await showDeployment('many')
      await apply(sampleDeployment(cluster.image, 40, { name: 'many', app: 'many', args: [...plain, '-rate', '20', '-count', '100'] }))
      const { sources } = await until(viewId, (state) => linesOf(state) >= 4000, 120_000)
      const rows = await rowsIn(viewId)
      const reports = sources.map(({ index, name }) => ({ name, ...ledgerOf(rows, index, 100) }))
      expect(reports).toHaveLength(40)
      expect(reports.filter((each) => each.shown !== 100 || each.doubles + each.disorder > 0)).toEqual([])
      await expect(page.locator(logRow).last()).toContainText(rows.at(-1)?.text.slice(0, 60) ?? '')
      await page.close()
      await cluster.kubectl(['delete', 'deployment', 'many', '--wait=false'])
    })

    test('a rollout while it is looked at: what old and new pods wrote, as kubectl saw it', async () => {
      await apply(sampleDeployment(cluster.image, 2, { name: 'web', app: 'web', args: [...plain, '-rate', '50', '-count', '400'] }))
      await cluster.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s'])
      const { page, viewId } = await showDeployment('web')
      const podsNow = async () =>
        (await cluster.kubectl(['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ')
      const old = await podsNow()
      const seen = new Map(old.map((pod) => [pod, witness(pod)]))
      await sleep(1500)
      await cluster.kubectl(['rollout', 'restart', 'deployment/web'])
      await cluster.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s'])
      const isNew = (pod: string | null) => pod !== null && !old.includes(pod)
      const { sources } = await until(viewId, (state) => {
        const [fresh, gone] = [state.sources.filter((each) => isNew(each.pod)), state.sources.filter((each) => !isNew(each.pod))]
        return fresh.length === 2 && fresh.every((each) => each.lines >= 400) && gone.every((each) => each.state === 'ended')
      })
      const rows = await rowsIn(viewId)
      const witnessed = new Map<string, number>()
      for (const [pod, child] of seen) {
        const { exitCode, stderr, stdout } = await child
        // A witness that was cut off would ask for less than was written.
        expect({ pod, exitCode, stderr }).toEqual({ pod, exitCode: 0, stderr: '' })
        const numbers = numbersIn(stdout)
        expect(numbers.length).toBeGreaterThan(0)
        expect(numbers).toEqual(numbers.map((_, at) => at + 1))
        witnessed.set(pod, numbers.length)
      }
      expect(sources.map(({ pod }) => pod)).toEqual(expect.arrayContaining(old))
      expect(sources).toHaveLength(4)
      for (const { index, pod } of sources) {
        const count = witnessed.get(pod ?? '') ?? 400
        const report = ledgerOf(rows, index, count)
        expect({ pod, ...report }).toMatchObject({ pod, ...every })
        if (isNew(pod)) expect(report.shown).toBe(count)
        else expect(report.shown).toBeGreaterThanOrEqual(count)
      }
      expect(rows.filter((row) => row.note?.type === 'ended').length).toBeGreaterThanOrEqual(2)
      await page.close()
      await cluster.kubectl(['delete', 'deployment', 'web', '--wait=false'])
    })

    test('a crash loop: the line of each run once, and a row where it restarted', async () => {
      if (!crash) throw new Error('no crash loop was begun')
      const { page, viewId } = crash
      const { sources } = await until(viewId, (state) => (state.sources[0]?.restarts ?? 0) >= 2 && linesOf(state) >= 6, 90_000)
      const rows = await rowsIn(viewId)
      const runs = rows.filter((row) => / n=1 /.test(row.text)).map((row) => row.text)
      const ends = rows.filter((row) => row.text.startsWith('fatal: cannot reach'))
      const restarts = rows.filter((row) => row.note?.type === 'restarted')
      expect(runs.length).toBeGreaterThanOrEqual(3)
      expect({ different: new Set(runs).size, restarts: restarts.length }).toEqual({ different: runs.length, restarts: runs.length - 1 })
      // The run that goes on has not failed yet.
      expect([runs.length - 1, runs.length]).toContain(ends.length)
      expect(restarts[0]?.note).toMatchObject({ type: 'restarted', exitCode: 3 })
      expect(sources).toHaveLength(1)
      await expect(page.locator(logRow).filter({ hasText: 'cannot reach the database' }).nth(1)).toBeVisible()
      await page.close()
      await cluster.kubectl(['delete', 'pod', 'crash', '--wait=false'])
    })

    test('the whole history of a log that was turned over twice: each line once and in order, from the node’s own files', async () => {
      const files = '/var/log/pods/default_long_*/c0'
      // The oldest first. A file may have another name before it is read; the next look finds it.
      const each = `for f in ${files}/0.log.* ${files}/0.log; do zcat -f "$f"; done; true`
      const written = async () => joined((await onNode('sh', '-c', each)).stdout.split('\n'))
      await expect.poll(async () => (await written()).some((line) => numberIn(line) === longCount), { timeout: 90_000 }).toBe(true)
      // What the node holds is the measure: a line that is none of the ledger, or one twice, is told.
      const strange = async () => {
        const seen = new Set<number>()
        const odd = (await written()).filter((line) => !numberIn(line) || seen.size === seen.add(numberIn(line)).size)
        return { lines: seen.size, odd: odd.slice(0, 5) }
      }
      await expect.poll(strange, { timeout: 30_000 }).toEqual({ lines: longCount, odd: [] })
      const turnedOver = (await onNode('sh', '-c', `ls ${files}/0.log.*`)).stdout.split('\n').length
      expect(turnedOver).toBeGreaterThanOrEqual(2)
      const part = { kind: 'pod', namespace: 'default', pod: 'long', container: 'c0' } as const
      const viewId = await openPinned(client.api.logs, everything(cluster.context, [part], { tail: 10 }))
      await until(viewId, (state) => linesOf(state) === 10 && state.history.state === 'available')
      await client.api.logs.loadHistory({ viewId })
      const { history, sources } = await until(viewId, (state) => !['available', 'loading'].includes(state.history.state), 120_000)
      expect(history.state).toBe('loaded')
      const rows = await rowsIn(viewId)
      expect(ledgerOf(rows, sources[0]?.index ?? -1, longCount)).toMatchObject({ shown: longCount, ...every })
      expect(notesOf(rows)).toEqual({})
      await client.api.logs.close({ viewId })
    })

    test('a pod that is gone while its files are there: listed, and each line once and in order', async () => {
      // Nobody takes the files away while the kubelet stands still.
      await onNode('systemctl', 'stop', 'kubelet')
      try {
        await cluster.kubectl(['delete', 'pod', 'long', '--force', '--grace-period=0'])
        const found = (await client.api.logs.gone(cluster.context)).find(({ pod }) => pod === 'long')
        if (!found) throw new Error('the pod is not among those that are gone')
        const { bytes, writtenAt: _, ...part } = found
        expect(bytes).toBeGreaterThan(0)
        const viewId = await openPinned(client.api.logs, everything(cluster.context, [{ kind: 'gone', ...part }]))
        const { sources } = await until(
          viewId,
          (state) => state.sources.length === 1 && state.sources.every((each) => each.state === 'ended'),
        )
        expect(ledgerOf(await rowsIn(viewId), sources[0]?.index ?? -1, longCount)).toMatchObject({ shown: longCount, ...every })
        await client.api.logs.close({ viewId })
      } finally {
        await onNode('systemctl', 'start', 'kubelet')
      }
    })

    for (const unit of ['kubelet', 'containerd'] as const)
      test(`the journal of a node: the last lines of its ${unit}`, async () => {
        const part = { kind: 'journal', node: cluster.node, unit } as const
        const viewId = await openPinned(client.api.logs, everything(cluster.context, [part], { tail: 50 }))
        const { sources } = await until(viewId, (state) => linesOf(state) >= 50)
        expect(sources).toMatchObject([{ kind: 'journal', state: 'following' }])
        const rows = (await rowsIn(viewId)).slice(0, 50)
        const own = await onNode('journalctl', `--unit=${unit}`, '--output=cat')
        for (const row of rows) {
          expect(row.time).not.toBeNull()
          expect(own.stdout).toContain(row.text.slice(0, 100))
        }
        await client.api.logs.close({ viewId })
      })

    test('kubelet restarted, API server killed, Cove suspended, node paused for 30 s, logs turned over meanwhile: each line once and in order, and no row says that one is missing', async () => {
      test.setTimeout(300_000)
      const sent: Record<string, number> = { steady: 6000, quick: 60_000, flood: 120_000 }
      const all = 186_000
      const { page, viewId } = await showApp('faults')
      const pod = (name: string, rate: number) => ({
        name,
        app: 'faults',
        args: [...plain, '-rate', String(rate), '-count', String(sent[name])],
      })
      await apply(samplePods(cluster.image, [pod('steady', 100), pod('quick', 1000), pod('flood', 8000)]))
      await until(viewId, (state) => state.sources.length === 3 && state.sources.every((each) => each.lines > 300))
      // A log is turned over while the API stands still and then dies: what was on its way is in no stream any more.
      const turns = async () =>
        Number((await onNode('sh', '-c', 'ls -d /var/log/pods/default_flood_*/c0/0.log.* 2>/dev/null | wc -l')).stdout)
      await onNode('pkill', '-STOP', 'kube-apiserver')
      const before = await turns()
      await expect.poll(turns, { intervals: [200], timeout: 30_000 }).toBeGreaterThan(before)
      await onNode('pkill', '-9', 'kube-apiserver')
      await sleep(2000)
      await expect
        .poll(() => cluster.kubectl(['get', '--raw', '/readyz', '--request-timeout=2s']).catch(() => ''), { timeout: 90_000 })
        .toBe('ok')
      await onNode('systemctl', 'restart', 'kubelet')
      const asleep = (await family(cove.pid)).map(Number)
      for (const pid of asleep) process.kill(pid, 'SIGSTOP')
      await sleep(5000)
      for (const pid of asleep) process.kill(pid, 'SIGCONT')
      await execa('docker', ['pause', cluster.node])
      await sleep(30_000)
      await execa('docker', ['unpause', cluster.node])
      const { sources } = await until(viewId, () => true)
      // Until nothing comes any more. What the API did not bring comes from the node's files a while after the last line that it brought.
      let [count, since] = [-1, Date.now()]
      while (count < all && Date.now() - since < 20_000) {
        const lines = linesOf(await until(viewId, () => true))
        if (lines !== count) [count, since] = [lines, Date.now()]
        await sleep(1000)
      }
      const turnedOver = (await onNode('sh', '-c', 'ls /var/log/pods/default_quick_*/c0')).stdout.split('\n').length - 1
      expect(turnedOver).toBeGreaterThan(0)
      let rows = await rowsIn(viewId)
      // A row that says that lines are missing goes when they are there, or when it is known that none are.
      for (let tries = 0; tries < 10 && 'gap' in notesOf(rows); tries++) {
        await sleep(1000)
        rows = await rowsIn(viewId)
      }
      const found = sources.map(({ index, pod: name }) => {
        const { doubles, disorder, shown } = ledgerOf(rows, index, sent[name ?? ''] ?? 0)
        return { name, shown, doubles, disorder, holes: holesOf(rows, index, sent[name ?? ''] ?? 0) }
      })
      // The faults did what they were meant to: streams were cut, and nothing was written while the node stood still.
      for (const { index, pod: name } of sources.filter((source) => source.pod !== 'flood')) {
        const own = rows.filter((row) => row.source === index)
        expect({ name, ...notesOf(own) }).toMatchObject({ name, resumed: expect.any(Number) })
        const times = own.filter((row) => row.note === null).map((row) => Date.parse(row.time ?? ''))
        expect(Math.max(...times.map((time, at) => time - (times[at - 1] ?? time)))).toBeGreaterThan(20_000)
      }
      // Only files say which stream a line was written to.
      const fromFiles = rows.filter((row) => row.stream !== null).length
      console.log('ledger over faults:', JSON.stringify(found), JSON.stringify(notesOf(rows)), `${fromFiles} lines from the node’s files`)
      // The API does not bring all of it: it shows only the newest file, and the kubelet's own follower, so also kubectl's, goes to it without reading the old one to its end, which no stream says
      // (https://github.com/kubernetes/cri-client/blob/v0.34.4/pkg/logs/logs.go#L373). The node's files hold the rest.
      for (const each of found) expect(each).toEqual({ name: each.name, shown: sent[each.name ?? ''], doubles: 0, disorder: 0, holes: [] })
      expect(notesOf(rows)).not.toHaveProperty('gap')
      expect(fromFiles).toBeGreaterThan(0)
      await expect(page.locator(logRow).last()).toContainText(rows.at(-1)?.text.slice(0, 60) ?? '')
    })

    /** What kubectl follows of a pod until it is gone. */
    function witness(pod: string) {
      const child = execa('kubectl', ['logs', '-f', pod], { env: cluster.machine.env, extendEnv: false, stdin: 'ignore', reject: false })
      witnesses.push({ kill: () => void child.kill() })
      return child
    }
  })

const numbersIn = (text: string) => [...text.matchAll(/\bn=(\d+)/g)].map((match) => Number(match[1]))

function notesOf(rows: readonly LogRow[]) {
  const notes: Record<string, number> = {}
  for (const { note } of rows) if (note) notes[note.type] = (notes[note.type] ?? 0) + 1
  return notes
}

const numberIn = (line: string) => Number(/\bn=(\d+)/.exec(line)?.[1])

/** Texts of one stream in a node's files: where the runtime begins a new file it may cut a line in two, the first part marked `P`. */
function joined(lines: readonly string[]): string[] {
  const texts: string[] = []
  let part = ''
  for (const line of lines) {
    const [, tag, text = ''] = /^\S+ stdout ([PF]) (.*)$/.exec(line) ?? []
    if (tag === undefined) continue
    part += text
    if (tag === 'P') continue
    texts.push(part)
    part = ''
  }
  return texts
}
