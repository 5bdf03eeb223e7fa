import { once } from 'node:events'
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { callCore, expect, test } from './launch.ts'

test('the page reaches core through the port that the preload hands over', async ({ open }) => {
  const { page, home } = await open()
  const answer = (await callCore(page, '/host/info', undefined)) as { p: { b: { json: { kind: string; homeDir: string } } } }
  expect(answer.p.b.json).toMatchObject({ kind: 'electron', homeDir: home })
})

test('a second start shows the window of the first and ends', async ({ open }) => {
  const { app, again } = await open()
  const focused = app.evaluate(({ app: each }) => new Promise((resolve) => each.once('second-instance', () => resolve('asked'))))
  expect(await again()).toBe(0)
  expect(await focused).toBe('asked')
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})

test('closing the window quits at once when nothing runs', async ({ open }) => {
  const { app } = await open()
  const ended = once(app.process(), 'exit')
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  const [code] = (await ended) as [number | null]
  expect(code).toBe(0)
})

test('a signal ends it in order', async ({ open }) => {
  const { app } = await open()
  const ended = once(app.process(), 'exit')
  app.process().kill('SIGTERM')
  const [code] = (await ended) as [number | null]
  expect(code).toBe(0)
})

test('closing the window with a running job asks: going back keeps both, quitting cancels the job and says so on record', async ({
  open,
}) => {
  const publisher = createServer((request, response) => {
    if (!request.url?.endsWith('/kubectl')) return void response.end(request.url?.endsWith('.sha256') ? 'a'.repeat(64) : 'v1.34.0')
    response.writeHead(200, { 'content-length': '50000000', 'content-type': 'application/octet-stream' })
    response.write(Buffer.alloc(1000))
  }).listen(0, '127.0.0.1')
  await once(publisher, 'listening')
  const { app, page, dataDir } = await open({ COVE_PUBLISHER_KUBERNETES: `http://127.0.0.1:${(publisher.address() as AddressInfo).port}` })
  const started = (await callCore(page, '/toolchain/download', { tool: 'kubectl', version: 'v1.34.0' })) as {
    p: { b: { json: { jobId: string } } }
  }
  const { jobId } = started.p.b.json

  await answerDialogs(app, 0)
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await expect.poll(() => questions(app)).toHaveLength(1)
  expect(await questions(app)).toEqual([
    {
      message: 'A job is still running',
      buttons: ['Go back', 'Cancel jobs and quit'],
      cancelId: 0,
      detail: expect.stringContaining('kubectl'),
    },
  ])
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  // The journal follows the job by a moment.
  await expect.poll(() => stateOf(dataDir, jobId)).toBe('running')

  await answerDialogs(app, 1)
  const ended = once(app.process(), 'exit')
  await app.evaluate(({ app: each }) => each.quit())
  await ended
  expect(await stateOf(dataDir, jobId)).toBe('cancelled')
  publisher.closeAllConnections()
  publisher.close()
})

test('what is set is there at the next start, in a file that only its owner reads', async ({ open }) => {
  const settings = async (on: Page, procedure: string, input: unknown) =>
    ((await callCore(on, procedure, input)) as { p: { b: { json: { settings: object } } } }).p.b.json.settings
  const first = await open()
  const wanted = { theme: 'dark', language: 'zh-CN' }
  expect(await settings(first.page, '/settings/set', wanted)).toMatchObject(wanted)
  const ended = once(first.app.process(), 'exit')
  await first.app.evaluate(({ app }) => app.quit())
  await ended
  expect((await stat(join(first.dataDir, 'settings.json'))).mode & 0o777).toBe(0o600)

  const { page } = await open()
  await expect(page.getByRole('navigation').getByRole('link', { name: '集群' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  expect(await settings(page, '/settings/get', undefined)).toMatchObject(wanted)
})

test('closing the window with a pinned log view asks: without a window it goes on, and the next start finds it as it was', async ({
  open,
}) => {
  const { app, page, home, again } = await open()
  const path = join(home, 'some.log')
  await writeFile(path, 'one\ntwo\n')
  const core = async <T>(on: Page, procedure: string, input: unknown) =>
    ((await callCore(on, procedure, input)) as { p: { b: { json: T } } }).p.b.json
  const { viewId } = await core<{ viewId: string }>(page, '/logs/open', { context: null, parts: [{ kind: 'file', path }] })
  await core(page, '/logs/pin', { viewId, pinned: true })
  const close = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  const windows = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)

  await answerDialogs(app, 0)
  await close()
  await expect.poll(() => questions(app)).toHaveLength(1)
  expect(await questions(app)).toEqual([
    {
      message: 'A log view is to be kept reading',
      buttons: ['Go back', 'Drop them and quit', 'Close the window only'],
      cancelId: 0,
      detail: expect.stringContaining('start it again'),
    },
  ])
  expect(await windows()).toBe(1)

  await answerDialogs(app, 2)
  await close()
  await expect.poll(windows).toBe(0)
  // Added, as a log is written: a file that is written anew is another log.
  await appendFile(path, 'three\n')
  const opened = app.waitForEvent('window')
  expect(await again()).toBe(0)
  const second = await opened
  await second.waitForLoadState()
  type View = { viewId: string; pinned: boolean; lines: number }
  await expect.poll(() => core<View[]>(second, '/logs/views', undefined)).toMatchObject([{ viewId, pinned: true, lines: 3 }])

  await answerDialogs(app, 1)
  const ended = once(app.process(), 'exit')
  await close()
  const [code] = (await ended) as [number | null]
  expect(code).toBe(0)
})

type Question = { message: string; buttons: string[]; cancelId: number; detail: string }

/** Stands for the person in front of the dialog. */
async function answerDialogs(app: ElectronApplication, response: number): Promise<void> {
  await app.evaluate(({ dialog }, button) => {
    const asked: Question[] = []
    Object.assign(globalThis, { asked })
    dialog.showMessageBox = (async (...args: unknown[]) => {
      const { message, buttons, cancelId, detail } = args.at(-1) as Question
      asked.push({ message, buttons, cancelId, detail })
      return { response: button, checkboxChecked: false }
    }) as typeof dialog.showMessageBox
  }, response)
}

const questions = (app: ElectronApplication) => app.evaluate(() => (globalThis as unknown as { asked: Question[] }).asked)

/** From the journal on disk, where the next start will read it. */
async function stateOf(dataDir: string, jobId: string): Promise<string> {
  const text = await readFile(join(dataDir, 'jobs', `${jobId}.json`), 'utf8').catch(() => '{"job":{"state":"not on record"}}')
  const entry = JSON.parse(text) as { job: { state: string } }
  return entry.job.state
}
