import { allJournalUnits, type JournalUnit } from '#shared/journal-units.ts'
import type { LogPart } from '#shared/contract/logs.ts'

export type WorkloadType = Extract<LogPart, { readonly kind: 'workload' }>['type']
export const workloadTypes: readonly string[] = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
] satisfies readonly WorkloadType[]
export const allNamespaces = '*'

/** `pod:shop/web-0/nginx;workload:shop/Deployment/web;journal:worker/kubelet`: what the address says of several things looked at. */
export function partsText(parts: readonly LogPart[]): string {
  return parts.map((part) => `${part.kind}:${fieldsOf(part).map(encodeURIComponent).join('/')}`).join(';')
}

/** What is no part is left out: an address may be old or typed. */
export function partsOf(text: string): LogPart[] {
  return text.split(';').flatMap((one) => {
    const at = one.indexOf(':')
    const part =
      at < 0
        ? null
        : partOf(
            one.slice(0, at),
            one
              .slice(at + 1)
              .split('/')
              .map(decoded),
          )
    return part ? [part] : []
  })
}

export const samePart = (a: LogPart, b: LogPart) => partsText([a]) === partsText([b])

/** A name that fits into an address or a file: no part has another of the same words. */
export const partKey = (part: LogPart) => partsText([part])

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function fieldsOf(part: LogPart): string[] {
  switch (part.kind) {
    case 'pod':
      return [part.namespace, part.pod, ...some(part.container)]
    case 'workload':
      return [part.namespace, part.type, part.name, ...some(part.container)]
    case 'selector':
      return [part.namespace ?? allNamespaces, part.selector, ...some(part.container)]
    case 'journal':
      return [part.node, part.unit]
    case 'gone':
      return [part.node, part.namespace, part.pod, part.podUid, part.container]
    case 'file':
      return [part.path]
    case 'upload':
      return [part.name]
  }
}
const some = (container: string | null) => (container === null ? [] : [container])

const isUnit = (text: string): text is JournalUnit => (allJournalUnits as readonly string[]).includes(text)

function partOf(kind: string, [a = '', b = '', c = '', d = '', e = '']: readonly string[]): LogPart | null {
  switch (kind) {
    case 'pod':
      return a && b ? { kind, namespace: a, pod: b, container: c || null } : null
    case 'workload':
      return a && c && workloadTypes.includes(b) ? { kind, namespace: a, type: b as WorkloadType, name: c, container: d || null } : null
    case 'selector':
      return a ? { kind, namespace: a === allNamespaces ? null : a, selector: b, container: c || null } : null
    case 'journal':
      return a && isUnit(b) ? { kind, node: a, unit: b } : null
    case 'gone':
      return a && d ? { kind, node: a, namespace: b, pod: c, podUid: d, container: e } : null
    case 'file':
      return a ? { kind, path: a } : null
    case 'upload':
      return a ? { kind, name: a } : null
    default:
      return null
  }
}
