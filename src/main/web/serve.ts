import { readFile } from 'node:fs/promises'
import type { RunningApp } from '#core/app.ts'
import { makeDataDir } from '#core/data-dir.ts'
import { isAlive } from '#core/process-identity.ts'
import { onEndSignal } from '#core/signals.ts'
import { addressFile } from './access.ts'
import { pruneCodeCache } from './code-cache.ts'
import type { ServeCommand } from './command-line.ts'
import { startServer, type WebServer } from './server.ts'

/** Core waits this long for the first page to get its files, so that on a cold start the two do not slow each other down. */
const firstPageMs = 300

export type ServeOptions = ServeCommand & {
  readonly version: string
  readonly rendererDir: string
  /** What the printed address opens, as the page's own address: `#/logs?…`. A browser keeps it when it is sent on from the launch address. */
  readonly page?: string
}

/** Serves until SIGINT, SIGTERM or SIGHUP. Resolves with the exit code. */
export async function serve(options: ServeOptions): Promise<number> {
  const { page = '', host, port, allowHosts, dataDir, rendererDir, version } = options
  let listenAgain = () => {}
  const stopped = new Promise<void>((resolve) => (listenAgain = onEndSignal(resolve)))
  await makeDataDir(dataDir)
  let pageSent = () => {}
  const firstPage = new Promise<void>((resolve) => {
    pageSent = resolve
    setTimeout(resolve, firstPageMs)
  })
  let server: WebServer
  const core = Promise.withResolvers<RunningApp>()
  try {
    server = await startServer({
      host,
      port,
      allowHosts,
      dataDir,
      rendererDir,
      serve: core.promise.then((app) => app.serve),
      download: async (id) => (await core.promise).download(id),
      onPageSent: pageSent,
    })
  } catch (error) {
    process.stderr.write(`cove: ${listenProblem(error, host, port)}\n`)
    return 1
  }
  process.stdout.write(
    `Cove ${version} is ready. Open this address (once, within ten minutes):\n\n  ${server.address()}${page}\n\nCtrl+C quits.\n`,
  )
  if (!isLoopback(host)) process.stdout.write(`Note: ${host} can be reached by other machines, without encryption.\n`)

  const stopsEarly = await Promise.race([firstPage.then(() => false), stopped.then(() => true)])
  if (stopsEarly) {
    await server.close()
    return 0
  }
  const app = await loadCore(options, listenAgain).catch(async (error: unknown) => {
    await server.close()
    throw error
  })
  core.resolve(app)
  app.start()
  pruneCodeCache(dataDir, version).catch((error: unknown) => console.error('cove: code cache:', error))
  await stopped
  await quit(app, server)
  return 0
}

async function loadCore({ dataDir, homeDir, version }: ServeCommand & { readonly version: string }, loaded: () => void) {
  const { createApp } = await import('#core/app.ts')
  loaded()
  return createApp({ dataDir, homeDir, env: process.env, host: { kind: 'web', openUrl: async () => false }, version })
}

/** Prints the address that can be opened now. */
export async function printAddress(dataDir: string): Promise<number> {
  const address = await runningAddress(dataDir)
  if (address === null) process.stderr.write(`cove: no server runs over ${dataDir}. Start one: cove serve\n`)
  else process.stdout.write(`${address}\n`)
  return address === null ? 1 : 0
}

/** Of the server that runs over this data; null: none does. */
export async function runningAddress(dataDir: string): Promise<string | null> {
  try {
    const { address, pid } = JSON.parse(await readFile(addressFile(dataDir), 'utf8')) as { address: string; pid: number }
    return isAlive({ pid, start: null }) ? address : null
  } catch {
    return null
  }
}

async function quit(app: RunningApp, server: WebServer): Promise<void> {
  const subjects = app.running().map((job) => `${job.kind} ${job.subject}`)
  if (subjects.length > 0) {
    process.stdout.write(`\nCancelling and cleaning up: ${subjects.join(', ')}. Ctrl+C again quits at once.\n`)
  }
  await app.dispose()
  await server.close()
}

function listenProblem(error: unknown, host: string, port: number): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE')
    return `port ${port} of ${host} is taken by another program. Choose another with --port, or leave it out for a free one.`
  if (code === 'EACCES') return `port ${port} of ${host} is not open to you: ports below 1024 need more rights. Choose another with --port.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is not an address of this machine.`
  return error instanceof Error ? error.message : String(error)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
