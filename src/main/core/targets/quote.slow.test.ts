import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteLine } from './quote.ts'

test('words on a line are the words that a shell reads', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\0\ud800-\udfff]/g, '')),
        { maxLength: 6 },
      ),
      (words) => {
        const said = execFileSync('sh', ['-c', `printf '%s\\0' ${quoteLine(words)}`], { encoding: 'utf8' })
        expect(said.split('\0').slice(0, -1)).toEqual(words.length === 0 ? [''] : words)
      },
    ),
    { numRuns: 60 },
  )
})
