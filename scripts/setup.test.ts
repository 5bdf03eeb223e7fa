import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove 构建 '))
  await put('src/a.ts', 'a')
  await put('src/deep/b.tsx', 'b')
  await put('src/a.test.ts', 'test')
  // Counts its runs, and fails while `broken` is there.
  await put(
    'build.mjs',
    `import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
appendFileSync('runs', 'x')
mkdirSync('out', { recursive: true })
if (existsSync('broken')) process.exit(1)
writeFileSync('out/made', '')`,
  )
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function put(name: string, text: string) {
  await mkdir(dirname(join(folder, name)), { recursive: true })
  await writeFile(join(folder, name), text)
}

/** One start, in a process of its own, as a build that fails ends it. How often the build has run in all, and the exit code. */
async function start(): Promise<readonly [runs: number, code: number | undefined]> {
  const build = { node: process.execPath, name: 'app', sources: ['src', 'missing.json'], output: 'out/made', argv: ['build.mjs'], folder }
  const script = `import { buildWhenStale } from ${JSON.stringify(join(import.meta.dirname, 'lib/setup.mjs'))}\nbuildWhenStale(${JSON.stringify(build)})`
  const { exitCode } = await execa(process.execPath, ['--input-type=module', '-e', script], { reject: false })
  return [(await readFile(join(folder, 'runs'), 'utf8').catch(() => '')).length, exitCode]
}

test('a build is made once, and again when a source changes, comes or goes, not when a test does', async () => {
  expect(await start()).toEqual([1, 0])
  expect(await start()).toEqual([1, 0])
  await put('src/a.test.ts', 'another test')
  await put('src/b.test.tsx', 'a new test')
  expect(await start()).toEqual([1, 0])
  await put('src/deep/b.tsx', 'changed')
  expect(await start()).toEqual([2, 0])
  await put('src/c.ts', 'new')
  expect(await start()).toEqual([3, 0])
  await rm(join(folder, 'src/c.ts'))
  expect(await start()).toEqual([4, 0])
  await put('missing.json', '{}')
  expect(await start()).toEqual([5, 0])
})

test('a build that failed is no build, nor is one whose files are gone', async () => {
  expect(await start()).toEqual([1, 0])
  await put('broken', '')
  await put('src/a.ts', 'worse')
  expect(await start()).toEqual([2, 1])
  expect(await start()).toEqual([3, 1])
  await rm(join(folder, 'broken'))
  expect(await start()).toEqual([4, 0])
  await rm(join(folder, 'out/made'))
  expect(await start()).toEqual([5, 0])
  expect(await start()).toEqual([5, 0])
})
