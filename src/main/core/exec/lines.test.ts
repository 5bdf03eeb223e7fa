import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLineSplitter } from './lines.ts'

const split = (bytes: Uint8Array, chunk: number, max = 65_536) => {
  const splitter = createLineSplitter(max)
  const lines = []
  for (let at = 0; at < bytes.length; at += chunk) lines.push(...splitter.push(bytes.subarray(at, at + chunk)))
  return [...lines, ...splitter.end()]
}
const texts = (input: string | Uint8Array, chunk = 1) => split(Buffer.from(input as string), chunk).map((line) => line.text)

describe('splitting', () => {
  test.each([
    ['two lines', 'a\nb\n', ['a', 'b']],
    ['no line end', 'a\nb', ['a', 'b']],
    ['empty lines', '\n\na\n', ['', '', 'a']],
    ['nothing', '', []],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['progress with CR', '10%\r50%\r100%\ndone\n', ['100%', 'done']],
    ['a shorter rewrite leaves the rest standing, as a terminal does', 'abcdef\rxy\n', ['xycdef']],
    ['multibyte, written byte by byte', '日志 👩‍👩‍👧 é\n尾', ['日志 👩‍👩‍👧 é', '尾']],
    ['NUL', 'a\0b\n', ['a\uFFFDb']],
    ['escape sequences stay', '\u001B[31mred\u001B[0m\n', ['\u001B[31mred\u001B[0m']],
    ['a byte order mark stays', '\uFEFFa\n', ['\uFEFFa']],
  ])('%s', (_, input, expected) => {
    expect(texts(input, 1)).toEqual(expected)
    expect(texts(input, 1_000)).toEqual(expected)
  })

  test('invalid and cut UTF-8 become U+FFFD and do not spoil the next line', () => {
    expect(texts(Buffer.from([0x61, 0xff, 0xe6, 0x97, 0x0a, 0x62, 0x0a, 0xe6]))).toEqual(['a\uFFFD\uFFFD', 'b', '\uFFFD'])
  })

  test('does not depend on where chunks are cut', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 4, max: 50 }),
        (bytes, chunk, max) => {
          // CR folding may cut a long rewritten line later, never differently otherwise.
          const plain = bytes.map((byte) => (byte === 13 ? 32 : byte))
          expect(split(plain, chunk, max)).toEqual(split(plain, plain.length + 1, max))
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

describe('long lines', () => {
  test('are cut at the limit, at a character border, and the next line is whole', () => {
    for (const chunk of [1, 7, 1_000]) {
      const lines = split(Buffer.from(`${'é'.repeat(10)}\nnext\n`), chunk, 9)
      expect(lines).toEqual([
        { text: 'éééé', cut: true },
        { text: 'next', cut: false },
      ])
    }
  })

  test('a line of exactly the limit is not cut', () => {
    expect(split(Buffer.from('123456789\n'), 3, 9)).toEqual([{ text: '123456789', cut: false }])
  })

  test('one line of 50 MB costs no more than the limit', () => {
    const splitter = createLineSplitter(65_536)
    const chunk = Buffer.alloc(65_536, 'x')
    splitter.push(chunk)
    const before = process.memoryUsage()
    const lines = []
    for (let n = 0; n < 800; n += 1) lines.push(...splitter.push(chunk))
    const after = process.memoryUsage()
    lines.push(...splitter.push(Buffer.from('\nnext\n')))
    expect(lines.map((line) => [line.text.length, line.cut])).toEqual([
      [65_536, true],
      [4, false],
    ])
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(10_000_000)
  })

  test('a progress line rewritten for ever is folded, not cut', () => {
    const splitter = createLineSplitter(1_000)
    for (let n = 0; n < 10_000; n += 1) expect(splitter.push(Buffer.from(`\r${String(n).padStart(6)} of 10000`))).toEqual([])
    expect(splitter.push(Buffer.from('\n'))).toEqual([{ text: '  9999 of 10000', cut: false }])
  })
})
