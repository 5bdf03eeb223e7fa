import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { execa } from 'execa'
import { type Publisher, startPublisher } from '../toolchain/fixtures/publisher.ts'
import { fetchLines, type ShownFile, signatureLines } from './command-lines.ts'

let site: Publisher
let folder: string
beforeEach(async () => {
  site = await startPublisher()
  folder = mkdtempSync(join(tmpdir(), 'cove lines '))
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await site.close()
})

const fileOf = (base: string, name = 'kubelet', part: Partial<ShownFile> = {}): ShownFile => ({
  fileName: name,
  kind: 'program',
  url: `${base}/${name}`,
  digestUrl: `${site.base}/${name}.sha256`,
  sha512Url: `${site.base}/${name}.sha512`,
  signature: { signatureUrl: `${site.base}/${name}.sig`, certificateUrl: `${site.base}/${name}.cert` },
  ...part,
})
const bash = (lines: readonly string[]) =>
  execa('bash', ['-e', '-c', lines.join('\n')], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
    env: { PATH: `${folder}:${process.env['PATH']}` },
  })
const shell = ['bash', 'curl', 'sha256sum'].every((name) => {
  try {
    execFileSync('which', [name], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

test.skipIf(!shell)(
  'the lines fetch, check and make executable in a real shell, and stop at wrong bytes (needs bash, curl and sha256sum)',
  async () => {
    site.put('kubelet', 'the kubelet')
    const lines = fetchLines(fileOf(site.base), 'linux')
    expect(await bash(lines)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('kubelet: OK') })
    expect(readFileSync(join(folder, 'kubelet'), 'utf8')).toBe('the kubelet')
    expect(statSync(join(folder, 'kubelet')).mode & 0o111).toBe(0o111)

    site.put('kubelet', 'another', null)
    expect(await bash(lines)).not.toMatchObject({ exitCode: 0 })
    site.remove('kubelet.sha256')
    expect(await bash(lines)).not.toMatchObject({ exitCode: 0 })
  },
)

test.skipIf(!shell)('an address that a shell could act on stays one word (needs bash, curl and sha256sum)', async () => {
  site.put("a;touch bad;$(touch worse)'/kubelet", 'the kubelet', null)
  site.put('kubelet.sha256', 'f9a6b2b3', null)
  await bash(fetchLines(fileOf(new URL(`${site.base}/a;touch bad;$(touch worse)'`).href), 'linux').slice(0, 1))
  expect(readFileSync(join(folder, 'kubelet'), 'utf8')).toBe('the kubelet')
  expect(['bad', 'worse'].filter((name) => existsSync(join(folder, name)))).toEqual([])
})

test.skipIf(!shell)('the lines of the signature hand cosign what they fetched (needs bash, curl and sha256sum)', async () => {
  for (const name of ['kubelet.sig', 'kubelet.cert']) site.put(name, name, null)
  writeFileSync(join(folder, 'cosign'), '#!/bin/sh\ncat kubelet.sig kubelet.cert; echo; printf "%s " "$@"\n')
  chmodSync(join(folder, 'cosign'), 0o755)
  const { stdout } = await bash(signatureLines(fileOf(site.base), 'linux'))
  expect(stdout).toBe(
    'kubelet.sigkubelet.cert\nverify-blob --signature=kubelet.sig --certificate=kubelet.cert --certificate-identity=krel-staging@k8s-releng-prod.iam.gserviceaccount.com --certificate-oidc-issuer=https://accounts.google.com -- kubelet ',
  )
})

test('each platform has its own words for it', () => {
  const mac = fetchLines(fileOf('https://dl.k8s.io'), 'darwin')
  expect(mac[1]).toMatch(/\| shasum --algorithm 256 --check$/)
  const windows = fetchLines(fileOf('https://dl.k8s.io', 'kubectl.exe'), 'win32')
  expect(windows[0]).toBe('curl.exe --fail --location --remote-name https://dl.k8s.io/kubectl.exe')
  expect(windows[1]).toMatch(/^\(Get-FileHash -Algorithm SHA256 kubectl\.exe\)\.Hash -eq \(curl\.exe /)
  expect(fetchLines(fileOf('https://dl.k8s.io', 'a.tar.gz', { kind: 'archive' }), 'linux')).toHaveLength(2)
  expect(signatureLines(fileOf('https://dl.k8s.io', 'x', { signature: null }), 'linux')).toEqual([])
})
