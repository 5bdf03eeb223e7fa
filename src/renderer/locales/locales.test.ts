import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adviceIds } from '#core/engines/advice.ts'
import { problemReasons } from '#shared/contract/document.ts'
import { driverSchema, clusterSchema, clusterStateSchema, nodeSchema, planStepSchema } from '#shared/contract/clusters.ts'
import { componentSchema, downloadedSchema, machineReasonSchema, releaseMinorSchema, systemSchema } from '#shared/contract/downloads.ts'
import { evidenceLineSchema } from '#shared/contract/findings.ts'
import { hostInfoSchema } from '#shared/contract/host.ts'
import { commandSchema, jobKindSchema, jobStateSchema, stepSchema } from '#shared/contract/jobs.ts'
import { leftoverKindSchema, leftoverSchema, leftoverSourceSchema } from '#shared/contract/leftovers.ts'
import { networkCheckIdSchema, networkFindingIdSchema } from '#shared/contract/network.ts'
import { runtimeFindingIdSchema, runtimeNameSchema, runtimeSchema, runtimesSchema } from '#shared/contract/runtimes.ts'
import { settingsStateSchema } from '#shared/contract/settings.ts'
import {
  clusterFitSchema,
  engineSchema,
  packageManagerSchema,
  toolCheckSchema,
  toolCopySchema,
  toolNameSchema,
  toolSchema,
} from '#shared/contract/toolchain.ts'
import { tunnelPlanSchema, tunnelSchema } from '#shared/contract/tunnels.ts'
import { apiNodeSchema } from '#shared/contract/workloads.ts'
import { errorFacts } from '#shared/messages/error-facts.ts'
import { mirrorKinds } from '../features/settings/mirrors.ts'
import { resources } from './i18n.ts'
import { chooseLanguage } from './language.ts'

const en = flat(resources['en'])
const zh = flat(resources['zh-CN'])
/** i18next's endings for counts: Chinese has one form. */
const base = (key: string) => key.replace(/_(one|other)$/, '')

test('both languages have the same keys', () => {
  expect(en.size).toBeGreaterThan(400)
  const bases = (words: Map<string, string>) => [...new Set([...words.keys()].map(base))].sort()
  expect(bases(zh)).toEqual(bases(en))
})

test('a word for a count has each form that its language needs', () => {
  for (const key of en.keys()) if (key.endsWith('_one')) expect(en.has(`${base(key)}_other`), key).toBe(true)
  for (const key of zh.keys()) expect(key).not.toMatch(/_one$/)
})

test('both languages have the same placeholders and marks', () => {
  for (const [key, text] of zh) {
    const english = en.get(key) ?? en.get(base(key)) ?? ''
    expect(marks(text), key).toEqual(marks(english))
  }
})

test('no word is empty, none is the same as its key', () => {
  for (const [key, text] of [...en, ...zh]) expect(text.trim() === '' && !/comma|sentence/.test(key), key).toBe(false)
})

test('every error code has title, cause and way out, and uses only facts that it has', () => {
  for (const [code, facts] of Object.entries(errorFacts)) {
    for (const words of [en, zh]) {
      for (const part of ['title', 'cause', 'fix', 'consequence']) {
        const text = words.get(`errors:${code}.${part}`)
        // What follows often goes without saying.
        if (part !== 'consequence') expect(text, `${code}.${part}`).toBeTruthy()
        for (const name of placeholders(text ?? '')) expect(facts as readonly string[], `${code}.${part}`).toContain(name)
      }
    }
  }
})

test('every cause of a failed or refused cluster says what follows from it', () => {
  const core = join(import.meta.dirname, '../../main/core')
  const found = ['diagnosis', 'clusters/preflight']
    .flatMap((folder) => sources(join(core, folder)))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/(?:cause: |AppError\(|problem\()'([a-z\d-]+)'/g)])
    .map(([, code = '']) => code)
  expect(found).toEqual(expect.arrayContaining(['port-taken', 'cni-missing', 'memory-low', 'image-invalid']))
  // What core finds elsewhere: in the engine, while it waits, in what a document asks for beyond the nodes.
  const others = Object.keys(errorFacts).filter((code) =>
    /^engine-(?!not-asked)|^tool-(absent|unusable)$|^(api|nodes|dns)-not-ready$/.test(code),
  )
  const beyond = ['manifest-failed', 'registry-failed', 'image-archive-invalid', 'image-pull-failed', 'kubeadm-failed', 'node-not-booted']
  // A request that makes no sense: its title says all there is.
  const mute = new Set(['bad-input', 'not-found'])
  for (const code of new Set([...found, ...others, ...beyond]))
    if (!mute.has(code)) for (const words of [en, zh]) expect(words.get(`errors:${code}.consequence`), code).toBeTruthy()
})

test('no words for codes that do not exist', () => {
  const codes = Object.keys(resources['en']?.['errors'] ?? {}).filter(
    (code) => code !== 'absent' && code !== 'what' && code !== 'reason' && code !== 'connection-lost',
  )
  expect(codes.sort()).toEqual(Object.keys(errorFacts).sort())
})

const named: readonly (readonly [string, readonly string[]])[] = [
  ['jobs:step', stepSchema.shape.id.options],
  ['jobs:stepState', stepSchema.shape.state.options],
  ['jobs:title', jobKindSchema.options],
  ['jobs:verb', jobKindSchema.options],
  ['jobs:doing', jobKindSchema.options],
  ['jobs:succeeded', jobKindSchema.options],
  ['jobs:state', jobStateSchema.options.filter((state) => state !== 'running')],
  ['jobs:commandState', commandSchema.shape.state.options],
  ['jobs:finding.source', evidenceLineSchema.shape.source.options],
  ['jobs:finding.action', ['open-machine', 'open-settings', 'free-disk', 'raise-inotify', 'delete-cluster']],
  ['clusters:state', clusterStateSchema.options],
  ['clusters:provider', clusterSchema.shape.provider.options],
  ['clusters:reason', clusterSchema.shape.reason.shape.code.options.filter((code) => code !== 'none')],
  ['clusters:role', nodeSchema.shape.role.options],
  ['clusters:nodeState', nodeSchema.shape.state.options],
  ['clusters:nodeReady', apiNodeSchema.shape.ready.options],
  ['clusters:plan', planStepSchema.shape.id.options],
  ['clusters:advice', adviceIds],
  ['clusters:tunnel', tunnelSchema.shape.state.options],
  ['clusters:tunnel.endedBy', tunnelSchema.shape.endedBy.unwrap().options],
  [
    'clusters:tunnel',
    tunnelPlanSchema.shape.sudo.options
      .filter((sudo) => sudo === 'password' || sudo === 'absent')
      .flatMap((sudo) => [`${sudo}.title`, `${sudo}.text`, `${sudo}.textPorts`]),
  ],
  ['designer:driver', driverSchema.shape.problem.unwrap().options],
  ['designer:problem', [...problemReasons, 'unknown-field']],
  ['network:finding', networkFindingIdSchema.options.map((id) => `${id}.title`)],
  ['network:check', networkCheckIdSchema.options.flatMap((id) => [`${id}.title`, `${id}.broken`, `${id}.cause`])],
  ['runtimes:name', runtimeNameSchema.options],
  ['runtimes:state', runtimeSchema.shape.unit.shape.state.options],
  ['runtimes:cri', runtimeSchema.shape.cri.shape.api.options],
  ['runtimes:finding', runtimeFindingIdSchema.options.map((id) => `${id}.title`)],
  ['runtimes:kubeadm', runtimesSchema.shape.kubeadm.shape.choice.options],
  ['shell:engine', engineSchema.shape.state.options],
  ['common:tool', toolNameSchema.options],
  ['machine:purpose', toolNameSchema.options],
  ['machine:origin', toolCopySchema.shape.origin.options],
  ['machine:manager', packageManagerSchema.options],
  ['machine:checkNote', toolCheckSchema.shape.state.options.map((state) => `${state}.title`)],
  ['machine:fits.state', clusterFitSchema.shape.state.options.filter((state) => state !== 'unknown' && state !== 'absent')],
  ['machine:why', toolSchema.shape.reason.options.filter((reason) => reason !== 'none')],
  ['leftovers:source', leftoverSourceSchema.options],
  ['leftovers:kind', leftoverKindSchema.options],
  ['leftovers:removal', leftoverKindSchema.options],
  ['leftovers:why', leftoverSchema.shape.why.shape.code.options],
  ['leftovers:blocked', leftoverSchema.shape.blocked.unwrap().options],
  ['settings:health', settingsStateSchema.shape.health.options.filter((health) => health !== 'ok').map((health) => `${health}.title`)],
  ['settings:downloads', mirrorKinds.flatMap((kind) => [kind, `${kind}Hint`])],
  ['settings:about.host', hostInfoSchema.shape.kind.options],
  ['downloads:component', componentSchema.options],
  ['downloads:purpose', componentSchema.options],
  ['downloads:os', systemSchema.options],
  ['downloads:machine', machineReasonSchema.options],
  ['downloads:support', releaseMinorSchema.shape.state.options],
  ['downloads:supportUntil', releaseMinorSchema.shape.state.options],
  ['downloads:state', downloadedSchema.shape.state.options],
  ['downloads:signatureState', downloadedSchema.shape.signature.options],
  ['downloads:signatureWhy', downloadedSchema.shape.signature.options],
]
test.each(named)('%s has a word for each of its values', (group, values) => {
  for (const value of values) for (const words of [en, zh]) expect(words.has(`${group}.${value}`), `${group}.${value}`).toBe(true)
})

// Product, tool and API names, and what stays in English in a Chinese text.
const allowed = new Set(
  `Cove Docker Desktop Engine Moby Podman OrbStack Rancher colima docker docker-users kind kubectl kubeadm kubelet minikube helm containerd kubeconfig
  Kubernetes KUBECONFIG DOCKER HOST CONTEXT API Pod Pods NodePort DNS CPU SHA- URL CRI WSL Settings Resources integration inotify fs max user watches instances
  cgroup http https proxy example node kindest GB MB KiB kB TB Namespace namespace Deployment YAML JSON PATH GitHub github com dl k8s io Enter Esc Ctrl Alt Cmd
  tunnel profile LoadBalancer registry IPv VPN CoreDNS RBAC MiB metrics-server login save certs renew all none Calico Cilium flannel cgroupDriver SystemdCgroup
  Alpine RHEL Fedora openSUSE Arch kubelet-config cri-dockerd dockershim live-restore Mirantis Container Runtime alpha OCI cgroupfs criSocket DaemonSet emptyDir
  RFC UTC TLS HTTP HTTPS PROXY NO tar Shift Linux macOS Windows English exec Node
  cosign CHANGELOG Rosetta Service DaoCloud Google Container-Optimized chroot kube-aggregator apiextensions-apiserver kube-log-runner mounter kubectl-convert kube-apiserver kube-controller-manager kube-scheduler kube-proxy coredns pause etcd load ctr images import
  OpenSSH bashrc bash zsh Debian Ubuntu apt install openssh-client port yes ssh-add ssh-copy-id POSIX
  controlPlaneEndpoint bootstrapToken dnsDomain podSubnet failSwapOn abcdef beta api unix var run sock config upgrade phase
  etc kubernetes admin conf token create print-join-command kube-proxy etcd upload-certs pod-network manifest kubeadm-config
  KVM TOML podman Tab true false Cluster MinikubeCluster ClusterExtras max-pods shell rpm pacman apk apt Homebrew snap Nix asdf mise winget Chocolatey Scoop
  arm ppc socket Markdown systemd OpenRC systemd-resolved systemd-timesyncd chrony overlay modprobe iptables nftables firewalld ufw FORWARD ACCEPT DROP SELinux AppArmor
  apparmor container-selinux Flannel kindnet CNI kubernetes-cni CRI-O failCgroupV resolvConf serviceSubnet LimitNOFILE machine-id hostnamectl set-hostname
  etcdctl update-alternatives set init join reset drop-in too many open files
  cluster-cidr allocate-node-cidrs Helm Chart CRD oci server-side apply hostPort bridge-nf-call-iptables MTU Operator UDP TCP portmap
  Ingress NGINX Envoy top kubelet-insecure-tls Dashboard
  root usr local bin mirror folder current-context default ssh SSH sudo shell host Host user`.split(/\s+/),
)
test('no English is left in the Chinese words', () => {
  const left: string[] = []
  for (const [key, text] of zh) {
    if (key.startsWith('common:tool.')) continue
    // Paths, settings and units are the same in every language: whatever holds a slash, dot, underscore or equals sign.
    const plain = text.replace(/\{\{.*?\}\}|<\/?\w+>|<\d+\/?>|[\w./=:-]*[\w/][./_=][\w/][\w./=:-]*|\/[\w./-]+/g, ' ')
    for (const word of plain.match(/[A-Za-z][A-Za-z-]{2,}/g) ?? []) if (!allowed.has(word)) left.push(`${key}: ${word}`)
  }
  expect(left).toEqual([])
})

test('Chinese is set with full-width punctuation, a space before and after Latin, and 你 left out', () => {
  const wrong: string[] = []
  for (const [key, text] of zh) {
    if (/[一-龥][,;:?!]|[一-龥]\.(\s|$)|[,;:?!][一-龥]/.test(text)) wrong.push(`${key}: half-width punctuation: ${text}`)
    if (/[一-龥](?=[A-Za-z0-9])|[A-Za-z0-9](?=[一-龥])/.test(text)) wrong.push(`${key}: no space beside Latin: ${text}`)
    if (/您/.test(text)) wrong.push(`${key}: 您: ${text}`)
  }
  expect(wrong).toEqual([])
})

test('every word that a page asks for exists', () => {
  const missing: string[] = []
  for (const file of sources(join(import.meta.dirname, '..'))) {
    const code = readFileSync(file, 'utf8')
    const namespaces = new Map<string, Set<string>>()
    for (const [, name = 't', space = ''] of code.matchAll(/const \{ t(?:: (\w+))?(?:, i18n)? \} = useTranslation\('([\w-]+)'\)/g)) {
      namespaces.set(name, (namespaces.get(name) ?? new Set()).add(space))
    }
    for (const [name, spaces] of namespaces) {
      for (const [, key = ''] of code.matchAll(new RegExp(String.raw`(?<![\w.])${name}\(\s*'([^'$]+)'`, 'g'))) {
        const known = key.includes(':') ? has(key) : [...spaces].some((space) => has(`${space}:${key}`))
        if (!known) missing.push(`${file.slice(file.indexOf('renderer'))}: ${key}`)
      }
    }
  }
  expect(missing).toEqual([])
})

test('the language is the one chosen, else the first wish that Cove speaks', () => {
  expect(chooseLanguage('zh-CN', ['en-US'])).toBe('zh-CN')
  expect(chooseLanguage('system', ['fr-FR', 'zh-TW', 'en'])).toBe('zh-CN')
  expect(chooseLanguage('system', ['de', 'en-GB'])).toBe('en')
  expect(chooseLanguage('system', ['de'])).toBe('en')
})

function has(key: string): boolean {
  return en.has(key) || en.has(`${key}_other`)
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name ?? '')
}

function marks(text: string): string[] {
  return [...placeholders(text), ...(text.match(/<\w+>/g) ?? [])].sort()
}

function flat(tree: unknown): Map<string, string> {
  const words = new Map<string, string>()
  const walk = (value: unknown, path: string, separator: string) => {
    if (typeof value === 'string') words.set(path, value)
    else
      for (const [key, below] of Object.entries(value ?? {}))
        walk(below, path === '' ? key : `${path}${separator}${key}`, path === '' ? ':' : '.')
  }
  walk(tree, '', '')
  return words
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
    .map((file) => join(folder, file))
}
