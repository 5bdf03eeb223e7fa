import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { collectScript } from './collect-script.ts'
import { recorded } from './fixtures/ground.ts'
import { parseFacts } from './parse-facts.ts'
import { readSections } from './sections.ts'

/** BusyBox of the kit (e2e/real-cluster/up puts Debian's static one into its base), where this machine has none of its own. */
const cache = process.env['COVE_KIT_CACHE'] ?? join(homedir(), '.cache', 'cove-real-cluster')
const own = join(cache, 'base/bin/busybox')
const shells = [
  ['sh', 'sh', []],
  ['dash', 'dash', []],
  ['bash', 'bash', []],
  ['busybox', existsSync(own) ? own : 'busybox', ['sh']],
] as const

describe.skipIf(process.platform === 'win32')('the script', () => {
  for (const [name, file, args] of shells) {
    const there = spawnSync(file, [...args, '-c', 'exit 0']).status === 0
    test.skipIf(!there)(`says all that it has to say in ${name}, on any machine${there ? '' : ` (needs ${name})`}`, () => {
      const { status, stdout, stderr } = spawnSync(file, [...args, '-s', '--', ''], { input: collectScript, encoding: 'utf8' })
      expect([status, stderr]).toEqual([0, ''])
      const sections = readSections(stdout)
      expect([...sections.keys()]).toEqual([...readSections(recorded('bare-host')).keys()])
      const facts = parseFacts(sections)
      expect(facts.kernel).not.toBe('')
      expect(facts.root).toBe(process.getuid?.() === 0)
    })
  }

  test('asks an etcd outside the cluster for its version, as kubeadm does, and looks for its files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cove-etcd-'))
    const server = createServer((request, response) =>
      response.end(request.url === '/version' ? '{"etcdserver":"3.6.5","etcdcluster":"3.6.0"}' : ''),
    )
    try {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      const [cert, key] = ['client.crt', 'client.key'].map((name) => join(folder, name)) as [string, string]
      writeFileSync(cert, '')
      const run = (...files: string[]) => {
        const child = execa('sh', ['-s', '--', '', ...files, `http://127.0.0.1:${port}`, 'http://127.0.0.1:1'], { input: collectScript })
        return child.then(({ stdout }) => parseFacts(readSections(stdout)))
      }
      const plain = await run('', '', '')
      expect(plain.etcdFiles).toEqual([])
      expect(plain.etcdVersions).toMatchObject({
        known: true,
        value: [
          { address: `http://127.0.0.1:${port}`, version: '3.6.5' },
          { address: 'http://127.0.0.1:1', version: null, said: expect.stringContaining('curl: (7)') },
        ],
      })
      const { etcdFiles } = await run('', cert, key)
      expect(etcdFiles).toEqual([
        { path: cert, there: 'yes' },
        { path: key, there: 'no' },
      ])
    } finally {
      server.close()
      rmSync(folder, { recursive: true })
    }
  })

  test('does not tell the password of a proxy, with a scheme or without, and with an @ in it', () => {
    const addresses = {
      HTTPS_PROXY: 'http://ann:geheim@proxy.example:3128',
      HTTP_PROXY: 'ann:geheim@proxy.example:3128',
      ALL_PROXY: 'http://ann:@geheim@proxy.example:3128',
    }
    const env = { ...process.env, ...addresses, no_proxy: 'localhost' }
    const { stdout } = spawnSync('sh', ['-s', '--', ''], { input: collectScript, encoding: 'utf8', env })
    expect(stdout).not.toContain('geheim')
    const { proxies } = parseFacts(readSections(stdout))
    const hidden = 'http://***@proxy.example:3128'
    expect(proxies).toContainEqual({ where: 'env', name: 'https_proxy', value: hidden })
    expect(proxies).toContainEqual({ where: 'env', name: 'http_proxy', value: '***@proxy.example:3128' })
    expect(proxies).toContainEqual({ where: 'env', name: 'all_proxy', value: hidden })
    expect(proxies).toContainEqual({ where: 'env', name: 'no_proxy', value: 'localhost' })
  })
})
