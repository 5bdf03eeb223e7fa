import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { partsOf } from '../../src/renderer/features/logs/log-place.ts'
import { connect } from '../support/client.ts'
import type { CoveProcess } from '../support/cove.ts'
import { everything, openPinned, rowsOf, untilView } from '../support/log-views.ts'

// `cove logs`, built, as a shell starts it. No cluster is needed.

const web = resolve(import.meta.dirname, '../../out/main/web.js')
let home: string
let running: { kill(): void }[]
beforeEach(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'cove logs ')), '我的 home')
  await mkdir(home)
  running = []
})
afterEach(async () => {
  for (const each of running) each.kill()
  await rm(resolve(home, '..'), { recursive: true, force: true })
})

const start = (...args: string[]) => {
  const env = { HOME: home, PATH: '/usr/bin:/bin', SHELL: '/bin/false', LANG: 'C.UTF-8' }
  const child = execa(process.execPath, [web, 'logs', ...args], { env, extendEnv: false, cwd: home, all: true, reject: false })
  running.push({ kill: () => void child.kill('SIGKILL') })
  return child
}
type Started = ReturnType<typeof start>

async function addressOf(child: Started): Promise<string> {
  let said = ''
  return new Promise((found, failed) => {
    child.all.on('data', (part: Buffer) => {
      said += part.toString()
      const [address] = /http:\/\/127\.0\.0\.1:\d+\/launch\?token=\S+/.exec(said) ?? []
      if (address) found(address)
    })
    void child.then(() => failed(new Error(`ended without an address:\n${said}`)))
  })
}

const clientOf = (address: string) => connect({ launchUrl: address, origin: new URL(address).origin } as CoveProcess)
/** As the page reads it. */
const partsIn = (address: string) => {
  const { hash } = new URL(address)
  expect(hash.startsWith('#/logs?')).toBe(true)
  return partsOf(new URLSearchParams(hash.slice(hash.indexOf('?'))).get('parts') ?? '')
}
const piped = () => readdir(join(home, '.local/share/cove/tmp')).catch(() => [])

/** Programs that were started with this home; known on Linux only. */
async function programs(): Promise<string[]> {
  const found: string[] = []
  for (const pid of await readdir('/proc').catch(() => []))
    if (/^\d+$/.test(pid) && (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).includes(`HOME=${home}\0`)) found.push(pid)
  return found
}

test('what is piped in is a log that grows; at the end neither its file nor a program is left', async () => {
  const child = start('-', '--no-open')
  child.stdin?.write('INFO n=1 请求完成\nERROR n=2\n')
  const address = await addressOf(child)
  const parts = partsIn(address)
  expect(parts).toMatchObject([{ kind: 'file' }])
  const { api, close } = await clientOf(address)
  const viewId = await openPinned(api.logs, everything(null, parts))
  await untilView(api.logs, viewId, ({ total }) => total === 2)
  child.stdin?.write('INFO n=3\n')
  await untilView(api.logs, viewId, ({ total, sources }) => total === 3 && sources[0]?.state === 'following')
  expect((await rowsOf(api.logs, viewId)).map(({ text }) => text)).toEqual(['INFO n=1 请求完成', 'ERROR n=2', 'INFO n=3'])
  expect(await piped()).not.toEqual([])
  close()
  child.kill('SIGTERM')
  expect((await child).exitCode).toBe(0)
  expect(await piped()).toEqual([])
  expect(await programs()).toEqual([])
})

test('a packed file under any name is opened by the address; where Cove serves already, only its address is printed', async () => {
  const packed = join(home, '李 雷;1%2F&c.log.gz')
  const other = join(home, 'b#c.log')
  await writeFile(packed, gzipSync('INFO n=1\nERROR n=2\n'))
  await writeFile(other, 'INFO n=1\n')
  const child = start('李 雷;1%2F&c.log.gz', 'b#c.log', '--no-open')
  const address = await addressOf(child)
  expect(partsIn(address)).toEqual([
    { kind: 'file', path: packed },
    { kind: 'file', path: other },
  ])
  const { api, close } = await clientOf(address)
  const viewId = await openPinned(api.logs, everything(null, partsIn(address)))
  await untilView(api.logs, viewId, ({ total }) => total === 3)
  expect((await rowsOf(api.logs, viewId)).map(({ text }) => text).sort()).toEqual(['ERROR n=2', 'INFO n=1', 'INFO n=1'])

  const second = await start('b#c.log', '--no-open')
  expect(second.exitCode).toBe(0)
  const [again = ''] = /http:\/\/127\.0\.0\.1:\d+\/launch\?token=\S+/.exec(second.all ?? '') ?? []
  expect(new URL(again).origin).toBe(new URL(address).origin)
  expect(partsIn(again)).toEqual([{ kind: 'file', path: other }])
  const beside = await clientOf(again)
  expect((await beside.api.logs.views()).map((each) => each.viewId)).toEqual([viewId])
  beside.close()
  close()
  child.kill('SIGTERM')
  expect((await child).exitCode).toBe(0)
  expect(await programs()).toEqual([])
})
