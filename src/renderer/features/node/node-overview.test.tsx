// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { NodeDetails } from '#shared/contract/nodes.ts'
import { cluster } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { NodeOverview } from './node-overview.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
afterEach(cleanup)

const details = (shell: boolean): NodeDetails => ({
  node: cluster().nodes[0] ?? null,
  api: { value: null, error: null },
  container: { value: null, error: null },
  shell,
  asOf: 1,
})

test('use is said to be asked for only where it is: a node that does not run has a dash', async () => {
  const { unmount } = renderAt(<NodeOverview cluster={cluster()} name="shop-control-plane" details={details(true)} />)
  expect(await screen.findAllByText('asking…')).toHaveLength(2)
  unmount()
  renderAt(<NodeOverview cluster={cluster()} name="shop-control-plane" details={details(false)} />)
  expect((await screen.findByText('CPU')).nextElementSibling?.textContent).toBe('–')
  expect(screen.queryByText('asking…')).toBeNull()
})
