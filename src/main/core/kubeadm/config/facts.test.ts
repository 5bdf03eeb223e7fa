import { expect, test } from 'vitest'
import { driverOf, parseAddresses } from './facts.ts'

test('addresses are those that others reach, IPv4 first', () => {
  const links = [
    {
      ifname: 'eth0',
      addr_info: [
        { family: 'inet6', local: '2001:db8::5' },
        { family: 'inet', local: '192.0.2.5' },
      ],
    },
    { ifname: 'docker0', addr_info: [{ family: 'inet', local: '172.17.0.1' }] },
  ]
  expect(parseAddresses(JSON.stringify(links))).toEqual(['192.0.2.5', '2001:db8::5'])
  expect(parseAddresses('ip: not found')).toEqual([])
})

test('the cgroup driver is what the file says, and nothing where it is silent', () => {
  expect(driverOf('[a]\n  SystemdCgroup = true\n')).toBe('systemd')
  expect(driverOf('SystemdCgroup = false')).toBe('cgroupfs')
  expect(driverOf('# SystemdCgroup = true\n')).toBe(null)
})
