// @vitest-environment happy-dom
import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import { I18nextProvider } from 'react-i18next'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ShellEvent } from '#shared/contract/nodes.ts'
import { cluster } from '../../fixtures/fake-api.ts'
import { createI18n } from '../../locales/i18n.ts'
import { ShellTab } from './shell-tab.tsx'
// Shown lazily: read here, so that no test waits for it.
import './terminal.tsx'

/** Core's side: shells that were opened, each with a way to say something of it. */
const core = vi.hoisted(() => ({ shells: [] as { readonly signal: AbortSignal; readonly say: (event: unknown) => void }[], shell: {} }))
vi.mock('../../api/client.ts', async () => ({ ...(await import('../../fixtures/fake-api.ts')), api: { shell: core.shell } }))

beforeEach(() => {
  core.shells = []
  const done = async () => null
  Object.assign(core.shell, {
    open: async (_where: unknown, { signal }: { signal: AbortSignal }) => {
      const stream = new TransformStream<unknown, ShellEvent>()
      const writer = stream.writable.getWriter()
      core.shells.push({ signal, say: (event) => void writer.write(event) })
      return stream.readable
    },
    write: done,
    resize: done,
    taken: done,
    close: done,
  })
})
afterEach(cleanup)

async function tab(able: boolean) {
  const i18n = createI18n('en')
  const page = (now: boolean) => (
    <I18nextProvider i18n={i18n}>
      <ShellTab cluster={cluster()} node="shop-control-plane" able={now} />
    </I18nextProvider>
  )
  const shown = render(page(able))
  const shell = () => waitFor(() => expect(core.shells.length).toBeGreaterThan(0)).then(() => core.shells[0]!)
  return { i18n, able: (now: boolean) => shown.rerender(page(now)), shell }
}

test('a shell is said to open until core has it, and to be open until it ends', async () => {
  const { shell } = await tab(true)
  const { say } = await shell()
  expect(screen.getByText('Opening a shell…')).toBeTruthy()
  expect(screen.queryByText('Shell open')).toBeNull()
  await act(async () => say({ type: 'opened', shellId: 's' }))
  expect(await screen.findByText('Shell open')).toBeTruthy()
  await act(async () => say({ type: 'ended', exitCode: 3 }))
  expect(await screen.findByText('Shell ended with exit code 3')).toBeTruthy()
  await act(async () => screen.getByRole('button', { name: 'Open a new shell' }).click())
  expect(await screen.findByText('Opening a shell…')).toBeTruthy()
  await waitFor(() => expect(core.shells).toHaveLength(2))
})

test('another language gives the terminal another name and leaves the shell open', async () => {
  const { i18n, shell } = await tab(true)
  const { signal } = await shell()
  expect(screen.getByRole('textbox', { name: 'Shell in shop-control-plane. Ctrl+Shift+L leaves it.' })).toBeTruthy()
  await act(() => i18n.changeLanguage('zh-CN'))
  expect(screen.getByRole('textbox', { name: 'shop-control-plane 中的终端。按 Ctrl+Shift+L 离开。' })).toBeTruthy()
  expect(core.shells).toHaveLength(1)
  expect(signal.aborted).toBe(false)
})

test('a node that does not run is offered none; one that pauses later keeps the shell it has', async () => {
  const { able, shell } = await tab(false)
  expect(screen.getByText('The node does not run')).toBeTruthy()
  able(true)
  const { signal } = await shell()
  able(false)
  expect(screen.queryByText('The node does not run')).toBeNull()
  expect(signal.aborted).toBe(false)
  expect(core.shells).toHaveLength(1)
})
