import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { Machine } from './cove.ts'
import type { LogScript, ScriptedContainer } from './log-api/script.ts'

const root = resolve(import.meta.dirname, '../..')

export type LogApi = {
  readonly url: string
  readonly pid: number
  /** The phases of all logs begin now. */
  start(): Promise<void>
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
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    pid: child.pid ?? 0,
    start: async () => void (await fetch(`${url}/scripted/start`, { method: 'POST' })),
    stop: async () => {
      child.kill('SIGTERM')
      await child
    },
  }
}

/** Makes the API the machine's current context. Answers with the kubeconfig's path. */
export async function useLogApi(machine: Machine, api: LogApi): Promise<string> {
  const file = join(machine.home, '.kube/config')
  await mkdir(join(machine.home, '.kube'), { recursive: true })
  await writeFile(file, scriptedKubeconfig(api), { mode: 0o600 })
  return file
}

export function scriptedKubeconfig({ url }: Pick<LogApi, 'url'>): string {
  const name = scriptedContext
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: url } }],
    users: [{ name, user: {} }],
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
