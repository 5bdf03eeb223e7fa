import { expect, it } from 'vitest'
import { createSourceTable } from './source-table.ts'

const info = {
  kind: 'container' as const,
  name: 'shop/web/app',
  namespace: 'shop',
  pod: 'web',
  container: 'app',
  containerKind: 'container' as const,
  owner: null,
  node: null,
  podUid: 'u1',
}

it('learns the node of a pod that joined before one had taken it, and is the same source', () => {
  const table = createSourceTable()
  const index = table.join(info)
  expect(table.join({ ...info, node: 'shop-worker' })).toBe(index)
  expect(table.list()).toMatchObject([{ node: 'shop-worker' }])
  expect(table.members()).toMatchObject([{ index, info: { node: 'shop-worker' } }])
})

it('holds what the API says of a source harmless', () => {
  const table = createSourceTable()
  const index = table.join(info)
  const message = 'secret \u001b[31m"db"\u001b[0m \u202enot\u0007 found\u001b]0;title\u0007'
  expect(table.state(index, { state: 'waiting', reason: 'Create\u202eError', message })).toBe(true)
  expect(table.list()[0]).toMatchObject({ reason: 'Create\ufffdError', message: 'secret "db" \ufffdnot\u2407 found' })
})
