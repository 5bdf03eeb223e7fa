// npm run build: out/ for both hosts; with --smoke also out/smoke, the same sources for the older Electron that the tests run in.
import { buildApp, buildSmoke, setUp } from './lib/setup.mjs'

const { node } = setUp()
const built = [buildApp(node), process.argv.includes('--smoke') && buildSmoke(node)]
if (!built.includes(true)) console.log('cove: out/ is up to date')
