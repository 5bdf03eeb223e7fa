import { expect, test } from 'vitest'
import type { LogLine } from '#shared/contract/logs.ts'
import { createResume } from './resume.ts'

const line = (time: string | null, text: string): LogLine => ({ seq: 0, time, text, cut: false })
const at = (second: string, text: string) => line(`2026-09-14T14:08:${second}Z`, text)
const take = (resume: ReturnType<typeof createResume>, lines: readonly LogLine[]) =>
  lines.filter((one) => resume.take(one)).map((one) => one.text)

test('nothing seen: nothing to begin from', () => {
  expect(createResume().since()).toBeNull()
})

test('begins a second before the newest line, in the offset of the log', () => {
  const resume = createResume()
  resume.take(line('2026-09-14T14:08:00.000000001+08:00', 'a'))
  expect(resume.since()).toBe('2026-09-14T14:07:59+08:00')
})

test('what comes again is not new, what comes after it is', () => {
  const resume = createResume()
  const shown = [at('20.100000000', 'a'), at('21.200000000', 'b'), at('21.300000000', 'c')]
  expect(take(resume, shown)).toEqual(['a', 'b', 'c'])
  resume.again()
  expect(take(resume, [...shown, at('21.300000001', 'd'), at('22.000000000', 'e')])).toEqual(['d', 'e'])
})

test('two equal lines at one time are two; a third of them is new after a loss', () => {
  const resume = createResume()
  const twin = at('21.500000000', 'tick')
  expect(take(resume, [twin, twin])).toEqual(['tick', 'tick'])
  resume.again()
  expect(take(resume, [twin, twin, twin])).toEqual(['tick'])
})

test('one time, another text is another line', () => {
  const resume = createResume()
  resume.take(at('21.500000000', 'out'))
  resume.again()
  expect(take(resume, [at('21.500000000', 'out'), at('21.500000000', 'err')])).toEqual(['err'])
})

test('lines out of order across a second come again and are known', () => {
  const resume = createResume()
  const shown = [at('20.900000000', 'a'), at('21.000000000', 'b'), at('20.990000000', 'late')]
  take(resume, shown)
  resume.again()
  expect(take(resume, shown)).toEqual([])
})

test('older than the first line shown was never asked for', () => {
  const resume = createResume()
  resume.take(at('21.500000000', 'first of the last 1,000'))
  resume.again()
  expect(
    take(resume, [at('20.700000000', 'before'), at('21.400000000', 'before too'), at('21.500000000', 'first of the last 1,000')]),
  ).toEqual([])
})

test('the end of a line that the API cut at the head of a stream is not a line', () => {
  const resume = createResume()
  resume.take(at('21.500000000', 'a'))
  resume.again()
  expect(take(resume, [line(null, 'rest of a long line'), at('21.500000000', 'a'), at('22.000000000', 'b')])).toEqual(['b'])
})

test('more than one loss', () => {
  const resume = createResume()
  const lines = Array.from({ length: 40 }, (_, index) => at(`${10 + Math.floor(index / 10)}.${index % 10}00000000`, `n${index}`))
  expect(take(resume, lines.slice(0, 15))).toHaveLength(15)
  resume.again()
  expect(take(resume, lines.slice(0, 27))).toHaveLength(12)
  resume.again()
  expect(take(resume, lines.slice(10))).toHaveLength(13)
})
