import { expect, test } from 'vitest'
import { contentType, pageFile, pageHeaders } from './page.ts'

test.each([
  ['/', 'index.html'],
  ['/index.html', 'index.html'],
  ['/assets/main-Ab_C-1.js', 'assets/main-Ab_C-1.js'],
  ['/assets/Inter%20'.replace('%20', ''), 'assets/Inter'],
])('%s is %s', (path, file) => {
  expect(pageFile(path)).toBe(file)
})

test.each([
  '',
  'index.html',
  '//',
  '/../x',
  '/..',
  '/a/../b',
  '/%2e%2e/x',
  '/..%2fx',
  '/.env',
  '/a/.git/config',
  '/a%00.js',
  '/a\\b',
  '/C:/x',
  '/%zz',
  '/a/',
  '/a b',
])('%s is nothing', (path) => {
  expect(pageFile(path)).toBeNull()
})

test('scripts and styles have their types, the unknown is no script', () => {
  expect(contentType('assets/a.js')).toBe('text/javascript; charset=utf-8')
  expect(contentType('assets/a.css')).toBe('text/css; charset=utf-8')
  expect(contentType('assets/a')).toBe('application/octet-stream')
})

test('the policy has no exceptions', () => {
  const policy = pageHeaders("'self'")['content-security-policy'] ?? ''
  expect(policy.startsWith("default-src 'none'")).toBe(true)
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
})
