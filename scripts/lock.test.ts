import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { missingPlatformPackages } from './lib/lock.mjs'

type Lock = { packages: Record<string, { optionalDependencies?: Record<string, string> }> }
const lock = JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8')) as Lock

test('every platform package that is asked for is in the lock file', () => {
  expect(missingPlatformPackages(lock)).toEqual([])
})

test('a lock file without the macOS binary of a tool is refused', () => {
  const packages = Object.fromEntries(Object.entries(lock.packages).filter(([path]) => !path.endsWith('@biomejs/cli-darwin-arm64')))
  expect(missingPlatformPackages({ packages })).toEqual(['@biomejs/cli-darwin-arm64 (wanted by node_modules/@biomejs/biome)'])
})

test('tools that run everywhere have binaries for macOS, Windows and Linux', () => {
  const paths = Object.keys(lock.packages).join('\n')
  for (const family of ['@biomejs/cli-', '@oxlint/binding-', '@tailwindcss/oxide-', '@rolldown/binding-', 'lightningcss-'])
    for (const platform of ['darwin-arm64', 'darwin-x64', 'win32-x64', 'linux-x64']) expect(paths).toContain(`${family}${platform}`)
})
