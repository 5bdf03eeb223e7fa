import { once } from 'node:events'
import { appendFile, chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'

const root = resolve(import.meta.dirname, '../..')
let work = ''
let copy = ''
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'cove-dev-'))
  copy = join(work, 'checkout')
  await mkdir(join(work, 'home'))
  // A copy: it builds into its own out/, and its sources are changed below.
  const names = ['src', 'scripts', 'resources', 'package.json', 'package-lock.json', 'electron.vite.config.ts']
  const configs = ['tsconfig.json', ...['base', 'main', 'preload', 'renderer', 'shared', 'test'].map((name) => `tsconfig.${name}.json`)]
  for (const name of [...names, ...configs]) await cp(join(root, name), join(copy, name), { recursive: true })
  // Each of its own, as vite keeps a cache in that folder.
  await mkdir(join(copy, 'node_modules'))
  for (const name of (await readdir(join(root, 'node_modules'))).filter((each) => !each.startsWith('.vite')))
    await symlink(join(root, 'node_modules', name), join(copy, 'node_modules', name))
})
afterAll(() => rm(work, { recursive: true, force: true }))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** What the pages' server tells a page that has loaded `app.tsx`. */
async function followPage(origin: string) {
  const text = async (path: string) => (await fetch(`${origin}${path}`)).text()
  await text('/app.tsx')
  const [, token = ''] = /wsToken = "([^"]+)"/.exec(await text('/@vite/client')) ?? []
  const socket = new WebSocket(`${origin.replace('http:', 'ws:')}/?token=${token}`, 'vite-hmr', { origin })
  const told: string[] = []
  socket.on('message', (data: Buffer) => told.push(data.toString()))
  await once(socket, 'open')
  return { told, end: () => socket.terminate() }
}
const ofApp = (message: string) => message.includes('app.tsx') || message.includes('full-reload')

/** `scripts/dev.mjs` in the copy: what it has said, a wait that ends as well where it does, and the way to end it with all that it started. */
function develop(args: readonly string[], env: Record<string, string>, who: { readonly uid?: number; readonly gid?: number } = {}) {
  const child = execa(process.execPath, [join(copy, 'scripts/dev.mjs'), ...args], {
    ...who,
    env,
    extendEnv: false,
    cwd: copy,
    all: true,
    reject: false,
    stdin: 'ignore',
    killDescendants: true,
  })
  let said = ''
  child.all.on('data', (part: Buffer) => (said += part.toString()))
  const ended = child.then(() => expect.unreachable(`ended by itself:\n${said}`))
  ended.catch(() => undefined)
  return {
    said: () => said,
    until: (condition: () => boolean | Promise<boolean>) =>
      Promise.race([ended, expect.poll(condition, { timeout: 100_000, message: said }).toBe(true)]),
    end: async () => {
      child.kill('SIGTERM')
      await child
    },
  }
}

test('npm run dev: a changed page is told to the page at once, a changed core starts its host anew', async () => {
  const port = await freePort()
  const env = { HOME: join(work, 'home'), PATH: process.env['PATH'] ?? '', SHELL: '/bin/false', COVE_DEV_PORT: String(port) }
  const { said, until, end } = develop(['serve'], env)
  const starts = () => [...said().matchAll(/the host runs; open (http:\S+)/g)].map(([, address = '']) => address)
  try {
    await until(() => starts().length === 1)
    const origin = `http://127.0.0.1:${port}`
    expect(new URL(starts()[0] ?? '').origin).toBe(origin)
    const get = (path: string, headers: Record<string, string> = {}) => fetch(`${origin}${path}`, { headers, redirect: 'manual' })
    // The pages' server comes a moment after the first host.
    await expect
      .poll(
        () =>
          get('/')
            .then((answer) => answer.status)
            .catch(() => 0),
        { timeout: 60_000 },
      )
      .toBe(200)
    expect(await (await get('/')).text()).toContain('/@vite/client')

    // The host behind it lets the page in, and takes its socket.
    const launched = await get(starts()[0]?.slice(origin.length) ?? '')
    expect(launched.status).toBe(303)
    const cookie = launched.headers.get('set-cookie')?.split(';')[0] ?? ''
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api`, { origin, headers: { cookie } })
    await once(socket, 'open')
    socket.terminate()

    const news = await followPage(origin)
    await appendFile(join(copy, 'src/renderer/app.tsx'), '\n// changed\n')
    await until(() => news.told.some(ofApp))
    news.end()
    expect(starts()).toHaveLength(1)

    await appendFile(join(copy, 'src/main/web/serve.ts'), '\n// changed\n')
    await until(() => starts().length === 2)
    // At the same addresses, so that a page that is open finds it again.
    expect(new URL(starts()[1] ?? '').origin).toBe(origin)
    expect((await get(starts()[1]?.slice(origin.length) ?? '')).status).toBe(303)
  } finally {
    await end()
  }
}, 240_000)

test('npm run dev where a window can open: Electron has the pages from their server, and is started anew when core changes', async () => {
  // Stands in for the Electron of the lock file, which is not on every machine that tests.
  const folder = join(work, 'electron')
  const home = join(work, 'window home')
  await mkdir(folder)
  await mkdir(home)
  const program = join(folder, 'electron')
  await writeFile(program, '#!/bin/sh\necho "$ELECTRON_RENDERER_URL $*" >> "$HOME/starts"\nexec sleep 600\n')
  await chmod(program, 0o755)
  const env = { HOME: home, PATH: process.env['PATH'] ?? '', SHELL: '/bin/false', DISPLAY: ':1', ELECTRON_OVERRIDE_DIST_PATH: folder }
  // Electron's sandbox does not run as root, so nobody opens the window then.
  const who = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  if ('uid' in who) {
    await chmod(work, 0o755)
    await execa('chown', ['-R', '--no-dereference', '65534:65534', copy, home])
  }
  const { said, until, end } = develop([], env, who)
  const starts = async () => (await readFile(join(home, 'starts'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
  try {
    await until(async () => (await starts()).length === 1)
    expect(said()).toContain('developing in the Electron window')
    const [address = '', entry = ''] = (await starts())[0]?.split(' ') ?? []
    expect(address).toMatch(/^http:\/\/(?:127\.0\.0\.1|localhost):\d+/)
    expect(entry).toBe('.')
    const { origin } = new URL(address)
    const news = await followPage(origin)
    await appendFile(join(copy, 'src/renderer/app.tsx'), '\n// changed again\n')
    await until(() => news.told.some(ofApp))
    news.end()
    expect(await starts()).toHaveLength(1)
    await appendFile(join(copy, 'src/main/electron/index.ts'), '\n// changed\n')
    await until(async () => (await starts()).length === 2)
  } finally {
    await end()
  }
}, 240_000)
