import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressIn, inOrder, nextFree, parseNetwork } from './addresses.ts'

const node = (name: string, role: 'control-plane' | 'worker' | 'load-balancer' = 'worker') => ({
  name,
  role,
  state: 'exited' as const,
  containerId: name,
})

test('the address in the flags of a kubelet, also beside one of IPv6', () => {
  const flags = (ip: string) =>
    `KUBELET_KUBEADM_ARGS="--pod-infra-container-image=registry.k8s.io/pause:3.10.1 --node-ip=${ip} --node-labels="`
  expect(addressIn(flags('172.18.0.3'))).toBe('172.18.0.3')
  expect(addressIn(flags('fc00:f853:ccd:e793::3,172.18.0.3'))).toBe('172.18.0.3')
  expect(addressIn(flags('172.18.0.3,fc00:f853:ccd:e793::3'))).toBe('172.18.0.3')
  expect(addressIn(flags('fc00:f853:ccd:e793::3'))).toBeNull()
  // What `docker container cp … -` sends is an archive of this one file.
  expect(addressIn(`kubeadm-flags.env\0\0${flags('10.0.0.9')}\0`)).toBe('10.0.0.9')
  expect(addressIn('')).toBeNull()
})

test('nodes start in the order of their addresses, as numbers; the balancer has none', () => {
  const former = new Map([
    ['a', '172.18.0.10'],
    ['b', '172.18.0.9'],
    ['c', '172.18.1.2'],
  ])
  expect(inOrder([node('c'), node('lb', 'load-balancer'), node('a'), node('b')], former).map((one) => one.name)).toEqual(['b', 'a', 'c'])
})

test('what docker says of a network', () => {
  const text = JSON.stringify({
    IPAM: { Config: [{ Subnet: 'fc00::/64' }, { Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }] },
    Containers: { x: { Name: 'shop-worker', IPv4Address: '172.18.0.2/16' }, y: { Name: 'six', IPv4Address: '' } },
  })
  expect(parseNetwork(text)).toEqual({ subnet: '172.18.0.0/16', gateway: '172.18.0.1', used: new Map([['172.18.0.2', 'shop-worker']]) })
  expect(parseNetwork('{"IPAM":{"Config":[{"Subnet":"fc00::/64"}]}}')).toBeNull()
  expect(parseNetwork('no such network')).toBeNull()
})

test('the next address is the lowest that is neither taken nor the gateway, and in the subnet', () => {
  const network = (used: string[], subnet = '172.18.0.0/16') => ({
    subnet,
    gateway: '172.18.0.1',
    used: new Map(used.map((one) => [one, 'x'])),
  })
  expect(nextFree(network([]))).toBe('172.18.0.2')
  expect(nextFree(network(['172.18.0.2', '172.18.0.4']))).toBe('172.18.0.3')
  expect(nextFree(network(['172.18.0.2'], '172.18.0.0/30'))).toBeNull()
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 2, max: 254 }), { maxLength: 250 }), (taken) => {
      const next = nextFree(
        network(
          taken.map((number) => `172.18.0.${number}`),
          '172.18.0.0/24',
        ),
      )
      const number = next === null ? 255 : Number(next.split('.')[3])
      expect(taken).not.toContain(number)
      for (let lower = 2; lower < number; lower++) expect(taken).toContain(lower)
    }),
  )
})
