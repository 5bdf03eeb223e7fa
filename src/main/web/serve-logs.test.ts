import { expect, test } from 'vitest'
import { pageOf } from './serve-logs.ts'

test('the address of the page holds any path', () => {
  const page = pageOf(['/var/log/李 雷;1.log', '/tmp/b&c.log'])
  const search = new URLSearchParams(page.slice(page.indexOf('?')))
  const parts = (search.get('parts') ?? '').split(';').map((part) => decodeURIComponent(part))
  expect(parts).toEqual(['file:/var/log/李 雷;1.log', 'file:/tmp/b&c.log'])
  expect(page.startsWith('#/logs?parts=')).toBe(true)
})
