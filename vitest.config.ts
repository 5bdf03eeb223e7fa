import { defineConfig } from 'vitest/config'

// ELECTRON_OVERRIDE_DIST_PATH: requiring `electron` in plain Node would start a blocking download (github.com/electron/electron npm/index.js).
process.env['ELECTRON_OVERRIDE_DIST_PATH'] = '/nonexistent'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    server: { deps: { inline: ['electron-store'] } },
  },
})
