import { expect, test } from 'vitest'
import { shortNames } from './short-names.ts'

const container = (pod: string, name = 'main', owner: string | null = null, namespace = 'shop') => ({
  kind: 'container' as const,
  name: `${namespace}/${pod}/${name}`,
  namespace,
  pod,
  container: name,
  owner,
  node: null,
})

test('as short as tells them apart', () => {
  expect(
    shortNames([
      container('web-6d4f9c-x4k2p', 'nginx', 'Deployment/web'),
      container('web-6d4f9c-9mzr7', 'nginx', 'Deployment/web'),
      container('postgres-0', 'postgres', 'StatefulSet/postgres'),
      container('bare'),
    ]),
  ).toEqual(['web·x4k2p', 'web·9mzr7', 'postgres-0', 'bare'])
})

test('the container where a pod shows several, the namespace where names meet', () => {
  expect(shortNames([container('two', 'app'), container('two', 'proxy')])).toEqual(['two/app', 'two/proxy'])
  expect(shortNames([container('same'), container('same', 'main', null, 'other')])).toEqual(['shop/same', 'other/same'])
})

test('journals by their name, files by their last part', () => {
  const none = { namespace: null, pod: null, container: null, owner: null }
  expect(
    shortNames([
      { kind: 'journal', name: 'worker/kubelet', node: 'worker', ...none },
      { kind: 'file', name: '/var/log/a.log.gz', node: null, ...none },
    ]),
  ).toEqual(['worker/kubelet', 'a.log.gz'])
})
