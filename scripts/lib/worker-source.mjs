// The search worker as text in the bundle that starts it: no file to find beside it, in an archive or elsewhere.
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const search = new URL('../../src/main/core/logs/search/', import.meta.url)
const replaced = fileURLToPath(new URL('worker-source.ts', search))

/** Plugin of the bundles for Node. `target`: the Node that will run it, as Vite names it. */
export function workerSource(target) {
  return {
    name: 'cove-worker-source',
    async load(id) {
      if (id !== replaced) return null
      const result = await build({
        configFile: false,
        logLevel: 'warn',
        root: fileURLToPath(new URL('../..', import.meta.url)),
        ssr: { noExternal: true },
        build: {
          ssr: true,
          write: false,
          target,
          minify: true,
          rolldownOptions: { input: fileURLToPath(new URL('search-worker.ts', search)), output: { format: 'cjs', codeSplitting: false } },
        },
      })
      const [script] = result.output
      for (const file of script.moduleIds) this.addWatchFile(file)
      return `export const workerSource = ${JSON.stringify(script.code)}`
    },
  }
}
