// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import type { Pod } from '#shared/contract/workloads.ts'
import { problem } from '../../fixtures/fake-api.ts'
import { nameInId } from './cluster-gone.tsx'
import { podsReducer } from './use-pods.ts'
import type { PodsView } from './use-pods.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

const pod = (name: string, status = 'Running') => ({ uid: name, namespace: 'shop', name, status }) as unknown as Pod
const none: PodsView = { pods: null, asOf: null, error: null }

test('a watch is put together from its snapshot and its changes', () => {
  const first = podsReducer(none, { type: 'snapshot', pods: [pod('b'), pod('a')], asOf: 1 })
  const next = podsReducer(first, { type: 'changed', upserted: [pod('b', 'CrashLoopBackOff'), pod('c')], removed: ['a'], asOf: 2 })
  expect(next.pods?.map((one) => [one.name, one.status])).toEqual([
    ['b', 'CrashLoopBackOff'],
    ['c', 'Running'],
  ])
  expect(next.asOf).toBe(2)
})

test('a failing source keeps the last rows and its age', () => {
  const first = podsReducer(none, { type: 'snapshot', pods: [pod('a')], asOf: 1 })
  const failed = podsReducer(first, { type: 'failed', error: problem('api-refused', { server: 'x' }) })
  expect(failed.pods).toHaveLength(1)
  expect(failed.asOf).toBe(1)
  expect(failed.error).not.toBeNull()
  expect(podsReducer(failed, { type: 'snapshot', pods: [], asOf: 3 }).error).toBeNull()
})

test('the id of a cluster that is gone still says its name', () => {
  expect(nameInId('kind:shop:1f3a')).toBe('shop')
  expect(nameInId('external:/home/ann/.kube/config:x')).toBe('')
})
