import { isMap, isScalar, isSeq, parseAllDocuments, type Document } from 'yaml'
import type { KubeadmPurpose } from '#shared/contract/kubeadm-config-procedures.ts'

export const printArgs: Readonly<Record<KubeadmPurpose, readonly string[]>> = {
  init: ['print', 'init-defaults', '--component-configs=KubeletConfiguration,KubeProxyConfiguration'],
  join: ['print', 'join-defaults'],
  upgrade: ['print', 'upgrade-defaults'],
  reset: ['print', 'reset-defaults'],
}

/** What kubeadm prints as examples. As they stand they would not work (an address, a name) or be known to everybody (a token). */
const examples = [
  ['bootstrapTokens'],
  ['localAPIEndpoint', 'advertiseAddress'],
  ['nodeRegistration', 'name'],
  ['nodeRegistration', 'taints'],
  ['discovery', 'tlsBootstrapToken'],
  ['discovery', 'bootstrapToken', 'unsafeSkipCAVerification'],
] as const

/** kubeadm's printed defaults without its examples, and without what says nothing (null, empty), in the order people write: what it is comes first. Pure. */
export function withoutExamples(printed: string): string {
  const parsed = parseAllDocuments(printed, { logLevel: 'error' })
  const documents = (Array.isArray(parsed) ? parsed : []) as Document[]
  return documents
    .map((document) => {
      for (const path of examples) if (document.hasIn(path)) document.deleteIn(path)
      if (document.hasIn(['discovery', 'bootstrapToken'])) {
        document.setIn(['discovery', 'bootstrapToken', 'apiServerEndpoint'], '')
        document.setIn(['discovery', 'bootstrapToken', 'token'], '')
      }
      // kubelet and kube-proxy print a zero for everything that has a default of its own.
      const component = /^kube(?:let|proxy)\./.test(String(document.get('apiVersion')))
      prune(document.contents, component)
      if (isMap(document.contents)) {
        const head = ['apiVersion', 'kind']
        const rank = (key: unknown) => (head.includes(String(key)) ? head.indexOf(String(key)) : head.length)
        document.contents.items.sort((a, b) => rank(a.key) - rank(b.key))
      }
      return document.toString({ lineWidth: 0 }).replace(/^---\n/, '')
    })
    .join('---\n')
}

function prune(node: unknown, zeros: boolean): void {
  if (!isMap(node)) return
  node.items = node.items.filter(({ value }) => {
    prune(value, zeros)
    if (isScalar(value))
      return !(value.value === null || (zeros && ['', '0s', 0, '0', false].includes(value.value as string | number | boolean)))
    return !((isMap(value) || isSeq(value)) && value.items.length === 0)
  })
}
