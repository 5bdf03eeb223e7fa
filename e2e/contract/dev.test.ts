import { once } from 'node:events'
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
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

test('npm run dev: a changed page is told to the page at once, a changed core starts its host anew', async () => {
  const port = await freePort()
  const env = { HOME: join(work, 'home'), PATH: process.env['PATH'] ?? '', SHELL: '/bin/false', COVE_DEV_PORT: String(port) }
  const child = execa(process.execPath, [join(copy, 'scripts/dev.mjs'), 'serve'], {
    env,
    extendEnv: false,
    cwd: copy,
    all: true,
    reject: false,
    stdin: 'ignore',
  })
  let said = ''
  child.all.on('data', (part: Buffer) => (said += part.toString()))
  const ended = child.then(() => expect.unreachable(`ended by itself:\n${said}`))
  const starts = () => [...said.matchAll(/the host runs; open (http:\S+)/g)].map(([, address = '']) => address)
  const until = (condition: () => boolean) => Promise.race([ended, expect.poll(condition, { timeout: 100_000, message: said }).toBe(true)])
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

    // A module that the page has loaded.
    await (await get('/app.tsx')).text()
    const [, token = ''] = /wsToken = "([^"]+)"/.exec(await (await get('/@vite/client')).text()) ?? []
    const news = new WebSocket(`ws://127.0.0.1:${port}/?token=${token}`, 'vite-hmr', { origin })
    const told: string[] = []
    news.on('message', (data: Buffer) => told.push(data.toString()))
    await once(news, 'open')
    await appendFile(join(copy, 'src/renderer/app.tsx'), '\n// changed\n')
    await until(() => told.some((message) => message.includes('app.tsx') || message.includes('full-reload')))
    news.terminate()
    expect(starts()).toHaveLength(1)

    await appendFile(join(copy, 'src/main/web/serve.ts'), '\n// changed\n')
    await until(() => starts().length === 2)
    // At the same addresses, so that a page that is open finds it again.
    expect(new URL(starts()[1] ?? '').origin).toBe(origin)
    expect((await get(starts()[1]?.slice(origin.length) ?? '')).status).toBe(303)
  } finally {
    child.kill('SIGTERM')
    await child
  }
}, 240_000)
