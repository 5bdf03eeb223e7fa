import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'

/** The end of a run in a process of its own: what it prints and its exit code. */
async function ended(lines: string): Promise<{ readonly code: number | undefined; readonly said: readonly string[] }> {
  const script = `import { createTally } from ${JSON.stringify(join(import.meta.dirname, 'lib/tally.mjs'))}\nconst tally = createTally()\n${lines}\ntally.close()`
  const { exitCode, stdout } = await execa(process.execPath, ['--input-type=module', '-e', script], { reject: false })
  return { code: exitCode, said: stdout.split('\n') }
}

const suite = (result: object) => `await tally.suite('some', async () => (${JSON.stringify(result)}))`
const skipped = (reason: string) => suite({ passed: 2, failed: 0, skipped: [{ name: 'a.spec.ts: the title', reason }] })

test('a run ends with what passed and failed; what was skipped is named before it, with its reason', async () => {
  const { code, said } = await ended(`await tally.check('types', () => true)\n${skipped('needs a real cluster: no engine')}`)
  expect([code, said.slice(-2)]).toEqual([
    0,
    ['cove: skipped: a.spec.ts: the title: needs a real cluster: no engine', '3 passed, 0 failed'],
  ])
})

test('where nothing is missing a skip is a failure, unless its reason holds there too', async () => {
  const refused = await ended(`tally.expectAll()\n${skipped('needs the kit')}`)
  expect([refused.code, refused.said.at(-1)]).toEqual([1, '2 passed, 1 failed'])
  expect(refused.said.filter((line) => line.includes('FAILED, as nothing') && line.includes('the title: needs the kit'))).toHaveLength(1)
  const kept = await ended(`tally.expectAll()\n${skipped('needs cgroup v2')}`)
  expect([kept.code, kept.said.at(-1)]).toEqual([0, '2 passed, 0 failed'])
})

test('what failed is named once more at the end, whatever was said between', async () => {
  const broken = { passed: 3, failed: 2, broken: ['a.test.ts: one', 'b.test.ts: two'] }
  const { said } = await ended(`await tally.check('types', () => false)\n${suite(broken)}\n${suite({ passed: 1, failed: 1 })}`)
  expect(said.slice(-5)).toEqual([
    'cove: FAILED: types',
    'cove: FAILED: some: a.test.ts: one',
    'cove: FAILED: some: b.test.ts: two',
    'cove: FAILED: some',
    '4 passed, 4 failed',
  ])
  const refused = await ended(`tally.expectAll()\n${skipped('needs the kit')}`)
  expect(refused.said.at(-2)).toBe('cove: FAILED: some: a.spec.ts: the title: needs the kit')
})

test('a failure, or nothing that passed, fails the run', async () => {
  expect((await ended(`await tally.check('types', () => false)\n${suite({ passed: 1, failed: 0 })}`)).code).toBe(1)
  expect(await ended(suite({ passed: 0, failed: 0 }))).toMatchObject({ code: 1, said: expect.arrayContaining(['0 passed, 0 failed']) })
})
