import { expect, test } from 'vitest'
import { createCriSplitter } from './cri-splitter.ts'
import { linesOf } from './fixtures/recording-sink.ts'
import type { HistoryEdge } from './seam.ts'
import { createSeam } from './seam.ts'

const second = 1_795_640_000
const iso = new Date(second * 1000).toISOString().slice(0, 19)
const line = (nanos: number, text: string, stream = 'stdout') => `${iso}.${String(nanos).padStart(9, '0')}Z ${stream} F ${text}\n`
const edgeAt = (nanos: number, text: string): HistoryEdge => ({ at: { second, nanos }, text: Buffer.from(text) })

/** What goes through, with the lines handed over in batches of so many bytes. */
function through(input: string, edge: () => HistoryEdge | null, { chunk = Infinity, fresh = Infinity } = {}) {
  const passed: string[] = []
  const seam = createSeam(edge, fresh, (batch) => passed.push(...linesOf(batch).map(({ text }) => text)))
  let met = false
  const splitter = createCriSplitter((batch) => {
    if (!met) met = seam.take(batch, 0) === 'met'
  })
  const bytes = Buffer.from(input)
  for (let at = 0; at < bytes.length; at += chunk) splitter.push(bytes.subarray(at, at + chunk))
  splitter.end()
  return { passed, met, end: seam.finish() }
}

test.each([Infinity, 70, 20])('stdout and stderr out of order around the edge: what stands before it goes through (%d)', (chunk) => {
  const input = line(1, 'a') + line(9, 'b late', 'stderr') + line(5, 'c') + line(6, 'edge') + line(2, 'd old', 'stderr') + line(7, 'e')
  expect(through(input, () => edgeAt(6, 'edge'), { chunk })).toEqual({ passed: ['a', 'b late', 'c'], met: true, end: 'joined' })
})

test('lines of one time are told apart by their text', () => {
  const input = line(5, 'one') + line(5, 'two') + line(5, 'three')
  expect(through(input, () => edgeAt(5, 'three')).passed).toEqual(['one', 'two'])
})

test('the API has the text otherwise: by time, and no gap', () => {
  const input = line(1, 'a') + line(5, 'stdout and stderr apart') + line(6, 'b')
  expect(through(input, () => edgeAt(5, 'as the API joined them'))).toEqual({ passed: ['a'], met: false, end: 'joined' })
})

test('the lines end before the edge', () => {
  expect(through(line(1, 'a'), () => edgeAt(5, 'edge'))).toEqual({ passed: ['a'], met: false, end: 'short' })
})

test('no edge: what is fresh waits to the end, and an edge that comes meanwhile is met in it', () => {
  const input = line(1, 'a') + line(5, 'b') + line(6, 'c')
  expect(through(input, () => null, { fresh: second })).toEqual({ passed: ['a', 'b', 'c'], met: false, end: 'joined' })
  for (const times of [1, 2, 3, 4]) {
    let asked = 0
    const edge = () => ((asked += 1) >= times ? edgeAt(5, 'b') : null)
    expect(through(input, edge, { fresh: second, chunk: 44 }).passed).toEqual(['a'])
  }
})
