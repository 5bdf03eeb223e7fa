import { expect, test, vi } from 'vitest'
import type { KubeContext } from '#shared/contract/kubeconfig.ts'
import { chooseContext, needsContext } from './use-log-choice.ts'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

const context = (name: string, file = '/k', current = false) => ({ name, file, current }) as KubeContext

test('the context of the address, else the current one, else the only one', () => {
  const two = [context('a'), context('b', '/k', true)]
  expect(chooseContext({ context: 'a' }, two)?.name).toBe('a')
  expect(chooseContext({}, two)?.name).toBe('b')
  expect(chooseContext({}, [context('a')])?.name).toBe('a')
  expect(chooseContext({}, [context('a'), context('b')])).toBeUndefined()
})

test('a context is known by its file too, and one that is not there is not replaced by another', () => {
  const same = [context('a', '/one'), context('a', '/two')]
  expect(chooseContext({ context: 'a', file: '/two' }, same)?.file).toBe('/two')
  expect(chooseContext({ context: 'gone' }, [context('a', '/k', true)])).toBeUndefined()
})

test('files of this machine need no context', () => {
  expect(needsContext([{ kind: 'file', path: '/var/log/a.log' }])).toBe(false)
  expect(
    needsContext([
      { kind: 'upload', name: 'a.log' },
      { kind: 'journal', node: 'n', unit: 'kubelet' },
    ]),
  ).toBe(true)
})
