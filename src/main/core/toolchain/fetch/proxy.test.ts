import { expect, test } from 'vitest'
import { proxyFor } from './proxy.ts'

const ask = (target: string, setting: string, env: Record<string, string> = {}) => proxyFor(new URL(target), setting, env)?.href ?? null

test('the setting wins over the environment, lower case over upper, the scheme decides', () => {
  const env = { HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:2', HTTP_PROXY: 'http://plain:3' }
  expect(ask('https://dl.k8s.io/x', 'http://mine:4', env)).toBe('http://mine:4/')
  expect(ask('https://dl.k8s.io/x', '', env)).toBe('http://lower:2/')
  expect(ask('http://dl.k8s.io/x', '', env)).toBe('http://plain:3/')
  expect(ask('https://dl.k8s.io/x', '', { ALL_PROXY: 'http://all:5' })).toBe('http://all:5/')
  expect(ask('https://dl.k8s.io/x', '', { HTTPS_PROXY: 'bare:6' })).toBe('http://bare:6/')
  expect(ask('https://dl.k8s.io/x', '')).toBeNull()
})

test.each([
  ['https://dl.k8s.io/x', 'dl.k8s.io', true],
  ['https://dl.k8s.io/x', 'k8s.io', true],
  ['https://dl.k8s.io/x', '.k8s.io', true],
  ['https://dl.k8s.io/x', '*.k8s.io', true],
  ['https://dl.k8s.io/x', 'example, DL.K8S.IO', true],
  ['https://dl.k8s.io/x', '*', true],
  ['https://dl.k8s.io/x', 'k8s.io:443', true],
  ['https://dl.k8s.io/x', 'k8s.io:8443', false],
  ['https://dlk8s.io/x', 'k8s.io', false],
  ['https://10.1.2.3/x', '10.0.0.0/8', true],
  ['https://11.1.2.3/x', '10.0.0.0/8', false],
  ['https://dl.k8s.io/x', '10.0.0.0/8', false],
  ['https://[fd00::1]/x', 'fd00::/8', true],
  ['https://[fd00::1]/x', '[fd00::1]', true],
  ['https://10.1.2.3/x', '10.0.0.0/99', false],
])('%s with NO_PROXY=%s: direct is %s', (target, list, direct) => {
  expect(ask(target, '', { HTTPS_PROXY: 'http://p:1', NO_PROXY: list }) === null).toBe(direct)
})

test('a loopback address is only asked of a proxy on loopback that was set by hand', () => {
  for (const target of ['http://127.0.0.1:80/x', 'http://localhost/x', 'http://[::1]/x', 'http://127.9.9.9/x']) {
    expect(ask(target, '', { HTTP_PROXY: 'http://127.0.0.1:1' })).toBeNull()
    expect(ask(target, 'http://proxy.example:3128')).toBeNull()
    expect(ask(target, 'http://127.0.0.1:7890')).toBe('http://127.0.0.1:7890/')
  }
})

test('what Cove cannot speak is said, without the password', () => {
  expect(() => ask('https://dl.k8s.io/x', 'socks5://127.0.0.1:1080')).toThrow(
    expect.objectContaining({ code: 'proxy-unsupported', facts: { proxy: 'socks5://127.0.0.1:1080' } }),
  )
  expect(() => ask('https://dl.k8s.io/x', '', { https_proxy: 'http://me:pw@:::' })).toThrow(
    expect.objectContaining({ code: 'proxy-unsupported', facts: { proxy: ':::' } }),
  )
})
