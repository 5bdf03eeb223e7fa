import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../support/client.ts'
import type { CoveProcess } from '../support/cove.ts'

const root = resolve(import.meta.dirname, '../..')
const node = process.execPath

let work: string
let web: string
let home: string
let programs: string
let ran: string

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'cove built '))
  home = join(work, '我的 home')
  programs = join(work, 'programs')
  ran = join(work, 'ran')
  for (const folder of [home, programs]) await mkdir(folder)
  // Only what the web host needs, far from any node_modules.
  await cp(join(root, 'out'), join(work, 'out'), {
    recursive: true,
    filter: (path) => !path.endsWith('electron.js') && !path.includes('smoke'),
  })
  await writeFile(join(work, 'package.json'), '{ "type": "module" }')
  web = join(work, 'out/main/web.js')
  for (const name of ['docker', 'kind', 'kubectl', 'minikube', 'kubeadm', 'helm']) {
    await writeFile(join(programs, name), `#!/bin/sh\necho "${name} $*" >>"${ran}"\nexit 1\n`)
    await chmod(join(programs, name), 0o755)
  }
})
afterAll(() => rm(work, { recursive: true, force: true }))

const environment = (extra: Record<string, string> = {}) => ({
  HOME: home,
  PATH: `${programs}:/usr/bin:/bin`,
  SHELL: '/bin/sh',
  LANG: 'C.UTF-8',
  ...extra,
})
const runs = async () => (await readFile(ran, 'utf8').catch(() => '')).split('\n').filter(Boolean).length

async function serve(args: string[] = [], env: Record<string, string> = {}) {
  const child = execa(node, [web, 'serve', ...args], {
    env: environment(env),
    extendEnv: false,
    cwd: home,
    stdin: 'ignore',
    all: true,
    reject: false,
  })
  let log = ''
  const launchUrl = await new Promise<string>((found, failed) => {
    child.all.on('data', (part: Buffer) => {
      log += part.toString()
      const address = log.match(/http:\/\/127\.0\.0\.1:\d+\/launch\?token=[\w-]+/)
      if (address) found(address[0])
    })
    void child.then(() => failed(new Error(log)))
  })
  return { child, launchUrl, origin: new URL(launchUrl).origin, log: () => log }
}

const connectTo = (cove: { launchUrl: string; origin: string }) => connect(cove as CoveProcess)

const quiet = async () => {
  for (let before = -1, now = await runs(); before !== now; now = await runs()) {
    before = now
    await new Promise((resolve) => setTimeout(resolve, 1500))
  }
}

describe('the built cove', () => {
  test('names electron nowhere in what the web host loads', async () => {
    const seen = new Set<string>()
    const visit = async (file: string) => {
      if (seen.has(file)) return
      seen.add(file)
      const code = await readFile(file, 'utf8')
      expect(code, file).not.toMatch(/(from\s*|import\s*\(?\s*|require\()["'`]electron["'`/]/)
      for (const [, next = ''] of code.matchAll(/(?:from\s*|import\s*\(?\s*)["'`](\.[^"'`]+\.js)["'`]/g))
        await visit(join(file, '..', next))
    }
    await visit(web)
    expect(seen.size).toBeGreaterThan(3)
  })

  test('says its version and its options', async () => {
    const options = { env: environment(), extendEnv: false } as const
    expect((await execa(node, [web, '--version'], options)).stdout).toMatch(/^cove \d+\.\d+\.\d+$/)
    expect((await execa(node, [web, '--help'], options)).stdout).toContain('--print-address')
    const wrong = await execa(node, [web, 'serve', '--porto', '1'], { ...options, reject: false })
    expect(wrong.exitCode).toBe(2)
    expect(wrong.stderr).toContain('--porto')
  })

  test('serves page and core, keeps its data to itself, and leaves nothing behind', async () => {
    const cove = await serve()
    const dataDir = join(home, '.local/share/cove')
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
    expect((await stat(join(dataDir, 'serve-token'))).mode & 0o777).toBe(0o600)
    const printed = await execa(node, [web, 'serve', '--print-address'], { env: environment(), extendEnv: false })
    expect(printed.stdout).toBe(cove.launchUrl)

    const { api, close } = await connectTo(cove)
    const info = await api.host.info()
    expect(info).toMatchObject({ kind: 'web', homeDir: home })
    expect(await api.host.openUrl({ url: 'https://kubernetes.io' })).toEqual({ opened: false })
    expect((await api.kubeconfig.list()).contexts).toEqual([])
    close()

    cove.child.kill('SIGTERM')
    const { exitCode } = await cove.child
    expect(exitCode).toBe(0)
    await expect(stat(join(dataDir, 'serve-token'))).rejects.toThrow('ENOENT')
    const after = await execa(node, [web, 'serve', '--print-address'], { env: environment(), extendEnv: false, reject: false })
    expect(after.exitCode).toBe(1)
  })

  test.runIf(process.platform === 'linux')('listens at 127.0.0.1 alone, unless told otherwise (needs Linux: /proc/net)', async () => {
    const listeners = async (port: string) => {
      const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')))
      const hex = Number(port).toString(16).toUpperCase().padStart(4, '0')
      // local_address rem_address st, where 0A is LISTEN.
      const row = new RegExp(`^ *\\d+: ([0-9A-F]+):${hex} [0-9A-F]+:0000 0A `, 'gm')
      return tables.flatMap((table) => [...table.matchAll(row)].map(([, address]) => address))
    }
    // All of 127/8 is this machine on Linux, so that it has another address wherever this runs.
    const ask = (port: string, host: string) =>
      new Promise<number | string>((resolve) => {
        const request = httpRequest({ host: '127.0.0.2', port, headers: { host: `${host}:${port}` }, agent: false }, (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        })
        request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'failed'))
        request.end()
      })

    const usual = await serve()
    const { port } = new URL(usual.origin)
    expect(await listeners(port)).toEqual(['0100007F'])
    expect(await ask(port, '127.0.0.1')).toBe('ECONNREFUSED')
    usual.child.kill('SIGTERM')
    await usual.child

    const open = await serve(['--host', '0.0.0.0'])
    const other = new URL(open.origin).port
    expect(await listeners(other)).toEqual(['00000000'])
    // It answers there, to its own names only, and to nobody without a session.
    expect([await ask(other, '127.0.0.1'), await ask(other, '127.0.0.2'), await ask(other, 'evil.example')]).toEqual([401, 403, 403])
    open.child.kill('SIGTERM')
    await open.child
  })

  test('starts no program for whoever is refused, and does for the page', async () => {
    const cove = await serve()
    const { api, close } = await connectTo(cove)
    await api.toolchain.refresh()
    await quiet()
    const before = await runs()

    const ask = (method: string, path: string, headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        const request = httpRequest(`${cove.origin}${path}`, { method, headers, agent: false }, (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        })
        request.on('upgrade', (_, socket) => {
          socket.destroy()
          resolve(101)
        })
        request.on('error', reject)
        request.end(method === 'POST' ? '{"json":{"tool":"kubectl"}}' : undefined)
      })
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    }
    const strangers: Record<string, string>[] = [
      {},
      { cookie: 'cove=1' },
      { host: 'evil.example' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'content-type': 'text/plain' },
    ]
    const statuses: number[] = []
    for (const path of ['/', '/api', '/api/toolchain/refresh', '/api/clusters/create', '/launch'])
      for (const method of ['GET', 'POST'])
        for (const headers of strangers) {
          statuses.push(await ask(method, path, headers))
          statuses.push(await ask('GET', path, { ...headers, ...upgrade }))
        }
    expect(statuses.filter((status) => status < 400)).toEqual([])
    await quiet()
    expect(await runs()).toBe(before)

    await api.toolchain.refresh()
    expect(await runs()).toBeGreaterThan(before)
    close()
    cove.child.kill('SIGTERM')
    await cove.child
  })

  test('names a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const result = await execa(node, [web, 'serve', '--port', String(port)], { env: environment(), extendEnv: false, reject: false })
    expect(result.exitCode).toBe(1)
    expect(result.stderr).toContain(`port ${port} of 127.0.0.1 is taken`)
    other.close()
  })

  test('quits with a running job: says which, cancels it, and its end is on record', async () => {
    // A publisher that lets the download begin and never go on.
    const publisher = createServer((request, response) => {
      if (!request.url?.endsWith('/bin/linux/amd64/kubectl') && !request.url?.endsWith('/bin/linux/arm64/kubectl')) {
        response.end(request.url?.endsWith('.sha256') ? 'a'.repeat(64) : 'v1.34.0')
        return
      }
      response.writeHead(200, { 'content-length': '50000000', 'content-type': 'application/octet-stream' })
      response.write(Buffer.alloc(1000))
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => publisher.once('listening', resolve))
    const env = { COVE_PUBLISHER_KUBERNETES: `http://127.0.0.1:${(publisher.address() as AddressInfo).port}` }

    const cove = await serve([], env)
    const first = await connectTo(cove)
    const { jobId } = await first.api.toolchain.download({ tool: 'kubectl', version: 'v1.34.0' })
    expect((await first.api.jobs.get({ id: jobId })).state).toBe('running')
    cove.child.kill('SIGINT')
    expect((await cove.child).exitCode).toBe(0)
    expect(cove.log()).toContain('tool.download kubectl')
    first.close()

    const again = await serve([], env)
    const second = await connectTo(again)
    expect((await second.api.jobs.get({ id: jobId })).state).toBe('cancelled')
    second.close()
    again.child.kill('SIGTERM')
    await again.child
    publisher.closeAllConnections()
    publisher.close()
  })
})
