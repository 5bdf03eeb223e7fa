import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
let home = ''
beforeAll(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'cove start ')), '我的 home')
  await mkdir(home)
})
afterAll(() => rm(resolve(home, '..'), { recursive: true, force: true }))

/** `npm start` until it has printed its address, from a shell that has nothing set but what is given; then TERM. */
async function start(env: Record<string, string>, ...args: string[]): Promise<{ said: string; status: number; code: number | undefined }> {
  const child = execa(process.execPath, [join(root, 'scripts/start.mjs'), ...args, '--no-open'], {
    env: { HOME: home, PATH: process.env['PATH'] ?? '', SHELL: '/bin/false', ...env },
    extendEnv: false,
    cwd: home,
    all: true,
    reject: false,
    stdin: 'ignore',
  })
  let said = ''
  const address = await new Promise<string>((found, failed) => {
    child.all.on('data', (part: Buffer) => {
      said += part.toString()
      const [link] = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(said) ?? []
      if (link) found(link)
    })
    void child.then(() => failed(new Error(`ended without an address:\n${said}`)))
  })
  const { status } = await fetch(address, { redirect: 'manual' })
  child.kill('SIGTERM')
  return { said, status, code: (await child).exitCode }
}

test('npm start says what it chose and why, answers at its address, and ends on TERM; a second time too', async () => {
  for (let time = 0; time < 2; time++) {
    const { said, status, code } = await start({})
    expect(said).toContain('starting cove serve, because there is no display')
    expect(status).toBe(303)
    expect(code).toBe(0)
  }
})

test('once all is set up it starts without a network', async () => {
  // Where root has its tools for it there is none at all; elsewhere neither registry nor proxy answers.
  const nowhere = { npm_config_registry: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' }
  const alone = await execa('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up'], { reject: false })
  const command = [process.execPath, join(root, 'scripts/start.mjs'), '--no-open']
  const [file = '', ...args] =
    alone.exitCode === 0 ? ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...command] : command
  const env = { HOME: home, PATH: process.env['PATH'] ?? '', SHELL: '/bin/false', ...nowhere }
  const child = execa(file, args, { env, extendEnv: false, cwd: home, reject: false, stdin: 'ignore' })
  let said = ''
  for await (const line of child) {
    said += `${line}\n`
    if (/http:\/\/127\.0\.0\.1:\d+\/launch/.test(line)) child.kill('SIGTERM')
  }
  expect(said).toContain('/launch?token=')
  expect(await child).toMatchObject({ exitCode: 0 })
})

test('a display alone is not enough: the reason names what else is missing', async () => {
  const { said } = await start({ DISPLAY: ':99', ELECTRON_OVERRIDE_DIST_PATH: join(home, 'no electron') })
  expect(said).toMatch(/starting cove serve, because (Electron's sandbox does not run as root|ELECTRON_OVERRIDE_DIST_PATH has no electron)/)
})

test('what was set for other programs does not disturb it', async () => {
  const { status } = await start({ FORCE_COLOR: '1', ELECTRON_RUN_AS_NODE: '1', npm_config_prefix: '/nowhere' }, 'serve')
  expect(status).toBe(303)
})
