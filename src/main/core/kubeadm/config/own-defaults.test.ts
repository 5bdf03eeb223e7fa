import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { ownDefaults } from './own-defaults.ts'

test.each(['v1beta3', 'v1beta4'] as const)('a new cluster begins with systemd as cgroup driver of its kubelets (%s)', (version) => {
  const documents = parseAllDocuments(ownDefaults('init', version, 'v1.34.4')).map((one) => one.toJS() as Record<string, unknown>)
  expect(documents.map(({ kind }) => kind)).toEqual(['InitConfiguration', 'ClusterConfiguration', 'KubeletConfiguration'])
  expect(documents[0]?.['apiVersion']).toBe(`kubeadm.k8s.io/${version}`)
  expect(documents[2]?.['cgroupDriver']).toBe('systemd')
})
