import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseKubeconfig } from '../kubeconfig/document.ts'
import { contextText, freeName, parseAdmin } from './admin-conf.ts'
import { kubernetesRules, nftablesCount, within } from './chains.ts'
import { podSubnetIn } from './init.ts'
import { authorityIn, parseJoinCommand } from './join-command.ts'
import { copiesOf, fileLeftovers, interfacesIn, routesIn } from './leftovers.ts'
import { nodeName, parseCluster, readSigns } from './look.ts'
import { parseCertificates, parseNodes, parseTokens, parseUpgradePlan } from './parse.ts'
import { initSteps, joinSteps, phaseReader } from './phases.ts'
import { parsePreflight } from './preflight.ts'
import { otherServers } from './reach.ts'
import { listeningPorts, portIn } from './restart.ts'
import { isAway, mayUpgrade } from './upgrade.ts'

/** Printed by kubeadm 1.34.4 on the bare hosts of e2e/real-cluster. */
const recorded = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')
const codeOf = (work: () => unknown) => {
  try {
    work()
    return null
  } catch (error) {
    return (error as { code?: string }).code
  }
}

test('lines of kubeadm init enter the steps in their order, each once', () => {
  const next = phaseReader('init', initSteps)
  const entered = recorded('init.txt')
    .split('\n')
    .flatMap((line) => next(line) ?? [])
  expect(entered).toEqual(initSteps.map((step) => step.id))
})

test('lines of kubeadm join enter the steps of a worker', () => {
  const steps = joinSteps(false)
  const next = phaseReader('join', steps)
  expect(
    recorded('join.txt')
      .split('\n')
      .flatMap((line) => next(line) ?? []),
  ).toEqual(steps.map((step) => step.id))
})

test('what preflight found is read with its level, name and words; problems first', () => {
  const found = parsePreflight(recorded('preflight-bad.txt'))
  expect(found.filter((one) => one.level === 'problem')).toHaveLength(11)
  expect(found[0]).toEqual({ level: 'problem', check: 'Port-6443', checkIds: ['port-6443'], text: 'Port 6443 is in use' })
  expect(found.at(-1)).toMatchObject({
    level: 'warning',
    check: 'SystemVerification',
    checkIds: expect.arrayContaining(['cgroup-version']),
  })
  expect(parsePreflight(recorded('preflight-ok.txt')).map((one) => one.level)).toEqual(['warning'])
  expect(
    parsePreflight('\t[ERROR CRI]: container runtime is not running: output: time="x"\n, error: exit status 1\n[preflight] If you know'),
  ).toEqual([
    {
      level: 'problem',
      check: 'CRI',
      checkIds: ['runtime-cri', 'runtime-service'],
      text: 'container runtime is not running: output: time="x"\n, error: exit status 1',
    },
  ])
})

const hash = `sha256:${'a'.repeat(64)}`
const line = `kubeadm join 10.0.0.5:6443 --token abcdef.0123456789abcdef --discovery-token-ca-cert-hash ${hash}`

test('a join command is read as kubeadm prints it, over lines, with sudo, for a control plane', () => {
  expect(
    parseJoinCommand(`sudo kubeadm join 10.0.0.5:6443 --token=abcdef.0123456789abcdef \\\n\t--discovery-token-ca-cert-hash ${hash}`),
  ).toEqual({
    endpoint: '10.0.0.5:6443',
    token: 'abcdef.0123456789abcdef',
    hashes: [hash],
    controlPlane: false,
    certificateKey: null,
  })
  expect(parseJoinCommand(`${line} --control-plane --certificate-key ${'b'.repeat(64)}`)).toMatchObject({
    controlPlane: true,
    certificateKey: 'b'.repeat(64),
  })
})

test.each([
  ['a line of something else', 'kubeadm init'],
  ['an endpoint that is an option', line.replace('10.0.0.5:6443', '--v=9')],
  ['no hash: whoever answers would be trusted', line.replace(/ --discovery-token-ca-cert-hash .*/, '')],
  ['the word that trusts whoever answers', `${line} --discovery-token-unsafe-skip-ca-verification`],
  ['a file of this machine', `${line} --discovery-file=/etc/passwd`],
  ['a second command', `${line} ; reboot`],
  ['a token that is none', line.replace('abcdef.', 'ABCDEF.')],
])('refused: %s', (_, text) => {
  expect(codeOf(() => parseJoinCommand(text))).toBe('join-command-invalid')
})

test('nothing of a join command that was read begins with a dash', () => {
  const words = fc.array(fc.oneof(fc.constantFrom(...line.split(' '), '--control-plane', '--', '-x'), fc.string()), { maxLength: 12 })
  fc.assert(
    fc.property(words, (parts) => {
      try {
        const { endpoint, token, hashes, certificateKey } = parseJoinCommand(`kubeadm join ${parts.join(' ')}`)
        return [endpoint, token, ...hashes, certificateKey ?? ''].every((word) => !word.startsWith('-'))
      } catch (error) {
        return (error as { code?: string }).code === 'join-command-invalid'
      }
    }),
  )
})

test('rules of Kubernetes are taken away, those of others stay', () => {
  const { count, restore } = kubernetesRules(recorded('iptables-nft-after-reset.txt'), null)
  expect(count).toBe(7)
  expect(restore).toContain('-D INPUT -j KUBE-FIREWALL\n')
  expect(restore).toContain('-F KUBE-FIREWALL\n')
  expect(restore.indexOf('-X KUBE-FIREWALL')).toBeGreaterThan(restore.lastIndexOf('-F KUBE-FIREWALL'))
  expect(restore).not.toMatch(/DOCKER|PREROUTING|^:/m)
  expect(kubernetesRules('*filter\n:INPUT ACCEPT [0:0]\n:DOCKER - [0:0]\n-A INPUT -j DOCKER\nCOMMIT\n', '10.244.0.0/16')).toEqual({
    count: 0,
    restore: '',
  })
})

test('masquerading of the pod subnet is a network plugin’s, where the subnet is known', () => {
  const saved = recorded('iptables-legacy-after-reset.txt')
  const rule = '-D POSTROUTING -s 10.244.0.0/24 ! -d 10.244.0.0/16 -j MASQUERADE'
  expect(kubernetesRules(saved, null).restore).not.toContain(rule)
  expect(kubernetesRules(saved, '10.244.0.0/16').restore).toContain(rule)
  expect(kubernetesRules(saved, '10.9.0.0/16').restore).not.toContain(rule)
})

test('a subnet lies in another or not', () => {
  expect([
    within('10.244.3.0/24', '10.244.0.0/16'),
    within('10.244.0.7', '10.244.0.0/16'),
    within('10.0.0.0/8', '10.244.0.0/16'),
    within('x', '0.0.0.0/0'),
  ]).toEqual([true, true, false, false])
})

test('what a host is, by its files', () => {
  const control = [
    '/etc/kubernetes/admin.conf',
    '/etc/kubernetes/kubelet.conf',
    '/etc/kubernetes/manifests/kube-apiserver.yaml',
    '/etc/kubernetes/pki/ca.crt',
    '/var/lib/kubelet/config.yaml',
  ]
  const worker = ['/etc/kubernetes/kubelet.conf', '/etc/kubernetes/pki/ca.crt', '/var/lib/kubelet/config.yaml', '/etc/kubernetes/manifests']
  expect(readSigns(control).kind).toBe('control-plane')
  expect(readSigns(worker).kind).toBe('worker')
  expect(readSigns(['/etc/kubernetes', '/etc/kubernetes/manifests', '/etc/cni/net.d', '/var/lib/etcd'])).toMatchObject({
    kind: 'none',
    network: false,
  })
  for (const missing of control.slice(0, 3)) expect(readSigns(control.filter((path) => path !== missing)).kind).toBe('half')
  expect(readSigns([...worker, '/etc/cni/net.d/10-flannel.conflist']).network).toBe(true)
  expect([nodeName('Box\n', ''), nodeName('box', 'KUBELET_KUBEADM_ARGS="--hostname-override=Other --v=2"')]).toEqual(['box', 'other'])
})

test('copies of admin.conf: those with the authority of the cluster, whoever has them; never one with other contexts', () => {
  const admin = (pem: string, more = '') =>
    `clusters:\n- cluster:\n    certificate-authority-data: ${Buffer.from(pem).toString('base64')}\n    server: https://10.0.0.5:6443\n  name: kubernetes\ncontexts:\n- context:\n    cluster: kubernetes\n  name: kubernetes-admin@kubernetes\n${more}`
  const [own, other] = [recorded('ca.crt'), recorded('other-ca.crt')]
  const configs = [
    { path: '/root/.kube/config', text: admin(other) },
    { path: '/home/ann/.kube/config', text: admin(own) },
    { path: '/home/bob/.kube/config', text: admin(own, '- context:\n    cluster: work\n  name: work\n') },
    { path: '/home/li/.kube/config', text: 'contexts:\n- context:\n  name: kubernetes-admin@kubernetes\n' },
    { path: '/home/me/.kube/config', text: admin(own) },
  ]
  const keep = ['/home/me/.kube/config']
  expect(copiesOf(configs, { podSubnet: null, authority: authorityIn(admin(own)), keep })).toEqual(['/home/ann/.kube/config'])
  // Of a cluster that nothing is known of any more, only root's is taken for its own.
  expect(copiesOf(configs, { podSubnet: null, authority: null, keep })).toEqual(['/root/.kube/config'])
})

test('chains and rules of a table that nft lists are counted; sets, maps and hooks are none', () => {
  // As nft 1.0.6 lists a table that was written in the shape of kube-proxy's; no kube-proxy has made it.
  expect(nftablesCount(recorded('nft-kube-proxy.txt'))).toBe(8)
  expect(nftablesCount('')).toBe(0)
})

test('leftovers: what reset removes itself is told from what it leaves; empty folders of packages are none', () => {
  expect(fileLeftovers(['/etc/kubernetes/manifests', '/etc/kubernetes/pki', '/var/lib/kubelet', '/var/lib/etcd'])).toEqual([])
  const found = fileLeftovers([
    '/etc/kubernetes/kubelet.conf',
    '/var/lib/kubelet/pki',
    '/etc/cni/net.d/10-x.conflist',
    '/var/lib/cni/networks',
  ])
  expect(found.map((one) => [one.kind, one.byReset])).toEqual([
    ['kubernetes-file', true],
    ['kubelet-data', true],
    ['cni-file', false],
    ['cni-state', false],
  ])
  expect(
    interfacesIn('1: lo: <UP>\n2: cni0: <UP>\n3: veth1@if2: <UP>\n4: flannel.1: <UP>\n915: eth0@if916: <UP>\n5: docker0: <UP>'),
  ).toEqual(['cni0', 'flannel.1'])
  expect(routesIn('10.244.1.0/24 via 172.18.0.3 dev eth0 \n10.244.0.0/24 dev cni0 proto kernel scope link src 10.244.0.1')).toEqual([
    '10.244.1.0/24 via 172.18.0.3 dev eth0',
  ])
})

test('tokens, certificates and nodes are read; the secret half of a token is not', () => {
  expect(JSON.stringify(parseTokens(recorded('token-list.json')))).not.toContain('44d33874sx2gccy0')
  expect(parseTokens(recorded('token-list.json'))).toMatchObject([{ id: 'qw232r', expiresAt: Date.parse('2026-11-27T03:49:17Z') }])
  expect(parseTokens(`${recorded('token-list.json').trim()}\n${recorded('token-list.json')}`)).toHaveLength(2)
  expect(parseTokens('')).toEqual([])
  const certificates = parseCertificates(recorded('certs.json'))
  expect(certificates.filter((one) => one.authority).map((one) => one.name)).toEqual(['ca', 'etcd-ca', 'front-proxy-ca'])
  expect(certificates[0]).toMatchObject({ name: 'admin.conf', signedBy: 'ca', expiresAt: Date.parse('2027-11-26T03:49:03Z') })
  expect(() => parseNodes('{}')).toThrow()
})

const admin = (server = 'https://172.18.0.2:6443') => `apiVersion: v1
clusters:
- cluster: {certificate-authority-data: ${Buffer.from('pem').toString('base64')}, server: "${server}"}
  name: kubernetes
contexts: []
users:
- name: kubernetes-admin
  user: {client-certificate-data: YQ==, client-key-data: Yg==}
`

test('admin.conf becomes a context of its own name, cluster and user', () => {
  const text = contextText(parseAdmin(admin(), '/f'), 'box', 'https://10.0.0.1:6443', '172.18.0.2')
  const { entries } = parseKubeconfig(text, '')
  expect([...entries.contexts.keys()]).toEqual(['kubernetes-admin@box'])
  expect(entries.clusters.get('box')?.body).toMatchObject({ server: 'https://10.0.0.1:6443', 'tls-server-name': '172.18.0.2' })
  expect([...entries.users.keys()]).toEqual(['kubernetes-admin@box'])
  expect(codeOf(() => parseAdmin('a: 1', '/f'))).toBe('kubeconfig-invalid')
})

test('the name is free, and the same for the same server', () => {
  const context = (name: string, server: string) =>
    ({ name: `kubernetes-admin@${name}`, cluster: name, user: `kubernetes-admin@${name}`, server }) as never
  const wanted = { cluster: 'kubernetes', node: 'box', isSame: (one: { server: string | null }) => one.server === 'https://10.0.0.1:6443' }
  expect(freeName(wanted, [])).toBe('box')
  expect(freeName(wanted, [context('box', 'https://10.0.0.9:6443')])).toBe('box-2')
  expect(freeName(wanted, [context('box', 'https://10.0.0.1:6443')])).toBe('box')
  expect(freeName({ ...wanted, cluster: 'shop' }, [])).toBe('shop')
})

test('addresses to try have the port of the server', () => {
  expect(otherServers('https://10.0.0.1:6443', ['10.0.0.1', '10.0.0.2', 'fd00::1', ''])).toEqual([
    'https://10.0.0.2:6443',
    'https://[fd00::1]:6443',
  ])
})

test('ports that are listened at, and the port of a component', () => {
  const text = '  sl  local_address rem_address   st\n   0: 0100007F:2A99 00000000:0000 0A 0\n   1: 0100007F:094B 0100007F:9999 01 0\n'
  expect(listeningPorts(text)).toEqual([0x2a99])
  expect(listeningPorts('')).toBeNull()
  expect(portIn('- --listen-client-urls=https://127.0.0.1:12379,https://10.0.0.1:12379', { name: 'etcd', port: 2379 })).toBe(12379)
  expect(portIn('- --secure-port=8443', { name: 'kube-apiserver', port: 6443 })).toBe(8443)
  expect(portIn('', { name: 'kube-scheduler', port: 10259 })).toBe(10259)
})

test('what `kubeadm upgrade plan` of v1.34.4 says of a cluster of v1.33.4: a version, and what becomes of each component', () => {
  const { upgrades, manual } = parseUpgradePlan(recorded('upgrade-plan.json'))
  expect(upgrades.map(({ version, components }) => [version, components.length])).toEqual([['v1.34.4', 7]])
  expect(upgrades[0]?.components).toContainEqual({ name: 'etcd', node: 'cove-host-rec', from: '3.5.21-0', to: '3.6.5-0' })
  expect(upgrades[0]?.components).toContainEqual({ name: 'kube-proxy', node: null, from: '1.33.4', to: 'v1.34.4' })
  // The kubeadm that was asked is no part of the cluster.
  expect(upgrades[0]?.components.map(({ name }) => name)).not.toContain('kubeadm')
  expect(manual).toEqual([])
  expect(parseUpgradePlan('{"configVersions":[{"group":"kubelet.config.k8s.io","manualUpgradeRequired":true}]}')).toEqual({
    upgrades: [],
    manual: ['kubelet.config.k8s.io'],
  })
  // Where there is nothing newer it says nothing at all.
  expect(parseUpgradePlan('')).toEqual({ upgrades: [], manual: [] })
  expect(() => parseUpgradePlan('[upgrade] Running cluster health checks')).toThrow()
})

test('an upgrade goes one minor version at a time and never back', () => {
  expect(() => mayUpgrade('v1.33.4', 'v1.34.4')).not.toThrow()
  expect(() => mayUpgrade('v1.34.4', 'v1.34.4')).not.toThrow()
  for (const [from, to] of [
    ['v1.32.1', 'v1.34.0'],
    ['v1.34.4', 'v1.33.4'],
    ['v1.34.4', 'v1.34.3'],
    ['', 'v1.34.4'],
  ] as const)
    expect(codeOf(() => mayUpgrade(from, to))).toBe('kubeadm-upgrade-skips')
})

test('the pod subnet is read from the document, and what cannot be read has none', () => {
  expect(podSubnetIn('kind: InitConfiguration\n---\nkind: ClusterConfiguration\nnetworking: { podSubnet: 10.244.0.0/16 }')).toBe(
    '10.244.0.0/16',
  )
  expect([podSubnetIn('kind: ClusterConfiguration'), podSubnetIn('a: [')]).toEqual([null, null])
  expect(parseCluster('kubernetesVersion: v1.34.4\nnetworking: {podSubnet: 10.1.0.0/16}', 'https://10.0.0.1:6443')).toMatchObject({
    endpoint: '10.0.0.1:6443',
    podSubnet: '10.1.0.0/16',
  })
})

test.each([
  ['The connection to the server 172.18.0.2:6443 was refused - did you specify the right host or port?', true],
  [
    'Error from server (Forbidden): nodes "a" is forbidden: User "kubernetes-admin" cannot get resource "nodes" in API group "" at the cluster scope',
    true,
  ],
  ['error: unable to drain node "a": cannot delete Pods that declare no controller', false],
  ['Error from server (NotFound): nodes "a" not found', false],
])('an API server that starts anew is waited for, nothing else: %s', (said, away) => {
  expect(isAway(said)).toBe(away)
})
