import { expect, test } from 'vitest'
import { linkRoute } from './link-route.ts'

const served = 'http://127.0.0.1:4173/#/clusters'
const search = '?context=kind-shop&file=%2Fk&parts=pod%3Ashop%2Fweb-0&at=2026-09-14T06%3A08%3A00Z~1k'

test('a link from the window or from a page that `cove serve` gave leads to its log in either', () => {
  for (const here of [served, 'app://cove/#/settings'])
    for (const origin of ['app://cove', 'http://127.0.0.1:4173', 'http://localhost:9', 'http://[::1]:80'])
      expect(linkRoute(`  ${origin}/#/logs${search}\n`, here)).toEqual({ path: '/logs', search })
  expect(linkRoute('https://dev.example:8443/#/logs', 'https://dev.example:8443/#/clusters')).toEqual({ path: '/logs', search: '' })
})

test('a link only leads to a page: what would begin something there is left out', () => {
  expect(linkRoute('app://cove/#/clusters/kind:shop:1/nodes/worker?tab=shell', served)).toEqual({
    path: '/clusters/kind:shop:1/nodes/worker',
    search: '',
  })
  expect(linkRoute('app://cove/#/clusters?create=true', served)).toEqual({ path: '/clusters', search: '' })
})

test.each([
  'https://evil.example/#/logs',
  'http://127.0.0.1.evil.example/#/logs',
  'http://127.0.0.1@evil.example/#/logs',
  'http://cove@127.0.0.1/#/logs',
  'app://evil/#/logs',
  'app://cove.evil/#/logs',
  'app://cove/save/id#/logs',
  'app://cove/',
  'app://cove/#logs',
  'http://127.0.0.1:4173/logs',
  'file:///etc/passwd#/logs',
  'javascript://cove/%0aalert(1)#/logs',
  'data://cove/#/logs',
  'vscode://cove/#/logs',
  'ws://127.0.0.1/#/logs',
  'http://[bad/#/logs',
])('refused: %s', (link) => expect(linkRoute(link, served)).toBe('refused'))

test('a route stays inside the page, whatever its slashes', () => {
  for (const route of ['//evil.example/logs', String.raw`/\evil.example/logs`, '/../../logs'])
    expect(linkRoute(`app://cove/#${route}`, served)).toMatchObject({ path: expect.stringMatching(/^\//), search: '' })
})

test('words are no link', () => {
  for (const text of ['', 'logs', 'web-0', 'javascript:alert(1)', 'kind:shop', '/logs', '#/logs'])
    expect(linkRoute(text, served)).toBeNull()
})
