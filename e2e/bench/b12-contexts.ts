import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'
import { execa } from 'execa'
import { chromiumArguments } from '../support/browser.ts'
import { during } from '../support/cleanup.ts'
import { connect } from '../support/client.ts'
import { type Machine, makeMachine, startCove } from '../support/cove.ts'
import { type Result, ratioOf, side } from './measure.ts'
import { realGround, toolsOf } from './real.ts'

const runs = 7
const files = 40
const each = 50

/** B12: 2,000 contexts in 40 files, from the request to a Cove just started to the whole list ÷ what kubectl takes for its names; and a change on disk to the page. */
export const contexts = (): Promise<Result> =>
  during(async (onEnd) => {
    const machine = await makeMachine({ programs: await toolsOf(realGround()) })
    onEnd(machine.remove)
    const paths = await write(machine)
    machine.env['KUBECONFIG'] = paths.join(delimiter)
    const cold: number[] = []
    const kubectl: number[] = []
    for (let run = 0; run < runs; run++) {
      const cove = await startCove(machine)
      try {
        const client = await connect(cove)
        const start = performance.now()
        const { contexts: listed } = await client.api.kubeconfig.list()
        cold.push(performance.now() - start)
        if (listed.length !== files * each) throw new Error(`${listed.length} contexts`)
        client.close()
      } finally {
        await cove.stop()
      }
      const start = performance.now()
      await execa('kubectl', ['config', 'get-contexts', '--output=name'], { env: machine.env, extendEnv: false, stdin: 'ignore' })
      kubectl.push(performance.now() - start)
    }
    const a = side('ms', cold, { what: 'kubeconfig.list of a Cove that just said its address' })
    const b = side('ms', kubectl, { what: 'kubectl config get-contexts --output=name, of the same files' })
    const second = side('ms', await changes(machine, paths[0] ?? ''), { what: 'a context renamed in its file to its row painted' })
    return { id: 'B12', ratio: ratioOf(a, b), target: 'a <= 200 ms; second <= 500 ms', a, b, runs, second }
  })

async function write(machine: Machine): Promise<string[]> {
  const folder = join(machine.home, '.kube')
  await mkdir(folder, { recursive: true })
  return Promise.all(
    Array.from({ length: files }, async (_, file) => {
      const names = Array.from({ length: each }, (_unused, n) => `c-${String(file).padStart(2, '0')}-${String(n).padStart(2, '0')}`)
      // As kubectl writes it.
      const list = (key: string, one: string, of: (name: string) => string) =>
        `${key}:\n${names.map((name) => `- ${one}:\n${of(name)}  name: ${name}\n`).join('')}`
      const data = Buffer.alloc(1100, file).toString('base64')
      const text = [
        'apiVersion: v1\n',
        list('clusters', 'cluster', (name) => `    certificate-authority-data: ${data}\n    server: https://${name}.example.test:6443\n`),
        list('contexts', 'context', (name) => `    cluster: ${name}\n    namespace: team-${file}\n    user: ${name}\n`),
        'current-context: c-00-00\nkind: Config\npreferences: {}\nusers:\n',
        ...names.map((name) => `- name: ${name}\n  user:\n    client-certificate-data: ${data}\n    client-key-data: ${data}\n`),
      ].join('')
      const path = join(folder, `file-${String(file).padStart(2, '0')}.yaml`)
      await writeFile(path, text)
      return path
    }),
  )
}

/** The page shows the list and is looked at in each frame. */
async function changes(machine: Machine, path: string): Promise<number[]> {
  return during(async (onEnd) => {
    const cove = await startCove(machine)
    onEnd(cove.stop)
    const browser = await chromium.launch({ executablePath: process.env['COVE_TEST_CHROMIUM'] ?? '', args: chromiumArguments })
    onEnd(() => browser.close())
    const page = await browser.newPage()
    await page.goto(cove.launchUrl)
    await page.goto(`${cove.origin}/#/contexts`)
    await page.getByText('c-00-01', { exact: true }).first().waitFor()
    const taken: number[] = []
    let name = 'c-00-01'
    for (let run = 0; run < runs; run++) {
      const next = `c-00-01-${run}`
      const seen = page.evaluate(async (wanted) => {
        for (;;) {
          await new Promise((frame) => requestAnimationFrame(frame))
          if (document.body.textContent.includes(wanted)) return
        }
      }, next)
      const text = await readFile(path, 'utf8')
      const start = performance.now()
      await writeFile(path, text.replace(`user: c-00-01\n  name: ${name}\n`, `user: c-00-01\n  name: ${next}\n`))
      await seen
      taken.push(performance.now() - start)
      name = next
    }
    return taken
  })
}
