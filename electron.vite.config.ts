import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { readFileSync } from 'node:fs'
import { workerSource } from './scripts/lib/worker-source.mjs'

const at = (path: string) => resolve(import.meta.dirname, path)
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { version: string }

// Everything is bundled: the package carries no node_modules. electron-vite knows Electron up to 44, so the targets are named here.
export default defineConfig({
  main: {
    plugins: [workerSource('node24')],
    define: { __COVE_VERSION__: JSON.stringify(version) },
    build: {
      target: 'node24',
      minify: true,
      externalizeDeps: false,
      rolldownOptions: {
        input: { electron: at('src/main/electron/index.ts'), web: at('src/main/web/index.ts') },
        external: ['@lydell/node-pty', 'bufferutil', 'utf-8-validate'],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node24',
      minify: true,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src/preload/index.ts') },
        // A sandboxed preload must be CommonJS: https://www.electronjs.org/docs/latest/tutorial/esm#preload-scripts
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    base: './',
    // Not in tsconfig: the types are React's own.
    plugins: [react({ jsxImportSource: '#jsx' }), tailwindcss()],
    build: {
      target: 'chrome152',
      minify: true,
      assetsInlineLimit: 0,
      cssCodeSplit: false,
      rolldownOptions: {
        input: at('src/renderer/index.html'),
        treeshake: { moduleSideEffects: [{ test: /renderer\/ui\/.*\.tsx?$/, sideEffects: false }] },
        // React apart: it is the larger part of the first paint, and stays the same from version to version.
        output: { codeSplitting: { groups: [{ name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// }] } },
      },
    },
    // The page comes from app://cove/, the hot reload from the development server.
    server: { hmr: { host: '127.0.0.1', protocol: 'ws' } },
  },
})
