import type { Kube } from '../runtimes/kube.ts'
import type { GoneNode } from './replacement-store.ts'

const pki = '/etc/kubernetes/pki/etcd'
const etcdctl = [
  'etcdctl',
  '--endpoints=https://127.0.0.1:2379',
  `--cacert=${pki}/ca.crt`,
  `--cert=${pki}/peer.crt`,
  `--key=${pki}/peer.key`,
]

/**
 * Whether etcd still has the member of a node, asked in the pod of kubeadm on another one; true too where nobody can tell, as a join beside an old member of its address
 * would take that one's place with no data: https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kubeadm/app/util/etcd/etcd.go#L474. Throws `cancelled`.
 */
export async function hasMember(kube: Kube, on: string, node: Pick<GoneNode, 'name' | 'advertise'>, signal: AbortSignal): Promise<boolean> {
  const args = ['exec', '--namespace=kube-system', `etcd-${on}`, '--', ...etcdctl, 'member', 'list'] as const
  const said = await kube.run([...args], { quiet: true, signal, timeoutMs: 30_000 })
  signal.throwIfAborted()
  return said.exitCode !== 0 || isListed(said.stdout, node)
}

/** `ID, started, NAME, https://PEER:2380, https://CLIENT:2379, false` in each line; one that never started has no name. Pure. */
function isListed(text: string, { name, advertise }: Pick<GoneNode, 'name' | 'advertise'>): boolean {
  const address = advertise?.address ?? ''
  const peer = address === '' ? null : `https://${address.includes(':') ? `[${address}]` : address}:2380`
  return text.split('\n').some((line) => {
    const [, , itsName, itsPeer] = line.split(',').map((word) => word.trim())
    return itsName === name || itsPeer === peer
  })
}
