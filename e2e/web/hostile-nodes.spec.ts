import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import en from '../../src/renderer/locales/en/logs.json' with { type: 'json' }
import { harmOf, hostileLines, hostileName, hostileRowsOf, hostileWords } from '../support/hostile.ts'
import { type LogApi, podOf } from '../support/log-api.ts'
import { logRow, logScroll } from '../support/log-page.ts'
import { needsKubectl, openScriptedLogs, type ScriptedLogs } from '../support/scripted-logs.ts'
import type { ScriptedMachine } from '../support/scripted-tools.ts'
import { expect, test } from '../support/test.ts'

// What lies on the nodes, whose root can make anything: files of pods, of pods that are gone, and journals. The engine is a script whose node is a folder; the real kubectl reads a scripted API.

const root = join(import.meta.dirname, '../..')
const node = 'scripted'
const uid = '11111111-2222-3333-4444-555555555555'
const live = { kind: 'raw', lines: [{ base64: Buffer.from('n=2 of the API').toString('base64') }] } as const
const stamp = (n: number) => `2026-01-01T00:00:${String(n).padStart(2, '0')}.000000001Z`
const lines = hostileLines().map(({ base64, repeat = 1 }) => Buffer.from(base64, 'base64').toString('latin1').repeat(repeat))
const shortLines = lines.filter((line) => line.length < 1_000_000)
const bytes = (parts: readonly string[]) => Buffer.from(parts.join(''), 'latin1')

/** As containerd writes it: parts of 16 KiB. */
const cri = (from: readonly string[]) =>
  bytes(
    from.flatMap((line, n) => {
      const parts = line.match(/[^]{1,16384}/g) ?? ['']
      return parts.map((part, at) => `${stamp(n)} stdout ${at === parts.length - 1 ? 'F' : 'P'} ${part}\n`)
    }),
  )
/** As Docker writes it, which makes text of what is none. */
const json = (from: readonly string[]) =>
  Buffer.from(
    from
      .map((line, n) => `${JSON.stringify({ log: `${Buffer.from(line, 'latin1').toString()}\n`, stream: 'stderr', time: stamp(n) })}\n`)
      .join(''),
  )
/** As `journalctl --output=json` prints it: what is no text or not printable as an array of bytes. */
const journal = (from: readonly string[]) =>
  from
    .map((line, n) => {
      const raw = Buffer.from(line, 'latin1')
      // oxlint-disable-next-line no-control-regex
      const printable = Buffer.from(raw.toString()).equals(raw) && !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(raw.toString())
      const MESSAGE = printable ? raw.toString() : [...raw]
      return `${JSON.stringify({ MESSAGE, __CURSOR: `s=1;i=${n}`, __REALTIME_TIMESTAMP: String(Date.parse(stamp(n)) * 1000 + n) })}\n`
    })
    .join('')

/** Names of a namespace, a pod and a container that no pod has. */
const odd = hostileName.replaceAll('/', '')

async function prepare(machine: ScriptedMachine, api: LogApi): Promise<void> {
  const { port } = new URL(api.url)
  await machine.set(
    `containers/${node}`,
    JSON.stringify({
      ID: 'ab'.repeat(32),
      Names: node,
      Image: 'kindest/node:v1.34.4',
      Labels: `io.x-k8s.kind.cluster=${node},io.x-k8s.kind.role=control-plane`,
      State: 'running',
      Status: 'Up 1 second',
      CreatedAt: '2026-11-24 03:49:47 +0000 UTC',
      Ports: `127.0.0.1:${port}->6443/tcp`,
      Volume: '',
    }),
  )
  const log = (folder: string, file: string, content: Buffer) => machine.set(`nodes/${node}/pods/${folder}/${file}`, content)
  await log('default_containerd_uid-0/containerd', '0.log.20260101-000000.gz', gzipSync(cri(shortLines)))
  await log('default_containerd_uid-0/containerd', '0.log', cri(['n=1 after it']))
  await log('default_docker_uid-1/docker', '0.log', json(shortLines))
  await log(`default_gone_${uid}/gone`, '0.log', cri(lines))
  const cut = gzipSync(cri(['n=1 before the damage', 'n=2 before the damage']))
  cut.writeUInt32LE(7, cut.length - 8)
  await log(`default_damaged_${uid}/damaged`, '0.log.20260101-000000.gz', cut)
  await log(`default_damaged_${uid}/damaged`, '0.log', cri(['n=3 after the damage']))
  for (const folder of [`${odd}_gone_${uid}/gone`, `default_${odd}_${uid}/gone`, `default_gone_${odd}/gone`, `default_gone_${uid}/${odd}`])
    await log(folder, '0.log', cri(['n=1 of a hostile name']))
  await machine.set(`nodes/${node}/programs/journal.jsonl`, journal(shortLines))
  const journalctl = await readFile(join(root, 'src/main/core/logs/files/fixtures/journalctl'))
  await machine.set(`nodes/${node}/programs/journalctl`, journalctl, 0o755)
}

test.describe('hostile files and journals of a node', () => {
  let stage: ScriptedLogs
  let page: Page
  test.beforeAll(async ({ browser }) => {
    needsKubectl()
    const script = { pods: [podOf('containerd', live), podOf('docker', live)] }
    const newPage = () => browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    stage = await openScriptedLogs(script, newPage, prepare)
    page = stage.page
  })
  test.afterAll(async () => stage?.end())

  const row = (text: string) => page.locator(logRow).filter({ hasText: text })
  /** Every hostile line stands in one row, and none of them did anything. */
  const readsThrough = async (count: number) => {
    await page.locator(logScroll).focus()
    await page.keyboard.press('g')
    await expect(row('H-colours')).toBeVisible()
    expect(await hostileRowsOf(page, count)).toEqual({ once: hostileWords, harm: [] })
  }

  for (const [pod, count] of [
    ['containerd', 2],
    ['docker', 1],
  ] as const)
    test(`the whole history of a pod, as ${pod} wrote it`, async () => {
      await stage.show(pod)
      await expect(row('n=2 of the API')).toBeVisible()
      await page.getByRole('button', { name: en.history.load }).click()
      await expect(page.getByRole('button', { name: en.history.load })).toHaveCount(0)
      await readsThrough(hostileWords.length + count)
    })

  test('pods that are gone: only what can be one is offered; its lines, one of 50 MB too', async () => {
    await stage.show('docker')
    await page.getByRole('button', { name: en.pick.add }).click()
    const options = page.getByRole('dialog').getByRole('option')
    await expect(options.filter({ hasText: 'gone/gone' })).toHaveCount(1)
    await expect(options.filter({ hasText: 'img src' })).toHaveCount(0)
    expect(await harmOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    const gone = [node, 'default', 'gone', uid, 'gone'].join('/')
    await stage.show('x', { parts: `gone:${gone}` })
    await expect(row('n=1 the last line')).toBeVisible({ timeout: 60_000 })
    await readsThrough(hostileWords.length + 2)
    await expect(row('H-long')).toHaveCount(1)
    await row('H-long').click()
    await expect(page.getByText(en.line.cut)).toBeVisible({ timeout: 30_000 })
    expect(await harmOf(page)).toEqual([])
  })

  test('a damaged file: what it has, that a part is missing, and the rest', async () => {
    await stage.show('x', { parts: `gone:${[node, 'default', 'damaged', uid, 'damaged'].join('/')}` })
    await expect(page.locator(logRow)).toContainText(['n=1 before', 'n=2 before', en.note.why.unreadable, 'n=3 after', ''])
  })

  test('a pod that is gone by an address with any name: said to be none, and nothing else', async () => {
    const e = encodeURIComponent
    await stage.show('x', { parts: `gone:${[node, odd, odd, odd, odd].map(e).join('/')}` })
    await expect(page.locator('main')).toContainText('u202egnp')
    expect(await harmOf(page)).toEqual([])
  })

  test('the journal of a node', async () => {
    for (const unit of ['kubelet', 'containerd']) {
      await stage.show('x', { parts: `journal:${node}/${unit}` })
      await expect(row('n=1 the last line')).toBeVisible()
      await readsThrough(hostileWords.length + 1)
    }
  })
})
