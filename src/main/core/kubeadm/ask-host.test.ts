import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHarness, type Harness } from '../exec/fixtures/harness.ts'
import { askHost } from './ask-host.ts'
import type { Host } from './types.ts'

let t: Harness
beforeEach(() => {
  t = createHarness()
})
afterEach(() => t.close())

const host = () => {
  const run: Host['run'] = ({ argv, root: _root, ...command }) => t.exec.run({ ...command, file: argv[0], args: argv.slice(1) })
  return { name: 'lab', run } as Host
}

test('what a host says stands under its names', async () => {
  const said = await askHost(host(), `printf '\\n== a\\n'; echo "$1"; printf '\\n== b\\n'; printf '\\n== end\\n'`, ['one two'])
  expect([...said].map(([name, text]) => [name, text.trim()])).toEqual([
    ['a', 'one two'],
    ['b', ''],
    ['end', ''],
  ])
})

test('what was cut off is not what a host is', async () => {
  await expect(askHost(host(), `printf '\\n== a\\n'; echo gone >&2; exit 1`)).rejects.toMatchObject({
    code: 'command-output-unreadable',
    facts: { command: 'look at lab', reason: 'gone' },
  })
  await expect(askHost(host(), 'sleep 30', [], AbortSignal.timeout(200))).rejects.toMatchObject({ code: 'cancelled' })
})
