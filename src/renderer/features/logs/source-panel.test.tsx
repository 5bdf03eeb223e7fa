// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import { renderAt } from '../../fixtures/render-at.tsx'
import { fakeSource } from './fixtures/fake-view.ts'
import { SourcePanel } from './source-panel.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
afterEach(cleanup)

const sources = [0, 1].map((index) => fakeSource({ index, name: `shop/web-${index}/web` }))

test.each([
  [[], 'true', 'toggle'],
  [[1], 'mixed', 'show'],
  [[0, 1], 'false', 'show'],
] as const)('the box of a group says whether all, some or none of it is shown: hidden %j', async (hidden, checked, how) => {
  const press = vi.fn()
  const group = { key: 'web', label: 'web', part: null, sources }
  const unseen = new Set(sources.filter(({ index }) => hidden.some((one) => one === index)))
  renderAt(<SourcePanel group={group} unseen={unseen} sight={{ hidden: [], only: [] }} onPress={press} />)
  await userEvent.click(await screen.findByRole('button'))
  const [whole] = await screen.findAllByRole('checkbox')
  expect(whole?.getAttribute('aria-checked')).toBe(checked)
  expect(whole?.querySelector('svg') !== null).toBe(checked !== 'false')
  await userEvent.click(whole as HTMLElement)
  expect(press).toHaveBeenCalledWith(group, how)
})
