import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppError } from '../error.ts'
import { createTargetGround, type TargetGround } from '../targets/fixtures/ground.ts'
import { fetchPrograms, removePrograms } from './fetch-programs.ts'
import { job } from './fixtures/host-of.ts'
import type { Host } from './types.ts'

const body = `#!/bin/sh\necho v1.34.4\n${'#'.repeat(200_000)}\n`
const sha256 = createHash('sha256').update(body).digest('hex')
let ground: TargetGround
let base = ''
const server = createServer((request, response) => {
  if (request.url?.startsWith('/moved/')) response.writeHead(302, { location: request.url.slice('/moved'.length) }).end()
  else if (request.url?.endsWith('kubelet')) response.end('<html>not the kubelet</html>')
  else if (request.url?.endsWith('kubectl')) response.writeHead(404).end('no such file')
  else response.end(body)
})
beforeAll(async () => {
  ground = await createTargetGround()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await ground.dispose()
})

// /var/lib is root's.
test.skipIf(process.getuid?.() !== 0)(
  'a host fetches programs with its own curl; what differs from the digest, or is not there, is refused, and nothing stays',
  async () => {
    const host = (await ground.target('container')) as Host
    const asked: unknown[] = []
    const source = async (name: string, build: unknown) => {
      asked.push([name, build])
      return { url: `${base}/moved/${name}`, sha256 }
    }
    const fetched = async (...names: ('kubeadm' | 'kubelet' | 'kubectl')[]) => {
      let folder = ''
      const end = await fetchPrograms(source, { host, job }, { names, version: 'v1.34.4' }, async (made) => void (folder = made)).catch(
        (error: unknown) => error as AppError,
      )
      return { folder, end }
    }
    const said = async (...argv: [string, ...string[]]) => (await host.run({ argv })).stdout.trim()

    const good = await fetched('kubeadm')
    expect(good.folder).toMatch(/^\/var\/lib\/cove-programs-\w{8}$/)
    expect(good.end).toBe(good.folder)
    expect(await said(`${good.folder}/kubeadm`)).toBe('v1.34.4')
    expect(await said('stat', '--format=%a %U', good.folder)).toBe('700 root')
    expect(asked).toEqual([['kubeadm', { version: 'v1.34.4', os: 'linux', arch: (await host.look()).arch }]])

    const wrong = await fetched('kubelet')
    expect(wrong.end).toMatchObject({ code: 'download-digest-mismatch', facts: { url: `${base}/moved/kubelet`, expected: sha256 } })
    const absent = await fetched('kubectl')
    expect(absent.end).toMatchObject({ code: 'command-failed', facts: { tail: expect.stringContaining('404') } })

    for (const { folder } of [good, wrong, absent]) {
      await removePrograms({ host, job }, folder)
      expect(await said('sh', '-c', 'ls -d "$1" 2>&1 || true', 'sh', folder)).toContain('No such file')
    }
    // What a journal says is removed only where it is such a folder.
    const mine = await said('mktemp', '-d')
    await removePrograms({ host, job }, mine)
    expect(await said('ls', '-d', mine)).toBe(mine)
    await host.run({ argv: ['rmdir', mine] })
  },
)
