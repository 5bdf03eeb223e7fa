import { expect, test } from 'vitest'
import { parseNodeFile } from './node-listing.ts'

const uid = '11111111-2222-3333-4444-555555555555'
const parse = (path: string, stat = '7:1795640763.000000001 12 1795640763') => parseNodeFile(`${stat} ./${path}`, '/var/log/pods')

test('a log file by its name', () => {
  expect(parse(`shop_web-0.a_${uid}/app/12.log.20261123-000010.gz`)).toEqual({
    inode: '7:1795640763.000000001',
    bytes: 12,
    writtenAt: 1795640763_000,
    path: `/var/log/pods/shop_web-0.a_${uid}/app/12.log.20261123-000010.gz`,
    namespace: 'shop',
    pod: 'web-0.a',
    podUid: uid,
    container: 'app',
    run: 12,
    rotated: '20261123-000010',
    gz: true,
  })
})

test.each([
  '<img src=x onerror=alert(1)>',
  '\u001b[31mred',
  'turned \u202egnp',
  'any*',
  'a b',
  "a'$(id)",
  'a\uFFFDb',
  '$t(title){{name}}',
  '',
])('no pod has such a name, so no folder is a pod’s by it: %j', (name) => {
  expect(parse(`${name}_web_${uid}/app/0.log`)).toBeNull()
  expect(parse(`shop_${name}_${uid}/app/0.log`)).toBeNull()
  expect(parse(`shop_web_${name}/app/0.log`)).toBeNull()
  expect(parse(`shop_web_${uid}/${name}/0.log`)).toBeNull()
})

test.each(['0.log.gz.tmp', '0.log.20261123-000010.tmp', 'x.log', '99999999999999999999.log', '0.log.1', '../0.log', '0.log\r'])(
  'no log file: %j',
  (name) => expect(parse(`shop_web_${uid}/app/${name}`)).toBeNull(),
)

test('any time that a file may have been given is one that can be said', () => {
  const writtenAt = (second: string) => parse(`shop_web_${uid}/app/0.log`, `7:- 12 ${second}`)?.writtenAt
  expect(writtenAt('-62135596800')).toBe(0)
  for (const second of ['8640000000001', '99999999999999', '9223372036854775807'])
    expect(new Date(writtenAt(second) ?? Number.NaN).toISOString()).toBe('+275760-09-13T00:00:00.000Z')
})
