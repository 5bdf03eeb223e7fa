import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { logOpenSchema } from '#shared/contract/logs.ts'
import { batchOf } from '../store/fixtures/batch.ts'
import { createView } from './view.ts'

test('every line of one source among those of another is known once, over more lines than are looked at in one turn, and others have their turn meanwhile', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cove-held-'))
  const view = createView({ id: 'v', dir, open: logOpenSchema.parse({ context: null, parts: [{ kind: 'file', path: '/x' }] }) })
  try {
    const [own, other] = ['a', 'b'].map((name) =>
      view.ports.sink.join({
        kind: 'file',
        name,
        namespace: null,
        pod: null,
        container: null,
        containerKind: null,
        owner: null,
        node: null,
        podUid: '',
      }),
    )
    const seconds = 80
    const linesOf = (second: number) =>
      Array.from({ length: 1000 }, (_, n) => ({ text: `n=${second}.${n}`, second: 1000 + second, nanos: n }))
    for (let second = 0; second < seconds; second += 1)
      for (const source of [own, other]) view.ports.sink.lines(source ?? 0, batchOf(linesOf(second)), false)
    let turns = 0
    const counting = setInterval(() => (turns += 1), 0)
    const held = await view.ports.held(own ?? 0, [
      { from: 1000, to: 1000 + seconds - 2 },
      { from: 1040, to: 1000 + seconds - 2 },
    ])
    clearInterval(counting)
    expect(turns).toBeGreaterThan(0)
    const take = (second: number, n: number) => held.take({ second: 1000 + second, nanos: n }, Buffer.from(`n=${second}.${n}`))
    const all = Array.from({ length: seconds }, (_, second) => linesOf(second).filter((_line, n) => take(second, n)).length)
    expect(all).toEqual([...Array.from({ length: seconds - 1 }, () => 1000), 0])
    expect(take(0, 0)).toBe(false)
  } finally {
    await view.dispose()
    rmSync(dir, { recursive: true })
  }
})
