import { expect, test } from 'vitest'
import { minors } from './minors.ts'
import { datesOf, stateOn } from './support.ts'

test('listed minors have the dates of the page', () => {
  expect(datesOf(34)).toEqual({ releasedOn: '2025-08-27', maintenanceOn: '2026-08-27', endsOn: '2026-10-27', datesFrom: 'page' })
  expect(datesOf(37)).toMatchObject({ endsOn: '2027-10-28', datesFrom: 'page' })
})

test('one that is not listed yet is counted, and said to be', () => {
  expect(datesOf(38)).toEqual({ releasedOn: '2026-12-26', maintenanceOn: '2027-12-28', endsOn: '2028-02-28', datesFrom: 'rule' })
  expect(datesOf(39)).toMatchObject({ releasedOn: '2027-04-26', endsOn: '2028-06-28' })
  expect(datesOf(25)).toBeNull()
})

test('the rule gives what the page says of the minors that have not ended', () => {
  for (const { releasedOn, endsOn, minor } of minors.slice(0, 3)) {
    const [year = 0, month = 0] = releasedOn.split('-').map(Number)
    expect([minor, endsOn]).toEqual([minor, new Date(Date.UTC(year, month - 1 + 14, 28)).toISOString().slice(0, 10)])
  }
})

test.each([
  ['2025-08-26', 'upcoming'],
  ['2025-08-27', 'supported'],
  ['2026-08-26', 'supported'],
  ['2026-08-27', 'maintenance'],
  ['2026-10-27', 'maintenance'],
  ['2026-10-28', 'ended'],
] as const)('1.34 on %s: %s', (day, state) => {
  expect(stateOn(day, datesOf(34) ?? fail())).toBe(state)
})

test('the list is newest first and without gaps', () => {
  expect(minors.map(({ minor }) => minor)).toEqual(minors.map((_, index) => (minors[0]?.minor ?? 0) - index))
  for (const { minor, newest } of minors) expect(newest).toMatch(new RegExp(`^v1\\.${minor}\\.\\d+$`))
})

function fail(): never {
  throw new Error('1.34 is not listed')
}
