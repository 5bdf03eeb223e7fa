import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { harmless, plainText, sanitize } from './sanitize.ts'

describe('sanitize', () => {
  it.each([
    ['plain text', 'a line', 'a line'],
    ['tab', 'a\tb', 'a\tb'],
    ['other writing', '请求完成 🚀 \u200d', '请求完成 🚀 \u200d'],
    ['colours', '\u001b[1;31mred\u001b[0m', '\u001b[1;31mred\u001b[0m'],
    ['colours with colons', '\u001b[38:2::255:0:0mx\u001b[m', '\u001b[38:2::255:0:0mx\u001b[m'],
    ['clear screen', 'a\u001b[2J\u001b[Hb', 'ab'],
    ['private modes', '\u001b[?1049hx\u001b[?25l', 'x'],
    ['a private sequence that ends like a colour', '\u001b[?4mx', 'x'],
    ['xterm key modifiers, which end like a colour too', '\u001b[>4;2mx', 'x'],
    ['window title, BEL', '\u001b]0;owned\u0007x', 'x'],
    ['window title, ST', '\u001b]2;owned\u001b\\x', 'x'],
    ['clipboard write', '\u001b]52;c;ZXZpbA==\u0007x', 'x'],
    ['link keeps its text only', '\u001b]8;;https://evil.test\u001b\\click\u001b]8;;\u001b\\', 'click'],
    ['device control string', '\u001bP+q544e\u001b\\x', 'x'],
    ['application command', '\u001b_Gf=24;AAAA\u001b\\x', 'x'],
    ['reset', '\u001bcx', 'x'],
    ['charset', '\u001b(0qqq\u001b(B', 'qqq'],
    ['8-bit CSI', '\u009b2Jx', 'x'],
    ['8-bit OSC', '\u009d0;t\u009cx', 'x'],
    ['lone C1', 'a\u0085b', 'a\uFFFDb'],
    ['unfinished title hides nothing', '\u001b]0;never ends', '\u241b]0;never ends'],
    ['unfinished colour', 'x\u001b[31', 'x\u241b[31'],
    ['ESC at the end', 'x\u001b', 'x\u241b'],
    ['nested: taking one away makes no other', '\u001b\u001b[2J[31m', '\u241b[31m'],
    ['nested title', '\u001b]0;a\u001b[2Jb\u0007', '\u241b]0;ab\u2407'],
    ['bell, backspace, NUL, DEL', 'a\u0007b\bc\u0000d\u007f', 'a\u2407b\u2408c\u2400d\u2421'],
    ['progress line', '10%\r20%\r100%', '100%'],
    ['CR of Windows', 'line\r', 'line'],
    ['direction override', 'user\u202e txt.exe\u202c', 'user\uFFFD txt.exe\uFFFD'],
    ['direction isolate', '\u2066a\u2069', '\uFFFDa\uFFFD'],
    ['line separators', 'a\u2028b\u2029', 'a\uFFFDb\uFFFD'],
    ['markup is text', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ])('%s', (_name, input, output) => {
    expect(sanitize(input)).toBe(output)
  })

  it('leaves no control but whole colours, whatever comes, and does not change what it made', () => {
    const part = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '31m',
      '0;',
      'm',
      '\u0007',
      '\\',
      '\u009b',
      '\u009d',
      '\r',
      'P',
      '(',
      'B',
      'x',
      '2J',
      '\u202e',
      '\u0000',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const output = sanitize(parts.join(''))
        // oxlint-disable-next-line no-control-regex
        const rest = output.replaceAll(/\u001b\[[0-9;:]*m/g, '')
        // oxlint-disable-next-line no-control-regex
        expect(rest).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
        expect(sanitize(output)).toBe(output)
      }),
      { numRuns: 2000 },
    )
  })

  it('takes linear time on hostile lines', () => {
    const hostile = [
      '\u001b]0;'.repeat(20_000),
      `\u001b[${'1;'.repeat(60_000)}`,
      '\u001bP'.repeat(60_000),
      '\u001b '.repeat(60_000),
      'a\r'.repeat(60_000),
    ]
    const start = performance.now()
    for (const line of hostile) sanitize(line)
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

it('names keep nothing but their characters, wherever they stand', () => {
  expect(plainText('a\u001b[31mred\u001b[0m\u202eb')).toBe('ared\uFFFDb')
  expect(harmless({ name: 'x\u001b]0;t\u0007', labels: { 'k\u202e': 'v\u0000' }, list: ['\u2066'], count: 1, none: null })).toEqual({
    name: 'x',
    labels: { 'k\uFFFD': 'v\u2400' },
    list: ['\uFFFD'],
    count: 1,
    none: null,
  })
})
