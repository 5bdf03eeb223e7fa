import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recorded } from './fixtures/ground.ts'
import { read, readSections, unreadSections } from './sections.ts'

test('lines of a machine never pass for the marks of the script', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('done', 'end user 0', 'section user', 'cove-host-facts 1', ''))),
      (lines) => {
        const body = lines.map((line) => line.replaceAll('\n', ' '))
        const text = ['noise', 'cove-host-facts 1', 'section hosts', ...body.map((line) => `|${line}`), 'end hosts 0', 'done', ''].join(
          '\n',
        )
        expect(readSections(text).get('hosts')).toEqual({ lines: body, code: 0 })
      },
    ),
  )
})

test('a text that is cut off is no text', () => {
  const text = recorded('bare-host')
  for (const end of [0, 20, Math.floor(text.length / 2), text.length - 6])
    expect(() => readSections(text.slice(0, end))).toThrow('unreadable')
})

test('why a section was not read is told apart', () => {
  const sections = new Map([44, 77, 124, 127, 2, 0].map((code) => [`s${code}`, { lines: ['a'], code }] as const))
  const why = (code: number) => read(sections, `s${code}`, (lines) => lines)
  expect(why(44)).toEqual({ known: false, why: 'absent' })
  expect(why(127)).toEqual({ known: false, why: 'absent' })
  expect(why(77)).toEqual({ known: false, why: 'denied' })
  expect(why(124)).toEqual({ known: false, why: 'timeout' })
  expect(why(2)).toEqual({ known: false, why: 'failed' })
  expect(why(0)).toEqual({ known: true, value: ['a'] })
  expect([...unreadSections(sections).keys()]).toEqual(['s77', 's124', 's2'])
})
