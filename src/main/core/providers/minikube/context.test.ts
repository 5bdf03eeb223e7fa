import { expect, test } from 'vitest'
import { ownsContext } from './context.ts'

const certificate = '/home/me/.minikube/profiles/one/client.crt'
test.each([
  ['its certificate', { cluster: 'one', local: true, certificate }, true],
  // Stopped: its network is not up, so the address looks like another machine's.
  ['its certificate, stopped', { cluster: 'one', local: false, certificate }, true],
  ['renamed', { cluster: 'renamed', local: false, certificate }, true],
  ['that of another profile', { cluster: 'one', local: true, certificate: certificate.replace('one', 'two') }, false],
  ['another tool', { cluster: 'one', local: true, certificate: '/home/me/one/client.crt' }, false],
  ['embedded, here', { cluster: 'one', local: true }, true],
  ['embedded, somewhere', { cluster: 'one', local: false }, false],
  ['embedded, of another name', { cluster: 'two', local: true }, false],
])('%s', (_what, context, owned) => {
  expect(ownsContext(context, 'one')).toBe(owned)
})
