// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { calls, cluster, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { AddOnsTab } from './add-ons-tab.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
beforeEach(() => {
  calls.length = 0
})

afterEach(cleanup)

const made = (part = {}) => cluster({ id: 'minikube:lab:1', provider: 'minikube', name: 'lab', ...part })

test('add-ons are turned on from the table', async () => {
  world.addOns = [
    { name: 'dashboard', enabled: true },
    { name: 'ingress', enabled: false },
  ]
  renderAt(<AddOnsTab cluster={made()} />)
  const table = await screen.findByRole('grid', { name: 'Add-ons' }).catch(() => screen.findByRole('table', { name: 'Add-ons' }))
  expect(within(table).getByRole('row', { name: /dashboard/ }).textContent).toContain('On')
  await userEvent.click(within(table).getByRole('button', { name: 'Turn on ingress' }))
  await waitFor(() =>
    expect(calls.find((call) => call.name === 'clusters.setAddOn')?.input).toEqual({ id: 'minikube:lab:1', addOn: 'ingress', on: true }),
  )
})

function Working() {
  const [jobId, setJobId] = useState<string | null>(null)
  return (
    <>
      <button type="button" onClick={() => setJobId('job-15')}>
        begin
      </button>
      <AddOnsTab cluster={made({ jobId })} />
    </>
  )
}

test('while a job works on the cluster nothing can be turned', async () => {
  world.addOns = [{ name: 'ingress', enabled: false }]
  renderAt(<Working />)
  const button = await screen.findByRole('button', { name: 'Turn on ingress' })
  expect((button as HTMLButtonElement).disabled).toBe(false)
  await userEvent.click(screen.getByRole('button', { name: 'begin' }))
  expect((button as HTMLButtonElement).disabled).toBe(true)
  await userEvent.click(button)
  expect(calls.some((call) => call.name === 'clusters.setAddOn')).toBe(false)
})

test('a stopped cluster is told of and not asked', async () => {
  renderAt(<AddOnsTab cluster={made({ state: 'stopped' })} />)
  expect(await screen.findByText('The cluster does not run')).toBeTruthy()
  expect(calls.some((call) => call.name === 'clusters.addOns')).toBe(false)
})
