import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createChanges } from '../../src/main/core/changes.ts'
import { createExec } from '../../src/main/core/exec/exec.ts'
import { type ProxyProcess, type ProxyTransport, startProxyProcess } from '../../src/main/core/logs/source/proxy-process.ts'
import { createProxyRecords } from '../../src/main/core/logs/source/proxy-records.ts'
import { createKubectl } from '../../src/main/core/workloads/kubectl.ts'
import { made } from '../support/cleanup.ts'
import { makeMachine } from '../support/cove.ts'
import { ground } from '../support/ground.ts'
import { scriptedContext, startLogApi, useLogApi } from '../support/log-api.ts'
import type { LogScript } from '../support/log-api/script.ts'
import { scenes } from '../support/log-scenes.ts'
import { expect, programsOf, test } from '../support/test.ts'

// What the real kubectl lets through of the proxy that Cove starts: whoever finds its address gets nothing but what logs need, and writes nothing.

const pods = '/api/v1/namespaces/default/pods'

/** `userOf`: the kubeconfig's user, who may need files in the home of the machine. */
const proxyOn = (transport: ProxyTransport, script: LogScript = scenes, userOf: (home: string) => object = () => ({})) =>
  made(async (onEnd) => {
    const chosen = ground()
    test.skip(chosen.kind === 'none', chosen.kind === 'none' ? `needs kubectl: ${chosen.reason}` : '')
    if (chosen.kind === 'none') throw new Error(chosen.reason)
    const programs = await programsOf(chosen, ['kubectl'])
    const machine = await makeMachine({ programs })
    onEnd(machine.remove)
    const api = await startLogApi(script)
    onEnd(api.stop)
    const file = await useLogApi(machine, api, userOf(machine.home))
    const dataDir = join(machine.home, 'data')
    const exec = createExec({ dataDir, env: machine.env, homeDir: machine.home, changes: createChanges() })
    onEnd(exec.dispose)
    const found = { name: 'kubectl', path: programs['kubectl'] ?? '', version: null, origin: 'path' } as const
    const kubectl = createKubectl({ exec, toolchain: { resolve: async () => found }, kubeconfig: null })
    const records = createProxyRecords(dataDir, exec)
    const proxy = await startProxyProcess({ kubectl, exec, records, transport }, { file, name: scriptedContext })
    onEnd(proxy.end)
    return { proxy }
  })

type Asked = { readonly method?: string; readonly headers?: Record<string, string> }
async function ask({ address }: ProxyProcess, path: string, { method = 'GET', headers = {} }: Asked = {}) {
  return new Promise<{ status: number; body: string }>((answered, failed) => {
    const asking = request({ ...address, path, method, headers: { host: 'localhost', ...headers }, agent: false }, (response) => {
      text(response).then((body) => answered({ status: response.statusCode ?? 0, body }), failed)
    })
    asking.on('upgrade', (response, socket) => {
      socket.destroy()
      answered({ status: response.statusCode ?? 0, body: 'upgraded' })
    })
    asking.on('error', failed)
    asking.end()
  })
}

for (const transport of ['socket', 'port'] as const)
  test(`kubectl proxy on a ${transport} reads what logs need and refuses all else`, async () => {
    const { proxy, end } = await proxyOn(transport)
    try {
      const to = (path: string, asked?: Asked) => ask(proxy, `${proxy.prefix}${path}`, asked)
      expect(await to(pods)).toMatchObject({ status: 200, body: expect.stringContaining('"shop"') })
      expect(await to(`${pods}/shop/log?container=shop&tailLines=1`)).toMatchObject({ status: 200, body: expect.stringContaining('n=301') })

      const upgrade = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      }
      const refused: Record<string, { status: number }> = {}
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])
        for (const path of [pods, `${pods}/shop`]) refused[`${method} ${path}`] = await to(path, { method })
      for (const path of [
        '/api/v1/secrets',
        '/api/v1/namespaces/default/secrets',
        '/api/v1/namespaces/default/secrets/token',
        '/api/v1/nodes',
        '/api/v1/namespaces/default/configmaps',
        '/apis/apps/v1/namespaces/default/deployments/web/scale',
        '/version',
        '/',
        `${pods}/shop/exec?command=id&stdout=true`,
        `${pods}/shop/attach`,
        `${pods}/shop/portforward`,
        `${pods}/shop/proxy/`,
        `${pods}/shop/log/../exec`,
        `${pods}/shop/log/%2e%2e/exec`,
        `${pods}/..%2fsecrets`,
      ])
        for (const headers of [{}, upgrade]) refused[`${path} ${Object.keys(headers).length}`] = await to(path, { headers })
      for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80'])
        refused[`host ${host}`] = await to(pods, { headers: { host } })
      expect(Object.entries(refused).filter(([, { status }]) => status < 300)).toEqual([])
      // Refused by kubectl itself: the API, which tells of everything as a Status, was not asked.
      expect(Object.entries(refused).filter(([, answer]) => JSON.stringify(answer).includes('\\"Status\\"'))).toEqual([])

      if ('socketPath' in proxy.address) {
        const folder = dirname(proxy.address.socketPath)
        expect(statSync(folder).mode & 0o777).toBe(0o700)
        await end()
        expect(existsSync(folder)).toBe(false)
      } else {
        expect(proxy.prefix).toMatch(/^\/[0-9a-f]{32}$/)
        expect(proxy.address.host).toBe('127.0.0.1')
        for (const path of [
          pods,
          `/${pods}`,
          `/${'0'.repeat(32)}${pods}`,
          `${proxy.prefix.slice(0, -1)}${pods}`,
          `${proxy.prefix}x${pods}`,
        ]) {
          const answer = await ask(proxy, path)
          expect(answer.status).toBeGreaterThanOrEqual(300)
          expect(answer.body).not.toContain('"kind"')
        }
        await end()
        await expect(ask(proxy, `${proxy.prefix}${pods}`)).rejects.toThrow()
      }
    } finally {
      await end()
    }
  })

const token = 'only-the-plugin-knows-it'
const users: Readonly<Record<string, (home: string) => object>> = {
  'an exec plugin': (home) => {
    const plugin = join(home, 'plugin')
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } }
    writeFileSync(plugin, `#!/bin/sh\necho asked >>"$0.asked"\ncat <<'END'\n${JSON.stringify(credential)}\nEND\n`, { mode: 0o755 })
    return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' } }
  },
  'a token': () => ({ token }),
  'a token in a file': (home) => {
    writeFileSync(join(home, 'token'), token, { mode: 0o600 })
    return { tokenFile: join(home, 'token') }
  },
}

for (const transport of ['socket', 'port'] as const)
  test(`who may read logs on a ${transport} is kubectl's to show, by ${Object.keys(users).join(', ')}; with the wrong one the API refuses`, async () => {
    const status = async (userOf: (home: string) => object) => {
      let home = ''
      const { proxy, end } = await proxyOn(transport, { ...scenes, token }, (where) => userOf((home = where)))
      try {
        const { status: code, body } = await ask(proxy, `${proxy.prefix}${pods}/shop/log?container=shop&tailLines=1`)
        if (code === 200) expect(body).toContain('n=301')
        const asked = join(home, 'plugin.asked')
        return { code, asked: existsSync(asked) ? readFileSync(asked, 'utf8') : '' }
      } finally {
        await end()
      }
    }
    for (const [name, userOf] of Object.entries(users))
      expect({ name, ...(await status(userOf)) }).toEqual({ name, code: 200, asked: name === 'an exec plugin' ? 'asked\n' : '' })
    expect((await status(() => ({ token: 'another' }))).code).toBe(401)
    // kubectl itself goes nowhere without one.
    await expect(status(() => ({}))).rejects.toMatchObject({ code: 'api-unauthorized' })
  })
