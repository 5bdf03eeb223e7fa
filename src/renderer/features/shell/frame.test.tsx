// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { language } from '../../locales/language.ts'
import { early, isPaletteKey } from './early.ts'
import { Frame, type FrameParts } from './frame.tsx'
import { setPath } from './path.ts'

afterEach(() => {
  cleanup()
  language.set('en')
  setPath('/clusters')
})

const parts: FrameParts = {
  Page: () => <main>the page</main>,
  ClusterCount: () => <span>3</span>,
  RunningJobs: () => null,
  Engine: () => <a href="#/machine">docker</a>,
}
const never = () => new Promise<FrameParts>(() => {})
const link = (name: string) => screen.getByRole('link', { name })

test('the rail leads to every page before anything else is here', async () => {
  render(<Frame load={never} />)
  const hrefs = screen.getAllByRole('link').map((each) => each.getAttribute('href'))
  expect(hrefs).toEqual(['#main', '#/clusters', '#/logs', '#/contexts', '#/machine', '#/activity', '#/settings', '#/machine'])
  expect(link('Clusters').getAttribute('aria-current')).toBe('page')
  window.location.hash = '#/logs?context=a'
  act(() => void window.dispatchEvent(new PopStateEvent('popstate')))
  expect(link('Logs').getAttribute('aria-current')).toBe('page')
  expect(link('Clusters').hasAttribute('aria-current')).toBe(false)
})

test('a job belongs to Clusters, and a name that only begins like a page to none', () => {
  render(<Frame load={never} />)
  act(() => setPath('/jobs/j1'))
  expect(link('Clusters').getAttribute('aria-current')).toBe('page')
  act(() => setPath('/logsomething'))
  expect(document.querySelector('[aria-current]')).toBeNull()
})

test('what comes later joins the rail that is there: the focus stays where it was', async () => {
  let come: (all: FrameParts) => void = () => {}
  const load = () => new Promise<FrameParts>((resolve) => (come = resolve))
  render(<Frame load={load} />)
  const contexts = link('Contexts')
  contexts.focus()
  await act(async () => come(parts))
  expect(screen.getByRole('main').textContent).toBe('the page')
  expect(link('Clusters 3')).toBeTruthy()
  expect(link('docker')).toBeTruthy()
  expect(document.activeElement).toBe(contexts)
  expect(contexts.isConnected).toBe(true)
})

test('what was asked for before the page is here is remembered: the palette, and the focus in its place', async () => {
  let come: (all: FrameParts) => void = () => {}
  const load = () => new Promise<FrameParts>((resolve) => (come = resolve))
  render(<Frame load={load} />)
  const key = new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true })
  act(() => void window.dispatchEvent(key))
  expect(key.defaultPrevented).toBe(true)
  document.querySelector<HTMLElement>('.skip-link')?.click()
  expect(document.activeElement?.id).toBe('main')
  await act(async () => come(parts))
  expect(early).toEqual({ palette: true, main: true })
  // From now on the page listens itself.
  act(() => void window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true })))
  expect(early.palette).toBe(true)
  Object.assign(early, { palette: false, main: false })
})

test('the palette is Ctrl+K, and ⌘K on a Mac, in capitals too, and nothing that another key makes of it', () => {
  const pressed = (part: KeyboardEventInit) => isPaletteKey(new KeyboardEvent('keydown', { key: 'k', ...part }))
  for (const part of [{ ctrlKey: true }, { metaKey: true }, { metaKey: true, key: 'K' }]) expect(pressed(part)).toBe(true)
  for (const part of [{}, { metaKey: true, shiftKey: true }, { ctrlKey: true, altKey: true }, { metaKey: true, key: 'j' }])
    expect(pressed(part)).toBe(false)
})

test('code that does not come is said, with a way out', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  render(<Frame load={() => Promise.reject(new Error('no such file'))} />)
  expect((await screen.findByRole('alert')).textContent).toContain('Open the page again')
  expect(link('Logs')).toBeTruthy()
  said.mockRestore()
})

test('speaks the language of the page, and another one as soon as it is chosen', () => {
  render(<Frame load={never} />)
  act(() => language.set('zh-CN'))
  expect(link('集群')).toBeTruthy()
  expect(document.documentElement.lang).toBe('zh-CN')
})
