import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// ELECTRON_OVERRIDE_DIST_PATH: requiring `electron` in plain Node would start a blocking download (github.com/electron/electron npm/index.js).
process.env['ELECTRON_OVERRIDE_DIST_PATH'] = '/nonexistent'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.ts'],
    testTimeout: 30_000,
    // Many tests wait for small programs: with one worker for each core the cores stand idle half of the time.
    maxWorkers: availableParallelism() + 1,
    hookTimeout: 60_000,
    server: { deps: { inline: ['electron-store'] } },
  },
})
