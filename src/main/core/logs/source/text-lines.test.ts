import { describe, expect, it } from 'vitest'
import { textLines } from './text-lines.ts'

/** As a stream gives them: each part in the memory of the one before. */
async function* parts(...texts: readonly string[]): AsyncGenerator<Buffer, void> {
  const memory = Buffer.alloc(64)
  for (const text of texts) yield memory.subarray(0, memory.write(text))
}

async function allOf(lines: AsyncIterable<string>) {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

describe('lines of text', () => {
  it('are whole although the memory of a part is used again for the next', async () => {
    expect(await allOf(textLines(parts('{"a":1', '}\n\n{"b"', ':2}', '\n{"c":3}\nhalf')))).toEqual(['{"a":1}', '{"b":2}', '{"c":3}'])
  })

  it('are none past the most that a line may be', async () => {
    await expect(allOf(textLines(parts('12345', '67890', '1\n'), 9))).rejects.toThrow('too long')
  })
})
