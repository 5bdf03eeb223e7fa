import { expect, test } from 'vitest'
import type { Runtime, Runtimes } from '#shared/contract/runtimes.ts'
import { driverFor, parseAddresses } from './facts.ts'

test('addresses are those that others reach, IPv4 first', () => {
  const links = [
    {},
    {
      ifname: 'eth0',
      addr_info: [{ family: 'inet6', local: '2001:db8::5' }, { family: 'inet', local: '192.0.2.5' }, {}],
    },
    { ifname: 'docker0', addr_info: [{ family: 'inet', local: '172.17.0.1' }] },
  ]
  expect(parseAddresses(JSON.stringify(links))).toEqual(['192.0.2.5', '2001:db8::5'])
  expect(parseAddresses('ip: not found')).toEqual([])
})

test('the cgroup driver is that of the only runtime, unless the kubelet asks it anyway', () => {
  const runtime = {
    name: 'containerd',
    installed: 'yes',
    driver: 'cgroupfs',
    sockets: [{ path: '/run/containerd/containerd.sock', listening: true }],
  } as Runtime
  const kubelet = { from: 'config' } as Runtimes['kubelet']
  expect(driverFor({ kubelet, runtimes: [runtime] })).toBe('cgroupfs')
  expect(driverFor({ kubelet: { ...kubelet, from: 'runtime' }, runtimes: [runtime] })).toBe(null)
  expect(driverFor({ kubelet, runtimes: [runtime, { ...runtime, name: 'cri-o' }] })).toBe(null)
  expect(driverFor({ kubelet, runtimes: [] })).toBe(null)
})
