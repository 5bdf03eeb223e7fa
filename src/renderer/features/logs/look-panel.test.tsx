// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import { renderAt } from '../../fixtures/render-at.tsx'
import { LookPanel } from './look-panel.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
afterEach(cleanup)

test('of more fields than are listed the rest is counted, and found by typing', async () => {
  const user = userEvent.setup()
  const known = Array.from({ length: 34 }, (_, index) => `field.${index}`)
  renderAt(<LookPanel times="local" onTimes={() => {}} columns={[]} known={() => known} onColumns={() => {}} />)
  await user.click(await screen.findByRole('button', { name: 'Time and columns' }))
  expect(await screen.findByText('… and 4 more')).toBeTruthy()
  expect(screen.queryByRole('checkbox', { name: 'field.33' })).toBeNull()
  await user.type(screen.getByRole('textbox', { name: 'Field as a column' }), 'field.33')
  expect(await screen.findByRole('checkbox', { name: 'field.33' })).toBeTruthy()
  expect(screen.queryByText(/more$/)).toBeNull()
})
