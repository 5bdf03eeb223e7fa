// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { asked, context, file, kube, mainFile, problem, resetKube, snapshot, workFile } from '../../fixtures/fake-contexts.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { ContextsPage } from './contexts-page.tsx'
import { removalOf } from './removal.ts'
import { kubectlCommand } from './use-context-actions.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-contexts.ts'))
vi.mock('../shell/page.tsx', () => import('../../fixtures/plain-page.tsx'))

/** Rows come into view when the test says so. */
const watched = new Map<Element, () => void>()
vi.stubGlobal(
  'IntersectionObserver',
  class {
    readonly tell: (entries: { readonly isIntersecting: boolean }[]) => void
    constructor(tell: (entries: { readonly isIntersecting: boolean }[]) => void) {
      this.tell = tell
    }
    observe(element: Element) {
      watched.set(element, () => this.tell([{ isIntersecting: true }]))
    }
    disconnect() {}
  },
)
const showAll = () => act(async () => watched.forEach((show) => show()))

const shop = context('kind-shop', { current: true, namespace: 'shop' })
const lab = context('kind-lab', { server: 'https://127.0.0.1:39021' })
const eu = context('shop-eu', { file: workFile, server: 'https://k8s.eu.example.com:6443', local: false, user: 'oidc' })
const staging = context('staging', { file: workFile, server: 'https://10.20.0.11:6443', local: false, user: 'oidc' })

beforeEach(() => {
  watched.clear()
  resetKube(snapshot([shop, lab, eu, staging]))
})
afterEach(cleanup)

/** The name's cell is the first that holds it; its cluster's may too. */
const cellsOf = (name: string) => screen.queryAllByText(name, { selector: '.mono.cut' })
const rowOf = async (name: string) => {
  await screen.findByRole('button', { name: `More actions for ${name}` })
  return cellsOf(name)[0]?.closest('[role="row"]') as HTMLElement
}
async function choose(name: string, item: string) {
  await userEvent.click(await screen.findByRole('button', { name: `More actions for ${name}` }))
  await userEvent.click(await screen.findByRole('menuitem', { name: item }))
}

test('loading: rows of the right shape', async () => {
  vi.spyOn(kube, 'now', 'get').mockReturnValue(new Promise(() => {}) as never)
  renderAt(<ContextsPage />)
  expect((await screen.findByRole('table', { name: 'Contexts' })).getAttribute('aria-busy')).toBe('true')
  vi.restoreAllMocks()
})

test('empty: says where it looked and what to do', async () => {
  kube.now = snapshot([], { files: [file(mainFile, { exists: false })] })
  renderAt(<ContextsPage />)
  expect(await screen.findByText('No contexts yet')).toBeTruthy()
  expect(await screen.findByText('~/.kube/config')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Go to Clusters' })).toBeTruthy()
})

test('full: by file, with where, server, user, namespace; the filter narrows', async () => {
  renderAt(<ContextsPage />)
  expect(await screen.findByText('~/work/clusters.yaml')).toBeTruthy()
  const row = await rowOf('shop-eu')
  expect(within(row).getByText('remote')).toBeTruthy()
  expect(within(row).getByText('k8s.eu.example.com:6443')).toBeTruthy()
  expect(within(await rowOf('kind-shop')).getByText('current')).toBeTruthy()
  await userEvent.type(screen.getByRole('textbox', { name: 'Filter contexts' }), '10.20')
  expect(cellsOf('shop-eu')).toEqual([])
  expect(await rowOf('staging')).toBeTruthy()
  await userEvent.type(screen.getByRole('textbox', { name: 'Filter contexts' }), 'x')
  expect(screen.getByText('No context matches “10.20x”')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Clear filter' }))
  await userEvent.click(screen.getByRole('button', { name: 'Remote 2' }))
  expect(cellsOf('kind-lab')).toEqual([])
})

test('a file that fails greys its rows and says its line; the others are not touched', async () => {
  kube.now = snapshot([shop, eu], {
    files: [
      file(mainFile, { contexts: 1 }),
      file(workFile, { contexts: 1, error: problem('kubeconfig-invalid', { file: workFile, line: 12, reason: 'a name stands twice' }) }),
    ],
  })
  renderAt(<ContextsPage />)
  expect((await rowOf('shop-eu')).classList.contains('old')).toBe(true)
  expect((await rowOf('kind-shop')).classList.contains('old')).toBe(false)
  expect(screen.getByText('cannot be read, line 12')).toBeTruthy()
  expect(screen.getByText('Line 12: a name stands twice')).toBeTruthy()
  expect(screen.getByText(/1 context is shown as it was last read/)).toBeTruthy()
})

test('one that is only read says so', async () => {
  kube.now = snapshot([shop], { files: [file(mainFile, { writable: false, contexts: 1 })] })
  renderAt(<ContextsPage />)
  expect(await screen.findByText('read only')).toBeTruthy()
})

test('local ones are asked when seen, remote ones only on a press', async () => {
  renderAt(<ContextsPage />)
  await rowOf('kind-lab')
  expect(asked('kubeconfig.reach')).toEqual([])
  await showAll()
  await waitFor(() => expect(within(screen.getByRole('table', { name: 'Contexts' })).getAllByText('3 ms')).toHaveLength(2))
  expect(asked('kubeconfig.reach')).toEqual([
    { file: mainFile, name: 'kind-shop' },
    { file: mainFile, name: 'kind-lab' },
  ])
  kube.reach = () => ({
    state: 'unreachable',
    version: null,
    tookMs: null,
    error: problem('api-refused', { server: 'https://k8s.eu.example.com:6443' }),
  })
  await userEvent.click(screen.getByRole('button', { name: 'Ask whether shop-eu answers' }))
  expect(await within(await rowOf('shop-eu')).findByText('no answer')).toBeTruthy()
  expect(asked('kubeconfig.reach')).toHaveLength(3)
  await userEvent.click(screen.getByRole('button', { name: 'Why shop-eu does not answer' }))
  expect(await screen.findByRole('dialog', { name: 'shop-eu' })).toBeTruthy()
})

test('switching: at once when local, with a question when not', async () => {
  renderAt(<ContextsPage />)
  await userEvent.click(await screen.findByRole('button', { name: 'Switch to kind-lab' }))
  await waitFor(() => expect(asked('kubeconfig.use')).toEqual([{ file: mainFile, name: 'kind-lab' }]))
  await userEvent.click(await screen.findByRole('button', { name: 'Switch to staging' }))
  const dialog = await screen.findByRole('dialog', { name: 'Switch to staging?' })
  expect(within(dialog).getByText('https://10.20.0.11:6443')).toBeTruthy()
  expect(asked('kubeconfig.use')).toHaveLength(1)
  await userEvent.click(within(dialog).getByRole('button', { name: 'Switch to staging' }))
  await waitFor(() => expect(asked('kubeconfig.use')).toHaveLength(2))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('a copied command is said', async () => {
  renderAt(<ContextsPage />)
  await choose('kind-lab', 'Copy kubectl command')
  expect(await screen.findByText('Copied: kubectl --context kind-lab get pods')).toBeTruthy()
})

test('a removal takes only what nothing else uses', () => {
  expect(removalOf(shop, kube.now)).toEqual({ cluster: 'kind-shop', user: 'kind-shop', keptCluster: null, keptUser: null, current: true })
  expect(removalOf(eu, kube.now)).toEqual({ cluster: 'shop-eu', user: null, keptCluster: null, keptUser: 'oidc', current: false })
  const broken = context('old', { problem: problem('not-found', { what: 'cluster', name: 'old' }) })
  expect(removalOf(broken, kube.now).cluster).toBeNull()
})

test('remove: names what goes and stays, needs the name, can be undone', async () => {
  renderAt(<ContextsPage />)
  await choose('shop-eu', 'Remove…')
  const dialog = await screen.findByRole('dialog', { name: 'Remove context shop-eu?' })
  expect(dialog.textContent).toContain('Cluster entry shop-eu, which nothing else uses')
  expect(dialog.textContent).toContain('User entry oidc, which other contexts use')
  expect(dialog.textContent).toContain('The cluster itself at https://k8s.eu.example.com:6443: it keeps running')
  const confirm = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Remove shop-eu' })
  expect(confirm.disabled).toBe(true)
  const input = within(dialog).getByRole('textbox')
  fireEvent.change(input, { target: { value: 'shop-eu' } })
  fireEvent.keyDown(input, { key: 'Enter', isComposing: true })
  expect(asked('kubeconfig.remove')).toEqual([])
  await userEvent.click(confirm)
  await waitFor(() => expect(asked('kubeconfig.remove')).toEqual([{ file: workFile, name: 'shop-eu' }]))
  expect(await screen.findByText(/shop-eu was removed/)).toBeTruthy()
  await waitFor(() => expect(cellsOf('shop-eu')).toEqual([]))
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }))
  await waitFor(() => expect(asked('kubeconfig.restore')).toEqual([{ id: 'backup-1' }]))
  expect(await rowOf('shop-eu')).toBeTruthy()
  expect(screen.queryByText(/shop-eu was removed/)).toBeNull()
})

test('undo is not offered once something else was written, as it puts whole files back', async () => {
  const { queries } = renderAt(<ContextsPage />)
  await choose('shop-eu', 'Remove…')
  fireEvent.change(await screen.findByRole('textbox', { name: /Type shop-eu/ }), { target: { value: 'shop-eu' } })
  await userEvent.click(screen.getByRole('button', { name: 'Remove shop-eu' }))
  await screen.findByRole('button', { name: 'Undo' })
  kube.now = snapshot([...kube.now.contexts, context('kind-new')])
  await act(() => queries.invalidateQueries())
  expect(await screen.findByText(/something was changed since/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull()
})

test('a removal that fails says so in its dialog, which stays', async () => {
  kube.fails['kubeconfig.remove'] = problem('kubeconfig-read-only', { file: mainFile })
  renderAt(<ContextsPage />)
  await choose('kind-lab', 'Remove…')
  fireEvent.change(await screen.findByRole('textbox', { name: /Type kind-lab/ }), { target: { value: 'kind-lab' } })
  await userEvent.click(screen.getByRole('button', { name: 'Remove kind-lab' }))
  expect(await screen.findByText(`${mainFile} cannot be written`)).toBeTruthy()
  expect(screen.getByText('Nothing was changed.')).toBeTruthy()
})

test('namespace: suggestions of a local cluster, a bad one is refused as it is typed', async () => {
  renderAt(<ContextsPage />)
  await choose('kind-lab', 'Set namespace…')
  const dialog = await screen.findByRole('dialog', { name: 'Namespace of kind-lab' })
  const input = within(dialog).getByRole('textbox', { name: 'Namespace' })
  fireEvent.change(input, { target: { value: 'My Space' } })
  expect(within(dialog).getByText(/Lower-case letters/)).toBeTruthy()
  fireEvent.keyDown(input, { key: 'Enter' })
  fireEvent.change(input, { target: { value: 'kube' } })
  await userEvent.click(await within(dialog).findByRole('button', { name: 'kube-system' }))
  expect((input as HTMLInputElement).value).toBe('kube-system')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Set namespace' }))
  await waitFor(() => expect(asked('kubeconfig.setNamespace')).toEqual([{ file: mainFile, name: 'kind-lab', namespace: 'kube-system' }]))
})

test('namespace: a remote cluster is asked only on a press', async () => {
  renderAt(<ContextsPage />)
  await choose('staging', 'Set namespace…')
  const ask = await screen.findByRole('button', { name: 'Ask the cluster for its namespaces' })
  expect(asked('workloads.namespaces')).toEqual([])
  await userEvent.click(ask)
  expect(await screen.findByRole('button', { name: 'kube-system' })).toBeTruthy()
})

test('logs lead to the log page of that context', async () => {
  const { router } = renderAt(<ContextsPage />)
  await choose('shop-eu', 'Logs')
  await waitFor(() => expect(router.state.location.pathname).toBe('/logs'))
  expect(router.state.location.search).toEqual({ context: 'shop-eu', file: workFile })
})

test('the command names the context, and the file where kubectl would see another one', () => {
  expect(kubectlCommand(lab)).toBe('kubectl --context kind-lab get pods')
  expect(kubectlCommand(context('my lab', { shadowed: true, file: workFile }))).toBe(
    `kubectl --kubeconfig ${workFile} --context 'my lab' get pods`,
  )
})

test('backups: when, before what, restored after a question', async () => {
  kube.backups = [{ id: 'b1', file: mainFile, at: Date.now() - 3_600_000, reason: 'use kind-lab', bytes: 1200 }]
  renderAt(<ContextsPage />)
  const table = await screen.findByRole('table', { name: 'Backups' })
  expect(await within(table).findByText('Switch to kind-lab')).toBeTruthy()
  expect(within(table).getByText('1 h ago')).toBeTruthy()
  await userEvent.click(within(table).getByRole('button', { name: /^Restore/ }))
  const dialog = await screen.findByRole('dialog', { name: 'Restore ~/.kube/config?' })
  expect(asked('kubeconfig.restore')).toEqual([])
  await userEvent.click(within(dialog).getByRole('button', { name: 'Restore ~/.kube/config' }))
  await waitFor(() => expect(asked('kubeconfig.restore')).toEqual([{ id: 'b1' }]))
})
