import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChanges } from '#core/changes.ts'
import { parseKubeconfig } from './document.ts'
import { createKubeconfig } from './kubeconfig.ts'

// The real kubectl, as e2e/real-cluster builds it.
const cache = process.env['COVE_KIT_CACHE'] ?? path.join(homedir(), '.cache', 'cove-real-cluster')
const kubectl = path.join(cache, 'v1.34.4', 'kubectl')
const there = existsSync(kubectl)
const kind = readFileSync(path.join(import.meta.dirname, 'fixtures', 'kind.yaml'), 'utf8')

describe.skipIf(!there)(there ? 'beside the real kubectl' : `SKIPPED: no ${kubectl} (e2e/real-cluster/up builds it)`, () => {
  it('both write at once, again and again: Cove loses nothing of kubectl’s, each of its own writes succeeds, and the file is whole', {
    timeout: 120_000,
  }, async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'cove 并行 '))
    onTestFinished(() => rmSync(home, { recursive: true, force: true }))
    const file = path.join(home, '.kube', 'config')
    mkdirSync(path.dirname(file))
    writeFileSync(file, kind.replaceAll('kind-dev', 'base'), { mode: 0o600 })
    const kubeconfig = createKubeconfig({
      env: { KUBECONFIG: file },
      homeDir: home,
      dataDir: path.join(home, 'data'),
      changes: createChanges(),
      probe: async () => ({ state: 'unknown', version: null, tookMs: null, error: null }),
      lockWaitMs: 60_000,
    })
    let port = 20_000
    // Another address each time, so that each is a write.
    const merge = (index: number) => {
      const text = kind.replaceAll('kind-dev', `cove-${index}`).replace(/server: \S+/, `server: https://127.0.0.1:${port++}`)
      return kubeconfig.merge(text, { replace: true, use: false, reason: 'test' })
    }

    // One kubectl after the other: side by side they lose each other's writes without anybody's help. It does not wait for a lock, so it is asked again.
    let ended = false
    const foreign = async () => {
      for (let index = 0; index < 10; index++) {
        const args = ['config', 'set-cluster', `foreign-${index}`, '--server=https://127.0.0.1:1', `--kubeconfig=${file}`]
        while ((await execa(kubectl, args, { reject: false, env: { HOME: home } })).exitCode !== 0);
      }
      ended = true
    }
    const own = async () => {
      let merged = 0
      for (; !ended || merged < 10; merged++) {
        await merge(merged % 10)
        // Whoever waits for the lock by trying again must get it sometimes.
        await delay(10)
      }
      return merged
    }
    const [merged] = await Promise.all([own(), foreign()])
    expect(merged).toBeGreaterThanOrEqual(10)
    const names = (who: string) => Array.from({ length: 10 }, (_unused, index) => `${who}-${index}`)
    const clusters = () => [...parseKubeconfig(readFileSync(file, 'utf8'), file).entries.clusters.keys()]
    expect(clusters()).toEqual(expect.arrayContaining(['base', ...names('foreign')]))

    // kubectl takes away what came between its reading and its writing; what Cove writes once it rests stays.
    for (let index = 0; index < 10; index++) await merge(index)
    expect(clusters().sort()).toEqual(['base', ...names('cove'), ...names('foreign')].sort())
    const { stdout } = await execa(kubectl, ['config', 'get-contexts', '--output=name', `--kubeconfig=${file}`])
    expect(stdout.split('\n').sort()).toEqual(['base', ...names('cove')].sort())
    expect(readdirSync(path.dirname(file))).toEqual(['config'])
  })
})
