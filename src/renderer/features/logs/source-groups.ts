import type { LogPart, LogSource } from '#shared/contract/logs.ts'
import { harmless } from '../../ui/index.ts'
import { partKey } from './log-place.ts'

/** Sources that stand under one name: the containers of a workload, a pod, a node's unit, a file. */
export type SourceGroup = {
  readonly key: string
  readonly label: string
  readonly sources: readonly LogSource[]
  /** What is taken away with it; null: it came with something wider, such as a selector. */
  readonly part: LogPart | null
}

export function groupsOf(sources: readonly LogSource[], parts: readonly LogPart[]): SourceGroup[] {
  const groups = new Map<string, { label: string; part: LogPart | null; sources: LogSource[] }>()
  for (const source of sources) {
    const part = partFor(source, parts)
    const wide = part === null || part.kind === 'selector'
    const key = wide ? `${source.namespace ?? ''}/${source.owner ?? source.pod ?? source.name}` : partKey(part)
    const label = wide ? (source.owner?.split('/')[1] ?? source.pod ?? source.name) : harmless(labelOf(part))
    const group = groups.get(key) ?? { label, part: wide ? null : part, sources: [] }
    group.sources.push(source)
    groups.set(key, group)
  }
  const all = [...groups].map(([key, group]) => ({ key, ...group }))
  const [only] = all
  // One pod with several containers: these are what is told apart.
  if (all.length !== 1 || !only || only.sources.length < 2) return all
  const [first] = only.sources
  if (only.sources.some((source) => source.pod !== first?.pod)) return all
  return only.sources.map((source) => ({ key: source.name, label: source.container ?? source.name, sources: [source], part: null }))
}

/** Names hidden after a press on a group: all of it, or none of it when all of it was hidden. */
export function toggled(hidden: readonly string[], group: SourceGroup): string[] {
  const names = group.sources.map((source) => source.name)
  return isHidden(hidden, group) ? hidden.filter((name) => !names.includes(name)) : [...new Set([...hidden, ...names])]
}

/** Only this group; all again when it is alone already. */
export function soloed(hidden: readonly string[], group: SourceGroup, all: readonly LogSource[]): string[] {
  const names = new Set(group.sources.map((source) => source.name))
  const others = all.filter((source) => !names.has(source.name)).map((source) => source.name)
  const alone = others.every((name) => hidden.includes(name)) && !isHidden(hidden, group)
  return alone ? [] : others
}

export const isHidden = (hidden: readonly string[], group: SourceGroup) => group.sources.every((source) => hidden.includes(source.name))

/** The narrowest part that names the source. */
function partFor(source: LogSource, parts: readonly LogPart[]): LogPart | null {
  const fits = (part: LogPart): boolean => {
    switch (part.kind) {
      case 'pod':
        return part.namespace === source.namespace && part.pod === source.pod && inContainer(part.container, source)
      case 'workload':
        return part.namespace === source.namespace && `${part.type}/${part.name}` === source.owner && inContainer(part.container, source)
      case 'selector':
        return source.kind === 'container' && (part.namespace === null || part.namespace === source.namespace)
      case 'journal':
        return source.kind === 'journal' && source.name === `${part.node}/${part.unit}`
      case 'gone':
        return part.namespace === source.namespace && part.pod === source.pod && part.container === source.container
      case 'file':
        return source.kind === 'file' && source.name === part.path
      case 'upload':
        return source.kind === 'file' && source.name === part.name
    }
  }
  const width = (part: LogPart) => (part.kind === 'selector' ? 2 : 'container' in part && part.container !== null ? 0 : 1)
  return [...parts].sort((a, b) => width(a) - width(b)).find(fits) ?? null
}

const inContainer = (container: string | null, source: LogSource) => container === null || container === source.container

function labelOf(part: Exclude<LogPart, { readonly kind: 'selector' }>): string {
  switch (part.kind) {
    case 'pod':
      return part.container === null ? part.pod : `${part.pod}/${part.container}`
    case 'workload':
      return part.container === null ? part.name : `${part.name}/${part.container}`
    case 'journal':
      return `${part.unit}/${part.node}`
    case 'gone':
      return `${part.pod}/${part.container}`
    case 'file':
      return part.path.split(/[\\/]/).at(-1) ?? part.path
    case 'upload':
      return part.name
  }
}
