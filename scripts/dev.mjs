// npm run dev: hot reload. The Electron window where it can open, else both halves of the web host: pages by vite, the host rebuilt and restarted.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { display, electronBinary, root, setUp, toolEnvironment } from './lib/setup.mjs'

const { node } = setUp()
const window = display()
const electron = electronBinary()
/** Of the pages; fixed, so that a tab that is open finds the next start. */
const port = Number(process.env.COVE_DEV_PORT ?? 5173)
const viteCli = join(root, 'node_modules/electron-vite/bin/electron-vite.js')

if (window.ok && electron.path && process.argv[2] !== 'serve') {
  console.log('cove: developing in the Electron window')
  const env = toolEnvironment({ ELECTRON_EXEC_PATH: electron.path })
  delete env.ELECTRON_OVERRIDE_DIST_PATH
  spawn(node, [viteCli, 'dev', '--watch'], { cwd: root, stdio: 'inherit', env }).on('exit', (code) => process.exit(code ?? 0))
} else {
  console.log(`cove: developing in a browser, because ${window.ok ? (electron.why ?? 'you asked for it') : window.why}`)
  await serveBoth()
}

async function serveBoth() {
  if (process.version.slice(1).split('.')[0] < 22)
    return void spawn(node, [import.meta.filename, ...process.argv.slice(2)], { stdio: 'inherit', env: toolEnvironment() }).on(
      'exit',
      (code) => process.exit(code ?? 0),
    )
  const { createServer, build, mergeConfig } = await import('vite')
  const { resolveConfig } = await import('electron-vite')
  const { config } = await resolveConfig({ root, mode: 'development' }, 'build', 'development')

  let host
  let address
  const startHost = () => {
    host?.kill('SIGTERM')
    host = spawn(node, [join(root, 'out/main/web.js'), 'serve', '--no-open', ...(address ? ['--port', String(address.port)] : [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: toolEnvironment(),
    })
    createInterface({ input: host.stdout }).on('line', (line) => {
      const found = line.match(/http:\/\/127\.0\.0\.1:\d+\/\S*/)
      if (!found) return console.log(line)
      const launch = new URL(found[0])
      if (!address) void servePages(launch)
      address = launch
      console.log(`cove: the host runs; open http://127.0.0.1:${port}${launch.pathname}${launch.search}`)
    })
  }
  const servePages = async (launch) => {
    const target = launch.origin
    // The host checks Host and Origin on every request; seen from it, the pages come from itself.
    const proxy = {
      target,
      changeOrigin: true,
      ws: true,
      configure: (each) => {
        each.on('proxyReq', (request) => request.setHeader('origin', target))
        each.on('proxyReqWs', (request) => request.setHeader('origin', target))
      },
    }
    const server = await createServer(
      mergeConfig(config.renderer, {
        configFile: false,
        server: { port, host: '127.0.0.1', strictPort: true, proxy: { '/api': proxy, '/launch': proxy, '/save': proxy } },
      }),
    )
    await server.listen()
  }
  const watcher = await build(mergeConfig(config.main, { configFile: false, build: { watch: {} } }))
  watcher.on('event', (event) => {
    if (event.code === 'BUNDLE_END') startHost()
  })
  const stop = () => {
    host?.kill('SIGTERM')
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
