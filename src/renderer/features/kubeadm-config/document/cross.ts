import { subnetsOverlap, type ProblemReason } from '#shared/contract/document.ts'
import type { KubeadmFacts } from '#shared/contract/kubeadm-config-procedures.ts'
import { getIn, type Path } from '../../document/plain.ts'
import { type Kind, list, shown, truth, type Values } from './parts.ts'

export type CrossProblem = {
  readonly which: Kind
  readonly path: Path
  readonly reason: ProblemReason
  readonly expected: string | null
  readonly severity: 'error' | 'warning'
}

/** kubeadm's own, https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ */
const usual = { serviceSubnet: '10.96.0.0/12', dnsDomain: 'cluster.local', driver: 'systemd' } as const

/** What the documents of a file have against each other, and the machine against them. kubeadm itself looks at none of this. Pure. */
export function crossProblems({ of, purpose }: Values, facts: KubeadmFacts | null): CrossProblem[] {
  const found: CrossProblem[] = []
  const add = (severity: CrossProblem['severity'], which: Kind, path: Path, reason: ProblemReason, expected: string | null = null) =>
    found.push({ which, path, reason, expected, severity })
  const at = (kind: Kind, ...path: (string | number)[]) => getIn(of[kind], path)
  const says = (kind: Kind, ...path: (string | number)[]) => shown(at(kind, ...path))

  const pods = says('ClusterConfiguration', 'networking', 'podSubnet')
  const services = says('ClusterConfiguration', 'networking', 'serviceSubnet')
  if (pods !== '' && subnetsOverlap(pods, services || usual.serviceSubnet))
    add('error', 'ClusterConfiguration', ['networking', services === '' ? 'podSubnet' : 'serviceSubnet'], 'subnets-overlap')
  if (
    says('InitConfiguration', 'certificateKey') !== '' &&
    of.ClusterConfiguration &&
    says('ClusterConfiguration', 'controlPlaneEndpoint') === ''
  )
    add('warning', 'ClusterConfiguration', ['controlPlaneEndpoint'], 'endpoint-needed')
  list(at('InitConfiguration', 'bootstrapTokens')).forEach((_, index) => {
    if (says('InitConfiguration', 'bootstrapTokens', index, 'token') === 'abcdef.0123456789abcdef')
      add('warning', 'InitConfiguration', ['bootstrapTokens', index, 'token'], 'token-known')
  })

  if (of.JoinConfiguration) {
    const token = at('JoinConfiguration', 'discovery', 'bootstrapToken')
    const file = at('JoinConfiguration', 'discovery', 'file')
    if (!token && !file) add('error', 'JoinConfiguration', ['discovery'], 'discovery-missing')
    const unsafe = truth(at('JoinConfiguration', 'discovery', 'bootstrapToken', 'unsafeSkipCAVerification'))
    if (token && !file && list(at('JoinConfiguration', 'discovery', 'bootstrapToken', 'caCertHashes')).length === 0)
      add(
        unsafe ? 'warning' : 'error',
        'JoinConfiguration',
        ['discovery', 'bootstrapToken', unsafe ? 'unsafeSkipCAVerification' : 'caCertHashes'],
        'discovery-untrusted',
      )
  }
  const others = (['JoinConfiguration', 'UpgradeConfiguration', 'ResetConfiguration'] as const).filter((kind) => of[kind])
  for (const kind of purpose === 'init' ? others : others.slice(1)) add('warning', kind, ['kind'], 'kinds-apart')

  const sockets = [
    ['InitConfiguration', 'nodeRegistration', 'criSocket'],
    ['JoinConfiguration', 'nodeRegistration', 'criSocket'],
    ['ResetConfiguration', 'criSocket'],
  ] as const
  for (const [kind, ...path] of sockets) {
    const socket = says(kind, ...path)
    if (socket === '') continue
    if (!/^[a-z]+:\/\//.test(socket)) add('warning', kind, path, 'socket-scheme')
    else if (facts !== null && facts.sockets.length > 0 && !facts.sockets.some((one) => plain(one) === plain(socket)))
      add('warning', kind, path, 'socket-unknown', facts.sockets.join(', '))
  }

  const driver = says('KubeletConfiguration', 'cgroupDriver')
  if (facts?.cgroupDriver && facts.cgroupDriver !== (driver || usual.driver) && (purpose === 'init' || purpose === 'join')) {
    // A machine that joins takes the kubelet's configuration of its cluster, which is not in this file.
    if (driver !== '') add('warning', 'KubeletConfiguration', ['cgroupDriver'], 'cgroup-driver', facts.cgroupDriver)
    else if (purpose === 'init')
      add(
        'warning',
        of.KubeletConfiguration ? 'KubeletConfiguration' : 'ClusterConfiguration',
        ['kind'],
        'cgroup-driver',
        facts.cgroupDriver,
      )
  }
  const domain = says('KubeletConfiguration', 'clusterDomain')
  const wanted = says('ClusterConfiguration', 'networking', 'dnsDomain') || usual.dnsDomain
  if (domain !== '' && domain !== wanted) add('warning', 'KubeletConfiguration', ['clusterDomain'], 'dns-domain-differs', wanted)
  list(at('KubeletConfiguration', 'clusterDNS')).forEach((dns, index) => {
    const address = shown(dns)
    const within = services || usual.serviceSubnet
    // NodeLocal DNSCache answers at a link-local address, https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/.
    if (!address.startsWith('169.254.') && !subnetsOverlap(`${address}/${address.includes(':') ? 128 : 32}`, within) && purpose === 'init')
      add('warning', 'KubeletConfiguration', ['clusterDNS', index], 'dns-address', within)
  })
  const behavior = says('KubeletConfiguration', 'memorySwap', 'swapBehavior')
  if (behavior !== '' && behavior !== 'NoSwap' && at('KubeletConfiguration', 'failSwapOn') !== false)
    add('warning', 'KubeletConfiguration', ['memorySwap', 'swapBehavior'], 'swap-refused')
  const cidr = says('KubeProxyConfiguration', 'clusterCIDR')
  if (cidr !== '' && pods !== '' && cidr !== pods) add('warning', 'KubeProxyConfiguration', ['clusterCIDR'], 'cluster-cidr-differs', pods)
  return found
}

/** /var/run is /run. */
const plain = (socket: string) => socket.replace(/^unix:\/\/\/var\/run\//, 'unix:///run/')
