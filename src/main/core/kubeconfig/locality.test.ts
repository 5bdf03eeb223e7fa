import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLocalServer, type Interfaces } from './locality.ts'

const interfaces: Interfaces = {
  lo: [{ address: '127.0.0.1', cidr: '127.0.0.1/8', family: 'IPv4' }],
  eth0: [
    { address: '192.168.1.20', cidr: '192.168.1.20/24', family: 'IPv4' },
    { address: 'fd00::20', cidr: 'fd00::20/64', family: 'IPv6' },
  ],
  docker0: [{ address: '172.17.0.1', cidr: '172.17.0.1/16', family: 'IPv4' }],
  'br-0123456789ab': [{ address: '192.168.49.1', cidr: '192.168.49.1/24', family: 'IPv4' }],
}

describe('is this server on this machine', () => {
  it.each([
    'https://127.0.0.1:40123',
    'https://127.9.9.9',
    'https://[::1]:6443',
    'https://[::ffff:127.0.0.1]:6443',
    'https://localhost:6443',
    'https://LOCALHOST',
    'https://api.dev.localhost:443',
    'https://0.0.0.0:6443',
    'https://host.docker.internal:6443',
    'https://kubernetes.docker.internal:6443',
    'https://192.168.1.20:6443',
    'https://[fd00::20]:6443',
    'https://172.17.0.2:6443',
    'https://192.168.49.2:8443',
    '127.0.0.1:6443',
    'localhost:8080',
    'unix:///run/api.sock',
  ])('%s: yes', (server) => expect(isLocalServer(server, '', interfaces)).toBe(true))

  it.each([
    'https://192.168.1.21:6443',
    'https://10.0.0.5:6443',
    'https://172.16.0.2:6443',
    'https://172.18.0.2:6443',
    'https://[fd00::21]:6443',
    'https://ABC.gr7.eu-west-1.eks.amazonaws.com',
    'https://localhost.example.com',
    'https://notlocalhost',
    'https://127.0.0.1.nip.io:6443',
    'https://user:127.0.0.1@example.com',
    'https://example.com/127.0.0.1',
    'example.com',
  ])('%s: no', (server) => expect(isLocalServer(server, '', interfaces)).toBe(false))

  it('behind a proxy it is wherever the proxy ends', () => {
    expect(isLocalServer('https://127.0.0.1:6443', 'socks5://127.0.0.1:1080', interfaces)).toBe(false)
  })

  it.each(['', 'https://', 'http://[', ':'])('%j: not known', (server) => expect(isLocalServer(server, '', interfaces)).toBeNull())

  it('a plain name is what a parser of addresses makes of it', () => {
    const label = fc.oneof(
      fc.constantFrom('localhost', 'docker', 'internal', 'host', 'xn--', 'xn--a', '0x7f', '127', '0', '-', 'a-b'),
      fc.stringMatching(/^[a-z0-9-]{1,6}$/),
    )
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), fc.constantFrom('', ':80', ':6443', '/', ':443/'), (labels, end) => {
        const server = `https://${labels.join('.')}${end}`
        // The mark at the end leads past the short way.
        expect({ server, local: isLocalServer(server, '', interfaces) }).toEqual({
          server,
          local: isLocalServer(`${server}?`, '', interfaces),
        })
      }),
      { numRuns: 5000 },
    )
  })
})
