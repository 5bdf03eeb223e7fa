// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { asked, context, file, kube, mainFile, problem, resetKube, snapshot, workFile } from '../../fixtures/fake-contexts.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { currentContext } from './context-state.ts'
import { ContextSwitcher } from './context-switcher.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-contexts.ts'))

const shop = context('kind-shop', { current: true, namespace: 'shop' })
const lab = context('kind-lab')
const eu = context('shop-eu', { file: workFile, server: 'https://k8s.eu.example.com:6443', local: false })

beforeEach(() => resetKube(snapshot([shop, lab, eu])))
afterEach(cleanup)

const trigger = () => screen.findByRole('button', { name: /^Current context:/ })
async function openList() {
  renderAt(<ContextSwitcher />)
  await screen.findByText('kind-shop')
  await userEvent.click(await trigger())
  return await screen.findByRole('combobox', { name: 'Switch context' })
}

test('a file that cannot be read makes none unknown; what is known stays, marked as old', () => {
  const broken = problem('kubeconfig-invalid', { file: mainFile, line: 3, reason: 'x' })
  expect(currentContext(undefined, null).kind).toBe('loading')
  expect(currentContext(undefined, new Error('x')).kind).toBe('unknown')
  expect(currentContext(snapshot([]), null).kind).toBe('none')
  expect(currentContext(snapshot([], { files: [file(mainFile, { error: broken })] }), null).kind).toBe('unknown')
  expect(currentContext(snapshot([], { dangling: 'gone' }), null)).toEqual({ kind: 'dangling', name: 'gone' })
  expect(currentContext(snapshot([shop], { files: [file(mainFile, { error: broken })] }), null)).toMatchObject({
    kind: 'chosen',
    old: true,
  })
  const locked = problem('kubeconfig-locked', { file: mainFile })
  expect(currentContext(snapshot([shop], { files: [file(mainFile, { error: locked })] }), null)).toMatchObject({ old: false })
})

test('says the context, its namespace and where it is', async () => {
  renderAt(<ContextSwitcher />)
  expect(await screen.findByRole('button', { name: 'Current context: kind-shop / shop local' })).toBeTruthy()
})

test('says what dangles and what is unknown, in both languages', async () => {
  kube.now = snapshot([lab], { dangling: 'gone' })
  renderAt(<ContextSwitcher />)
  expect(await screen.findByText('gone is in no file')).toBeTruthy()
  cleanup()
  renderAt(<ContextSwitcher />, 'zh-CN')
  expect(await screen.findByText('文件中没有 gone')).toBeTruthy()
  cleanup()
  kube.fails['kubeconfig.list'] = problem('internal')
  renderAt(<ContextSwitcher />)
  expect(await screen.findByText('context unknown')).toBeTruthy()
})

test('by keyboard: type, Enter switches at once, the focus goes back', async () => {
  const input = await openList()
  await waitFor(() => expect(document.activeElement).toBe(input))
  await userEvent.type(input, 'lab')
  expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['kind-lab127.0.0.1:6443local'])
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(asked('kubeconfig.use')).toEqual([{ file: mainFile, name: 'kind-lab' }]))
  await waitFor(() => expect(screen.queryByRole('combobox')).toBeNull())
  await waitFor(async () => expect(document.activeElement).toBe(await trigger()))
  expect((await trigger()).textContent).toContain('kind-lab')
})

test('arrows choose, and the one chosen is told', async () => {
  const input = await openList()
  const options = screen.getAllByRole('option')
  await waitFor(() => expect(input.getAttribute('aria-activedescendant')).toBe(options[0]?.id))
  fireEvent.keyDown(input, { key: 'ArrowDown' })
  await waitFor(() => expect(input.getAttribute('aria-activedescendant')).toBe(options[1]?.id))
})

test('Esc closes without a switch', async () => {
  await openList()
  await userEvent.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('combobox')).toBeNull())
  expect(asked('kubeconfig.use')).toEqual([])
})

test('Enter of an input method does nothing', async () => {
  const input = await openList()
  await userEvent.type(input, 'lab')
  fireEvent.keyDown(input, { key: 'Enter', isComposing: true })
  fireEvent.keyDown(input, { key: 'Enter', keyCode: 229 })
  expect(asked('kubeconfig.use')).toEqual([])
})

test('one that is not on this machine asks first and names the server; the safe answer has the focus', async () => {
  const input = await openList()
  await userEvent.type(input, 'eu')
  await userEvent.keyboard('{Enter}')
  const step = await screen.findByRole('region', { name: 'Switch to shop-eu?' })
  expect(within(step).getByText('https://k8s.eu.example.com:6443')).toBeTruthy()
  expect(document.activeElement).toBe(within(step).getByRole('button', { name: 'Stay' }))
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('combobox')))
  expect(asked('kubeconfig.use')).toEqual([])
  await userEvent.keyboard('{Enter}')
  await userEvent.click(await screen.findByRole('button', { name: 'Switch to shop-eu' }))
  await waitFor(() => expect(asked('kubeconfig.use')).toEqual([{ file: workFile, name: 'shop-eu' }]))
})

test('what cannot be switched to is shown with the reason, and is not', async () => {
  kube.now = snapshot([
    shop,
    context('kind-shop', { file: workFile, shadowed: true }),
    context('old', { file: workFile, server: null, local: null, problem: problem('not-found', { what: 'cluster', name: 'gone' }) }),
  ])
  await openList()
  for (const reason of ['same name in ~/.kube/config', 'cluster gone is missing']) {
    const option = (await screen.findByText(reason)).closest('[role="option"]')
    expect(option?.getAttribute('aria-disabled')).toBe('true')
    await userEvent.click(option as Element)
  }
  expect(asked('kubeconfig.use')).toEqual([])
})

test('a file that fails greys its contexts and never empties the list', async () => {
  kube.now = snapshot([shop, eu], {
    files: [file(mainFile), file(workFile, { error: problem('kubeconfig-invalid', { file: workFile, line: 12, reason: 'x' }) })],
  })
  await openList()
  expect(screen.getByText('~/work/clusters.yaml, last known')).toBeTruthy()
  expect(screen.getByText('last known; its file cannot be read').closest('[role="option"]')?.getAttribute('aria-disabled')).toBe('true')
  expect(screen.getByText('1 file with a problem')).toBeTruthy()
})

test('a write that fails is said where it was asked for, with a way to try again; nothing is lost', async () => {
  kube.fails['kubeconfig.use'] = problem('kubeconfig-locked', { file: mainFile, lock: `${mainFile}.lock`, ageSeconds: 40 })
  const input = await openList()
  await userEvent.type(input, 'lab')
  await userEvent.keyboard('{Enter}')
  expect(await screen.findByText(`${mainFile} is locked by another program`)).toBeTruthy()
  expect(screen.getByText('The context was not switched. Nothing was changed.')).toBeTruthy()
  expect((input as HTMLInputElement).value).toBe('lab')
  kube.fails = {}
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await waitFor(async () => expect((await trigger()).textContent).toContain('kind-lab'))
})
