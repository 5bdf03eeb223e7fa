// The same sources once more, for the Electron 25 of e2e/real-electron (Node 18, Chrome 114): CommonJS, lowered syntax, missing APIs filled in.
// For tests only; never packaged.
import { readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join, resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { build } from 'vite'
import { workerSource } from './lib/worker-source.mjs'

const root = resolve(import.meta.dirname, '..')
const out = join(root, 'out/smoke')
const { name, productName, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const polyfills = join(root, 'e2e/electron/smoke/polyfills.js')
const common = { configFile: false, root, logLevel: 'warn', mode: 'production' }
const externals = [
  'electron',
  '@lydell/node-pty',
  'bufferutil',
  'utf-8-validate',
  ...builtinModules.flatMap((each) => [each, `node:${each}`]),
]

const forNode = (folder, input) =>
  build({
    ...common,
    plugins: [workerSource('node18')],
    define: { __COVE_VERSION__: JSON.stringify(version), 'process.env': 'process.env' },
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node18',
      outDir: join(out, folder),
      emptyOutDir: true,
      minify: false,
      copyPublicDir: false,
      rolldownOptions: {
        input,
        external: externals,
        // Electron 25 has no ESM main. What is imported dynamically is in files of its own, as in the build that is packaged.
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
      },
    },
  })

await rm(out, { recursive: true, force: true })
await mkdir(out, { recursive: true })
// Both hosts, as in that build: what all files share is then a file of its own, and the start loads no more than it needs.
await forNode('main', { electron: join(root, 'src/main/electron/index.ts'), web: join(root, 'src/main/web/index.ts') })
await forNode('preload', { index: join(root, 'src/preload/index.ts') })
await build({
  ...common,
  root: join(root, 'src/renderer'),
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    target: 'chrome114',
    cssTarget: 'chrome114',
    outDir: join(out, 'renderer'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    rolldownOptions: {
      input: join(root, 'src/renderer/index.html'),
      treeshake: { moduleSideEffects: [{ test: /renderer\/ui\/.*\.tsx?$/, sideEffects: false }] },
      // React apart: it is the larger part of the first paint, and stays the same from version to version.
      output: { codeSplitting: { groups: [{ name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// }] } },
    },
  },
})
await writeFile(join(out, 'package.json'), `${JSON.stringify({ name, productName, version, main: 'main.cjs' }, null, 2)}\n`)
await writeFile(join(out, 'polyfills.cjs'), readFileSync(polyfills))
await writeFile(join(out, 'main.cjs'), "require('./polyfills.cjs')\nrequire('./main/electron.cjs')\n")
