import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { afterEach, expect, test } from 'vitest'

let folder = ''
afterEach(() => rm(folder, { recursive: true, force: true }))

// A test that passes at its second try only, as one does that a busy machine has held up.
const unsteady = `import { existsSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
const mark = new URL('./tried', import.meta.url)
test('steady', () => expect(1).toBe(1))
test('unsteady', () => {
  const tried = existsSync(mark)
  writeFileSync(mark, '')
  expect(tried).toBe(true)
})
`

/** A run of one test file in a folder of its own: what the runner counts, and all that was printed. */
async function runOf(name: string, source: string, again: boolean) {
  folder = await mkdtemp(join(tmpdir(), 'cove-flaky-'))
  await writeFile(join(folder, `${name}.test.mjs`), source)
  await writeFile(join(folder, 'vitest.config.mjs'), "export default { test: { include: ['*.test.mjs'] } }\n")
  const script = `import { vitest } from ${JSON.stringify(resolve(import.meta.dirname, 'lib/runner.mjs'))}
console.log(JSON.stringify(await vitest(process.execPath, ['--root', ${JSON.stringify(folder)}], { again: ${again} })))`
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script], {
    stdin: 'ignore',
    env: { FORCE_COLOR: '0' },
  })
  return { result: JSON.parse(stdout.split('\n').at(-1) ?? '') as unknown, stdout }
}

test.each([
  [true, { passed: 2, failed: 0, broken: [] }],
  [false, { passed: 1, failed: 1, broken: [expect.stringMatching(/unsteady\.test\.mjs: unsteady$/)] }],
])('a unit test that passes at its second try only is named; tried again: %s', async (again, expected) => {
  const { result, stdout } = await runOf('unsteady', unsteady, again)
  expect(result).toMatchObject(expected)
  expect(stdout.includes('cove: FLAKY, passed at the second try only, to be looked at: ')).toBe(again)
  if (again) expect(stdout).toMatch(/FLAKY.*unsteady\.test\.mjs: unsteady/)
})

test('an error that no test was waiting for fails the run, and is named as that', async () => {
  const loose =
    "import { test } from 'vitest'\ntest('well', async () => { void Promise.reject(new Error('loose')); await new Promise((done) => setTimeout(done, 50)) })\n"
  const { result } = await runOf('loose', loose, true)
  expect(result).toMatchObject({
    passed: 1,
    failed: 1,
    broken: ['an error outside of its tests, told above'],
  })
})
