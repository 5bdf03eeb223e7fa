// @vitest-environment happy-dom
import { cleanup, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import type { Pod } from '#shared/contract/workloads.ts'
import { world } from '../../fixtures/fake-api.ts'
import { pod } from '../../fixtures/fake-pods.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { TargetPicker } from './target-picker.tsx'
import type { LogChoice } from './use-log-choice.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
const hostile = 'gone\u001b[31m\u202epod'
vi.mock('./log-api.ts', () => ({
  logApi: {
    workloads: async () => ({ workloads: [], error: null }),
    gone: async () => [
      { node: 'worker', namespace: 'shop', pod: 'gone\u001b[31m\u202epod', podUid: 'u', container: 'c', bytes: 10, writtenAt: 0 },
    ],
  },
}))
afterEach(cleanup)

test('names that a node’s file system or the API gives are spelt out, and chosen as they are', async () => {
  const user = userEvent.setup()
  world.apiNodes = [{ name: 'node\u202e1' } as (typeof world.apiNodes)[number]]
  const add = vi.fn()
  const choice = {
    context: { file: '/k', name: 'kind-shop' },
    namespace: 'shop',
    local: true,
    view: { pods: [], error: null },
    setPicking: () => {},
    add,
  } as unknown as LogChoice
  renderAt(<TargetPicker choice={choice} words={false} />)
  await user.click(await screen.findByRole('button', { name: 'Add pods, workloads, nodes or files' }))
  expect(await screen.findAllByText(String.raw`node\u202e1`)).toHaveLength(2)
  await user.click(await screen.findByText(String.raw`gone\u001b[31m\u202epod/c`))
  expect(add).toHaveBeenCalledWith({ kind: 'gone', node: 'worker', namespace: 'shop', pod: hostile, podUid: 'u', container: 'c' })
  expect(document.body.textContent?.includes(hostile)).toBe(false)
  expect(document.body.textContent).not.toContain('\u202e')
})

test('of more pods than are listed the rest is counted, and found by typing', async () => {
  const user = userEvent.setup()
  const pods = Array.from({ length: 105 }, (_, index) => pod(`web-${index}`))
  const choice = {
    context: { file: '/k', name: 'kind-shop' },
    namespace: 'shop',
    local: false,
    view: { pods, error: null },
    setPicking: () => {},
  } as unknown as LogChoice
  renderAt(<TargetPicker choice={choice} words={false} />)
  await user.click(await screen.findByRole('button', { name: 'Add pods, workloads, nodes or files' }))
  // No option, as arrows pass over those that cannot be chosen: read out, and told with the box.
  await waitFor(() => expect(screen.getByRole('status').textContent).toMatch(/… and 5 more/))
  expect(screen.getByRole('combobox').getAttribute('aria-describedby')).toBe(screen.getByRole('status').id)
  expect(screen.queryByRole('option', { name: /more$/ })).toBeNull()
  expect(screen.queryByRole('option', { name: /^web-104 Running/ })).toBeNull()
  await user.type(screen.getByRole('combobox'), 'web-104')
  expect(await screen.findByRole('option', { name: /^web-104 Running/ })).toBeTruthy()
  expect(screen.getByRole('status').textContent).toBe('')
})

test('a word is offered as a label only when it is known which names there are: Enter takes what stands alone', async () => {
  const user = userEvent.setup()
  const choice = (pods: readonly Pod[] | null) =>
    ({
      context: { file: '/k', name: 'kind-shop' },
      namespace: 'shop',
      local: false,
      view: { pods, error: null },
      setPicking: () => {},
    }) as unknown as LogChoice
  const openWith = async (pods: readonly Pod[] | null) => {
    renderAt(<TargetPicker choice={choice(pods)} words={false} />)
    await user.click(await screen.findByRole('button', { name: 'Add pods, workloads, nodes or files' }))
    await user.type(await screen.findByRole('combobox'), 'web')
  }
  await openWith(null)
  expect(screen.queryByRole('option')).toBeNull()
  cleanup()
  await openWith([pod('web-0')])
  await waitFor(() =>
    expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['web-0Running', 'webevery pod with this label']),
  )
})
