import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readFirstFiles } from './first-files.ts'

test('what the page names is in memory, anything else is read when it is asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cove files '))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<script src="./assets/a.js"></script><link href="./assets/gone.css">')
  await writeFile(join(folder, 'assets/a.js'), 'a')
  await writeFile(join(folder, 'assets/b.js'), 'before')
  const files = readFirstFiles(folder)
  expect((await files('assets/a.js')).toString()).toBe('a')
  await rm(join(folder, 'assets/a.js'))
  await writeFile(join(folder, 'assets/b.js'), 'after')
  expect((await files('assets/a.js')).toString()).toBe('a')
  expect((await files('assets/b.js')).toString()).toBe('after')
  await expect(files('assets/gone.css')).rejects.toThrow('ENOENT')
  await rm(folder, { recursive: true })
  await expect(readFirstFiles(folder)('index.html')).rejects.toThrow('ENOENT')
})
