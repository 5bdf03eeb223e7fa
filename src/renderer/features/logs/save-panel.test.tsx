// @vitest-environment happy-dom
import { ORPCError } from '@orpc/client'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { I18nextProvider } from 'react-i18next'
import { afterEach, expect, test, vi } from 'vitest'
import type { LogSaveEvent } from '#shared/contract/logs.ts'
import { createI18n } from '../../locales/i18n.ts'
import { SavePanel } from './save-panel.tsx'

const world = vi.hoisted(() => ({ api: {} as Record<string, unknown> }))
vi.mock('../../api/client.ts', async () => ({
  ...(await import('../../fixtures/fake-api.ts')),
  api: { logs: world.api },
}))
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

/** The panel, opened, over a core that says this of a save; `signal`: what the page listens with. */
async function open(language: 'en' | 'zh-CN', names: { label: string; now: string }, events: () => AsyncGenerator<LogSaveEvent, void>) {
  const asked: { signal?: AbortSignal } = {}
  world.api['save'] = async (_: unknown, options: { signal: AbortSignal }) => {
    asked.signal = options.signal
    return events()
  }
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
  const panel = (viewId: string) => (
    <I18nextProvider i18n={createI18n(language)}>
      <SavePanel viewId={viewId} title="web" counts={() => [30, 302]} />
    </I18nextProvider>
  )
  const shown = render(panel('v'))
  fireEvent.click(screen.getByRole('button', { name: names.label }))
  fireEvent.click(await screen.findByRole('button', { name: names.now }))
  return { asked, show: (viewId: string) => shown.rerender(panel(viewId)) }
}
const english = { label: 'Save lines to a file', now: 'Save' }

test('how far it is; saved whole it closes', async () => {
  const done = Promise.withResolvers<void>()
  await open('en', english, async function* () {
    yield { type: 'offered', path: '/save/s1' }
    yield { type: 'read', bytes: 2_500_000 }
    await done.promise
  })
  await waitFor(() => expect(screen.getByRole('progressbar').textContent).toMatch(/^2\.\d MB read|^2\.\d MiB read/))
  done.resolve()
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('cancelled it stops listening, which ends the download, and says no error', async () => {
  const { asked } = await open('en', english, async function* () {
    yield { type: 'offered', path: '/save/s1' }
    await new Promise<void>((resolve) => asked.signal?.addEventListener('abort', () => resolve()))
  })
  fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
  expect(asked.signal?.aborted).toBe(true)
  await screen.findByRole('button', { name: 'Save' })
  expect(screen.queryByRole('alert')).toBeNull()
})

test('another log in its place ends it', async () => {
  const { asked, show } = await open('en', english, async function* () {
    yield { type: 'offered', path: '/save/s1' }
    await new Promise<void>((resolve) => asked.signal?.addEventListener('abort', () => resolve()))
  })
  await screen.findByRole('progressbar')
  show('w')
  await waitFor(() => expect(asked.signal?.aborted).toBe(true))
})

test.each([
  ['en', english, /^Not saved: The browser did not begin to save.*downloads of this page/],
  ['zh-CN', { label: '保存到文件', now: '保存' }, /^未保存：浏览器没有开始保存.*下载/],
] as const)('a browser that never began is named, with the way out: %s', async (language, names, told) => {
  await open(language, names, async function* () {
    yield { type: 'offered', path: '/save/s1' }
    throw new ORPCError('APP', { status: 422, data: { code: 'save-not-begun', facts: { seconds: 60 }, commandId: null } })
  })
  expect((await screen.findByRole('alert')).textContent).toMatch(told)
})
