// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { renderAt } from '../../fixtures/render-at.tsx'
import { partsOf } from '../logs/log-place.ts'
import { NodeJournals } from './node-journals.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
afterEach(cleanup)

test.each([
  ['containerd://2.1.4', ['kubelet', 'containerd']],
  ['cri-o://1.33.0', ['kubelet', 'crio']],
  ['docker://28.2.2', ['kubelet', 'cri-docker', 'docker']],
  // As a cluster names it while the API is silent.
  ['cri-o', ['kubelet', 'crio']],
  ['crio', ['kubelet', 'crio']],
  ['docker', ['kubelet', 'cri-docker', 'docker']],
  [null, ['kubelet', 'containerd']],
] as const)('the journals of a node that runs %s: each link leads to a unit that it has', async (runtime, units) => {
  renderAt(<NodeJournals context={{ name: 'lab', file: '/k' }} name="lab-m02" runtime={runtime} />)
  const links = await screen.findAllByRole('link')
  expect(links.map((link) => link.textContent)).toEqual(units.map((unit) => `${unit} journal`))
  const parts = links.flatMap((link) => partsOf(new URLSearchParams(link.getAttribute('href')?.split('?')[1]).get('parts') ?? ''))
  expect(parts).toEqual(units.map((unit) => ({ kind: 'journal', node: 'lab-m02', unit })))
})
