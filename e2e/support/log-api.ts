import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { Machine } from './cove.ts'
import { loopbackTls } from './log-api/loopback-tls.ts'
import type { LogScript, ScriptedContainer } from './log-api/script.ts'

const root = resolve(import.meta.dirname, '../..')

export type LogApi = {
  readonly url: string
  readonly pid: number
  /** The phases of all logs begin now. */
  start(): Promise<void>
  /** Resets every stream that is followed. */
  cut(): Promise<void>
  /** How many streams that follow were asked for so far. */
  streams(): Promise<number>
  stop(): Promise<void>
}

/** The context under which a machine's kubectl reaches the scripted API. */
export const scriptedContext = 'scripted'

/** Starts a Kubernetes API of its own process that replays the script, for the real kubectl and `kubectl proxy`. */
export async function startLogApi(script: LogScript): Promise<LogApi> {
  const child = execa(
    join(root, 'node_modules/.bin/node'),
    ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('./log-api/server.ts', import.meta.url))],
    {
      input: JSON.stringify(script),
      stderr: 'inherit',
      buffer: false,
      reject: false,
    },
  )
  const port = await new Promise<string>((found, failed) => {
    createInterface(child.stdout).once('line', found)
    void child.then(() => failed(new Error('the scripted API ended before it listened')))
  })
  const url = `${script.token === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
  return {
    url,
    pid: child.pid ?? 0,
    start: async () => void (await fetch(`${url}/scripted/start`, { method: 'POST' })),
    cut: async () => void (await fetch(`${url}/scripted/cut`, { method: 'POST' })),
    streams: async () => Number(await (await fetch(`${url}/scripted/streams`)).text()),
    stop: async () => {
      child.kill('SIGTERM')
      await child
    },
  }
}

/** Makes the API the machine's current context, for a user of the kubeconfig's make. Answers with the kubeconfig's path. */
export async function useLogApi(machine: Machine, api: LogApi, user: object = {}): Promise<string> {
  const file = join(machine.home, '.kube/config')
  await mkdir(join(machine.home, '.kube'), { recursive: true })
  await writeFile(file, scriptedKubeconfig(api, user), { mode: 0o600 })
  return file
}

export function scriptedKubeconfig({ url }: Pick<LogApi, 'url'>, user: object = {}): string {
  const name = scriptedContext
  const trust = url.startsWith('https:') ? { 'certificate-authority-data': Buffer.from(loopbackTls().cert).toString('base64') } : {}
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: url, ...trust } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
  }
  return JSON.stringify(config, null, 2)
}

/** A pod with one container, both of that name. */
export const podOf = (name: string, log: ScriptedContainer['log'], more: Partial<ScriptedContainer> = {}) => ({
  name,
  labels: { app: name.replace(/-\d+$/, '') },
  containers: [{ name, log, ...more }],
})
