import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

process.env['ELECTRON_OVERRIDE_DIST_PATH'] = '/nonexistent'

// What needs the build (out/): the contract over both transports, the built entries, the package.
export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    include: ['e2e/contract/**/*.test.ts', 'e2e/package/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 10_000 } },
  },
})
