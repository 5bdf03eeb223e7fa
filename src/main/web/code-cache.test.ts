import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pruneCodeCache } from './code-cache.ts'

test('compiled code of earlier versions goes, that of this one stays', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cove cache '))
  for (const version of ['0.1.0', '0.2.0', '0.3.0-rc.1']) {
    await mkdir(join(dataDir, 'cache', version, 'v24'), { recursive: true })
    await writeFile(join(dataDir, 'cache', version, 'v24', 'code'), 'x')
  }
  await pruneCodeCache(dataDir, '0.2.0')
  expect(await readdir(join(dataDir, 'cache'))).toEqual(['0.2.0'])
  expect(await readdir(join(dataDir, 'cache', '0.2.0', 'v24'))).toEqual(['code'])
  await rm(dataDir, { recursive: true })
  await expect(pruneCodeCache(dataDir, '0.2.0')).resolves.toBeUndefined()
})
