import type { KubeadmMigration } from '#shared/contract/kubeadm-config-procedures.ts'
import { isMap, parseDocument } from 'yaml'
import { kubeadmGroup } from '#shared/contract/kubeadm-config.ts'
import { type Piece, piecesOf } from './pieces.ts'

/**
 * What `kubeadm config migrate` wrote, as somebody would want it. It writes the documents of kubeadm alone, those of kubelet and kube-proxy are lost, and it
 * fills in what it finds on the machine it runs on: a new token, its address, its name, and an InitConfiguration or ClusterConfiguration that nobody had
 * asked for. Comments are lost. Pure.
 */
export function mended(before: string, written: string): Pick<KubeadmMigration, 'text' | 'kept' | 'dropped'> {
  const old = piecesOf(before).pieces
  const dropped: string[] = []
  const parts: string[] = []
  for (const piece of piecesOf(written).pieces) {
    const source = old.find((one) => one.kind === piece.kind)
    if (source === undefined) dropped.push(piece.kind)
    else parts.push(withoutOwn(piece, source, dropped))
  }
  const components = old.filter((piece) => piece.kind !== '' && !piece.apiVersion.startsWith(`${kubeadmGroup}/`))
  const text = [...parts, ...components.map((piece) => piece.text)].map((part) => (part.endsWith('\n') ? part : `${part}\n`)).join('---\n')
  return { text, kept: components.map((piece) => piece.kind), dropped }
}

/** What kubeadm finds out by itself each time it runs. */
const found = [
  ['bootstrapTokens'],
  ['localAPIEndpoint', 'advertiseAddress'],
  ['controlPlane', 'localAPIEndpoint', 'advertiseAddress'],
  ['nodeRegistration', 'name'],
  ['nodeRegistration', 'criSocket'],
  ['nodeRegistration', 'taints'],
  ['criSocket'],
] as const

function withoutOwn(piece: Piece, source: Piece, dropped: string[]): string {
  const document = parseDocument(piece.text)
  for (const path of found) {
    if (!document.hasIn(path) || source.document.hasIn(path)) continue
    document.deleteIn(path)
    dropped.push(`${piece.kind}.${path.join('.')}`)
    const parent = document.getIn(path.slice(0, -1), true)
    if (path.length > 1 && isMap(parent) && parent.items.length === 0) document.deleteIn(path.slice(0, -1))
  }
  return document.toString({ lineWidth: 0 })
}
