import { isMember } from '../member.ts'
import { evidence, type Ground, list, minorOf, notKnown, type Rule, type Rules } from '../rule.ts'

type Ids =
  | 'kubeadm-version'
  | 'kubelet-version'
  | 'kubelet-service'
  | 'control-plane-images'
  | 'file-manifests'
  | 'file-kubelet-conf'
  | 'file-ca'
  | 'dir-etcd'
  | 'etcd-certificates'
  | 'etcd-version'

/** A kubelet may be so many minor versions older than the control plane. https://kubernetes.io/releases/version-skew-policy/ */
const kubeletSkew = 3
const controlPlane = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy']

export const kubernetesRules: Rules<Ids> = {
  'kubeadm-version': ({ facts, intent }) => {
    const { kubeadm } = facts
    if (kubeadm === null) return { variant: 'absent' }
    const shown = { facts: { kubeadm, kubernetes: intent.kubernetes }, evidence: [evidence('kubeadm version', kubeadm)] }
    return { variant: minorOf(kubeadm) < minorOf(intent.kubernetes) ? 'older' : 'ok', ...shown }
  },
  'kubelet-version': ({ facts, intent }) => {
    const { kubelet } = facts
    if (kubelet === null) return { variant: 'absent' }
    const shown = { facts: { kubelet, kubernetes: intent.kubernetes }, evidence: [evidence('kubelet --version', kubelet)] }
    const ahead = minorOf(kubelet) - minorOf(intent.kubernetes)
    return { variant: ahead > 0 ? 'newer' : ahead < -kubeletSkew ? 'old' : 'ok', ...shown }
  },
  'kubelet-service': ({ facts }) => {
    if (facts.kubelet === null && !facts.tools.has('kubelet')) return { variant: 'absent' }
    if (!facts.services.known) return notKnown(facts.services, 'systemctl')
    const service = facts.services.value.get('kubelet')
    if (!service?.there) return { variant: 'absent' }
    return {
      variant: service.enabled ? 'ok' : 'disabled',
      evidence: [evidence('systemctl show kubelet', service.enabled ? 'enabled' : 'disabled')],
    }
  },
  'control-plane-images': ({ facts, intent }) => {
    if (intent.role === 'worker') return { variant: 'worker' }
    if (!facts.images.known)
      return facts.images.why === 'denied'
        ? notKnown('denied', 'ctr images ls')
        : { variant: 'pulled', facts: { images: list(controlPlane) } }
    const images = facts.images.value
    const missing = controlPlane.filter((name) => !images.some((image) => image.includes(`/${name}:${intent.kubernetes}`)))
    return {
      variant: missing.length > 0 ? 'pulled' : 'ok',
      facts: { images: list(missing) },
      evidence: images.slice(0, 20).map((image) => evidence('ctr images ls', image)),
    }
  },
  'file-manifests': left(
    ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'].map((name) => `/etc/kubernetes/manifests/${name}.yaml`),
    'control-plane',
  ),
  'file-kubelet-conf': left(['/etc/kubernetes/kubelet.conf', '/etc/kubernetes/bootstrap-kubelet.conf'], 'both'),
  'file-ca': left(['/etc/kubernetes/pki/ca.crt'], 'worker'),
  'dir-etcd': (ground) => {
    if (ground.intent.role === 'worker') return { variant: 'worker' }
    if (!ground.facts.etcdDir.known) return notKnown(ground.facts.etcdDir, '/var/lib/etcd')
    const names = ground.facts.etcdDir.value
    const shown = {
      facts: { files: list(names.map((name) => `/var/lib/etcd/${name}`)) },
      evidence: names.map((name) => evidence('/var/lib/etcd', name)),
    }
    return { variant: names.length === 0 ? 'ok' : isMember(ground.facts) ? 'member' : 'left', ...shown }
  },
  'etcd-certificates': ({ facts, intent }) => {
    if (intent.role === 'worker') return { variant: 'worker' }
    if (!intent.etcd) return { variant: 'own' }
    const files = [intent.etcd.caFile, intent.etcd.certFile, intent.etcd.keyFile].filter((path) => path !== null)
    if (files.length === 0) return { variant: 'plain' }
    const there = (path: string) => facts.etcdFiles.find((one) => one.path === path)?.there ?? 'no'
    const shown = { evidence: files.map((path) => evidence(path, there(path))) }
    const missing = files.filter((path) => there(path) === 'no')
    if (missing.length > 0) return { variant: 'missing', facts: { files: list(missing) }, ...shown }
    const hidden = files.find((path) => there(path) === 'denied')
    return hidden === undefined ? { variant: 'ok', facts: { files: list(files) }, ...shown } : notKnown('denied', hidden)
  },
  'etcd-version': ({ facts, intent }) => {
    if (intent.role === 'worker') return { variant: 'worker' }
    if (!intent.etcd) return { variant: 'own' }
    const { etcdVersions } = facts
    if (!etcdVersions.known) return notKnown(etcdVersions, 'curl')
    // Without its certificate nobody but root can ask it.
    const hidden = facts.etcdFiles.find((one) => one.there === 'denied')
    if (hidden !== undefined) return notKnown('denied', hidden.path)
    const minor = minorOf(intent.kubernetes)
    const needed = minEtcd(minor)
    const shown = { evidence: etcdVersions.value.map(({ address, said }) => evidence(`${address}/version`, said)) }
    const silent = etcdVersions.value.filter(({ version }) => version === null).map(({ address }) => address)
    if (silent.length > 0) return { variant: 'silent', facts: { addresses: list(silent) }, ...shown }
    const versions = list([...new Set(etcdVersions.value.flatMap(({ version }) => version ?? []))])
    const old = etcdVersions.value.some(({ version }) => version !== null && isOlder(version, needed))
    const early = !old && etcdVersions.value.some(({ version }) => version !== null && isOlder(version, laterEtcd(minor)))
    const wanted = early ? laterEtcd(minor) : needed
    return { variant: old ? 'old' : early ? 'early' : 'ok', facts: { versions, needed: wanted, kubernetes: intent.kubernetes }, ...shown }
  },
}

/** MinExternalEtcdVersion of cmd/kubeadm/app/constants/constants.go. */
const minEtcd = (minor: number): string => (minor >= 34 ? '3.5.24' : minor >= 31 ? '3.5.11' : '3.4.13')
/** A later patch of 1.31 to 1.33 asks for more than the first. */
const laterEtcd = (minor: number): string => (minor >= 31 ? '3.5.24' : minEtcd(minor))

function isOlder(version: string, than: string): boolean {
  const [one, other] = [version, than].map((text) => text.split('.').map(Number)) as [number[], number[]]
  const at = other.findIndex((part, index) => part !== (one[index] ?? 0))
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0)
}

/** kubeadm does not write over what another kubeadm has left. What only one kind of node gets in the way of counts for that kind alone. */
function left(paths: readonly string[], of: Ground['intent']['role'] | 'both'): Rule<'file-manifests' | 'file-kubelet-conf' | 'file-ca'> {
  return ({ facts, intent }) => {
    // A control plane brings its own certificates along; a worker has no manifests.
    if (of !== 'both' && of !== intent.role) return { variant: 'worker' }
    const there = paths.filter((path) => facts.there.get(path) === 'yes')
    if (there.length === 0 && paths.some((path) => facts.there.get(path) !== 'no')) {
      return notKnown(paths.some((path) => facts.there.get(path) === 'denied') ? 'denied' : 'failed', paths[0] ?? '')
    }
    const shown = { facts: { files: list(there) }, evidence: there.map((path) => evidence(path, '')) }
    return { variant: there.length === 0 ? 'ok' : isMember(facts) ? 'member' : 'left', ...shown }
  }
}
