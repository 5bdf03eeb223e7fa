import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// ELECTRON_OVERRIDE_DIST_PATH: requiring `electron` in plain Node would start a blocking download (github.com/electron/electron npm/index.js).
process.env['ELECTRON_OVERRIDE_DIST_PATH'] = '/nonexistent'

const patience = ['src/renderer/fixtures/patience.ts']
const slow = '{src,scripts}/**/*.slow.test.{ts,tsx}'

export default defineConfig({
  // The elements of the pages as they ship.
  oxc: { jsx: { runtime: 'automatic', importSource: '#jsx' } },
  test: {
    testTimeout: 30_000,
    // Many tests wait for small programs: with one worker for each core the cores stand idle half of the time.
    maxWorkers: availableParallelism() + 1,
    hookTimeout: 60_000,
    // What is waited for comes at once, or later where the machine has much to do. Nothing here is about time.
    expect: { poll: { timeout: 10_000 } },
    server: { deps: { inline: ['electron-store'] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'core',
          include: ['src/main/**/*.test.ts', 'src/shared/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [slow],
          // A worker for each of so many small files takes as long as what they test. None of these mocks a module or has a page.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'pages', setupFiles: patience, include: ['src/renderer/**/*.test.{ts,tsx}'], exclude: [slow] } },
      { extends: true, test: { name: 'slow', setupFiles: patience, include: [slow] } },
    ],
  },
})
