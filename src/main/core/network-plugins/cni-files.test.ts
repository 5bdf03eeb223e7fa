import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nodeScript, parseConf, parseNodeFiles } from './cni-files.ts'

const list = (plugins: object[], name = 'net') => JSON.stringify({ cniVersion: '1.0.0', name, plugins })
const hostLocal = (...subnets: string[]) => ({ type: 'host-local', ranges: [subnets.map((subnet) => ({ subnet }))] })

test('programs and ranges of a list: what the kit, kindnet and kube-router write', () => {
  const bridge = { type: 'bridge', bridge: 'cni0', ipam: hostLocal('10.244.1.0/24') }
  expect(parseConf('/e/10-a.conflist', list([bridge, { type: 'portmap' }]))).toEqual({
    name: 'net',
    types: ['bridge', 'portmap'],
    programs: ['bridge', 'portmap', 'host-local'],
    ranges: ['10.244.1.0/24'],
    fault: null,
  })
  // Dual stack, as kindnet: a set for each family. https://www.cni.dev/plugins/current/ipam/host-local/
  const ipam = { type: 'host-local', ranges: [[{ subnet: '10.244.0.0/24' }], [{ subnet: 'fd00:10:244::/64' }]] }
  expect(parseConf('/e/10-kindnet.conflist', list([{ type: 'ptp', ipam }])).ranges).toEqual(['10.244.0.0/24', 'fd00:10:244::/64'])
})

test('one plugin alone, and a range that is none', () => {
  const alone = JSON.stringify({ cniVersion: '0.3.1', name: 'x', type: 'bridge', ipam: { type: 'host-local', subnet: '10.1.0.0/16' } })
  expect(parseConf('/e/10-x.conf', alone)).toMatchObject({ types: ['bridge'], ranges: ['10.1.0.0/16'], fault: null })
  // Calico's, with host-local: https://docs.tigera.io/calico/latest/reference/configure-cni-plugins
  expect(parseConf('/e/10-c.conflist', list([{ type: 'calico', ipam: { type: 'host-local', subnet: 'usePodCidr' } }])).ranges).toEqual([])
})

test('what the runtime cannot read is told', () => {
  expect(parseConf('/e/a.conflist', '{ "name": ').fault).toMatch(/JSON/)
  expect(parseConf('/e/a.conflist', '{"name":"a","plugins":[]}').fault).toBe('plugins')
  expect(parseConf('/e/a.conf', '{"name":"a"}').fault).toBe('type')
  for (const text of ['null', '[]', '7', '"a"', '{"plugins":[null,3]}']) expect(parseConf('/e/a.conflist', text).fault).not.toBeNull()
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cove cni 网络 '))
  mkdirSync(join(folder, 'net.d'))
  mkdirSync(join(folder, 'bin'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The script on files of a folder of its own. */
function read(): ReturnType<typeof parseNodeFiles> {
  const script = nodeScript
    .replace('/etc/cni/net.d', join(folder, 'net.d'))
    .replace('/opt/cni/bin', join(folder, 'bin'))
    .replace('/usr/lib/cni', join(folder, 'none'))
    .replaceAll('/etc/containerd/config.toml', join(folder, 'config.toml'))
  return parseNodeFiles(execFileSync('sh', ['-c', script], { encoding: 'utf8' }))
}
const conf = (file: string, text: string, inside = 'net.d') => writeFileSync(join(folder, inside, file), text)
const program = (name: string) => {
  writeFileSync(join(folder, 'bin', name), '')
  chmodSync(join(folder, 'bin', name), 0o755)
}

test('the script reads what is there: order, other endings, missing programs', () => {
  conf('20-b.conflist', list([{ type: 'flannel' }], 'b'))
  conf('10-a.conflist', list([{ type: 'bridge', ipam: hostLocal('10.2.0.0/24') }], 'a'))
  conf('00-other.txt', 'not read')
  conf('calico-kubeconfig', 'not read')
  program('bridge')
  const found = read()
  expect(found?.files.map(({ path, name, taken, missing }) => ({ file: path.split('/').at(-1), name, taken, missing }))).toEqual([
    { file: '10-a.conflist', name: 'a', taken: true, missing: ['host-local'] },
    { file: '20-b.conflist', name: 'b', taken: false, missing: ['flannel'] },
  ])
  program('host-local')
  expect(read()?.files[0]?.missing).toEqual([])
})

test('the folder that containerd is told counts', () => {
  mkdirSync(join(folder, 'net.mk'))
  conf('87-podman.conflist', list([{ type: 'bridge' }]))
  conf('10-a.conflist', list([{ type: 'bridge' }], 'mine'), 'net.mk')
  conf('config.toml', `[plugins.cri.cni]\n  bin_dir = "${join(folder, 'bin')}"\n  conf_dir = "${join(folder, 'net.mk')}"\n`, '.')
  expect(read()?.files.map(({ name }) => name)).toEqual(['mine'])
})

test('an answer that was cut off is none', () => {
  expect(parseNodeFiles('machine abc\nfile /etc/cni/net.d/10-a.conf e30=\n')).toBeNull()
  expect(read()).toMatchObject({ files: [] })
})
