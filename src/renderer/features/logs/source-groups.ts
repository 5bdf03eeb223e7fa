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

/** Sources that are switched together by one press: those of a group, or one of them by its name. */
export type SourceTarget = Pick<SourceGroup, 'key' | 'sources'>
export const targetOf = (source: LogSource): SourceTarget => ({ key: source.name, sources: [source] })

/**
 * Which sources are seen. Both lists hold keys of groups and names of sources: what joins a group later, as the pods of a rollout do, is hidden or
 * shown alone with it. `only` is empty as long as nothing is shown alone.
 */
export type Sight = { readonly hidden: readonly string[]; readonly only: readonly string[] }

export function groupsOf(sources: readonly LogSource[], parts: readonly LogPart[]): SourceGroup[] {
  const groups = new Map<string, { label: string; part: LogPart | null; sources: LogSource[] }>()
  const partFor = finderOf(parts)
  for (const source of sources) {
    const part = partFor(source)
    const key = keyOf(source, part)
    const label = isWide(part) ? (source.owner?.split('/')[1] ?? source.pod ?? source.name) : harmless(labelOf(part))
    const group = groups.get(key) ?? { label, part: isWide(part) ? null : part, sources: [] }
    group.sources.push(source)
    groups.set(key, group)
  }
  const all = [...groups].map(([key, group]) => ({ key, ...group }))
  const [only] = all
  if (all.length !== 1 || !only) return all
  const [first] = only.sources
  if (only.sources.some((source) => source.pod !== first?.pod)) return all
  // One pod with several containers: these are what is told apart. A pod that was made anew under its name has each of them twice.
  const containers = new Map<string, SourceGroup & { readonly sources: LogSource[] }>()
  for (const source of only.sources) {
    const key = containerKey(only.key, source)
    const container = containers.get(key) ?? { key, label: source.container ?? source.name, sources: [], part: null }
    container.sources.push(source)
    containers.set(key, container)
  }
  return containers.size < 2 ? all : [...containers.values()]
}

/** The sources that are not seen. */
export function unseenOf(sight: Sight, sources: readonly LogSource[], parts: readonly LogPart[]): ReadonlySet<LogSource> {
  // Core sends all sources 20 times a second, and mostly nothing is hidden.
  if (sight.hidden.length === 0 && sight.only.length === 0) return new Set()
  const hidden = new Set(sight.hidden)
  const only = new Set(sight.only)
  const keysOf = keyFinder(parts)
  return new Set(
    sources.filter((source) => {
      const keys = keysOf(source)
      return keys.some((key) => hidden.has(key)) || (only.size > 0 && !keys.some((key) => only.has(key)))
    }),
  )
}

/** After a press: all of it is hidden, or all of it seen when none of it was. */
export function toggled(sight: Sight, target: SourceTarget, all: readonly LogSource[], parts: readonly LogPart[]): Sight {
  const unseen = unseenOf(sight, all, parts)
  if (target.sources.every((source) => unseen.has(source))) return shown(sight, target, all, parts)
  const names = new Set(target.sources.map((source) => source.name))
  return { ...sight, hidden: [...sight.hidden.filter((key) => !names.has(key) && key !== target.key), target.key] }
}

/** All of it is seen; what was hidden together with it stays hidden. */
export function shown(sight: Sight, target: SourceTarget, all: readonly LogSource[], parts: readonly LogPart[]): Sight {
  const keysOf = keyFinder(parts)
  const within = (keys: readonly string[], source: LogSource) => keysOf(source).some((key) => keys.includes(key))
  const dropped = sight.hidden.filter((key) => target.sources.some((source) => within([key], source)))
  const hidden = sight.hidden.filter((key) => !dropped.includes(key))
  const others = all.filter((source) => !target.sources.includes(source) && within(dropped, source) && !within(hidden, source))
  const alone = sight.only.length > 0 && !target.sources.every((source) => within(sight.only, source))
  return { hidden: [...hidden, ...others.map((source) => source.name)], only: alone ? [...sight.only, target.key] : sight.only }
}

export const isAlone = (sight: Sight, { key }: SourceTarget) =>
  sight.hidden.length === 0 && sight.only.length === 1 && sight.only[0] === key

/** What a press on a source or a group does. */
export type SourcePress = (target: SourceTarget, how: 'toggle' | 'show' | 'alone') => void

/** Only this; all again when it is alone already. */
export const soloed = (sight: Sight, target: SourceTarget): Sight =>
  isAlone(sight, target) ? { hidden: [], only: [] } : { hidden: [], only: [target.key] }

const isWide = (part: LogPart | null): part is Extract<LogPart, { readonly kind: 'selector' }> | null =>
  part === null || part.kind === 'selector'
const keyOf = (source: LogSource, part: LogPart | null) =>
  isWide(part) ? `${source.namespace ?? ''}/${source.owner ?? source.pod ?? source.name}` : partKey(part)
/** Of one container in each pod of a group: no name of a pod is empty. */
const containerKey = (key: string, source: LogSource) => `${key}//${source.container ?? ''}`

/** Under what a source can be hidden: its name, its group, and its container in every pod of the group. */
function keyFinder(parts: readonly LogPart[]): (source: LogSource) => readonly string[] {
  const partFor = finderOf(parts)
  return (source) => {
    const key = keyOf(source, partFor(source))
    return [source.name, key, containerKey(key, source)]
  }
}

/** Finds the narrowest part that names a source. */
function finderOf(parts: readonly LogPart[]): (source: LogSource) => LogPart | null {
  const fits = (part: LogPart, source: LogSource): boolean => {
    switch (part.kind) {
      case 'pod':
        return part.namespace === source.namespace && part.pod === source.pod && inContainer(part.container, source)
      case 'workload':
        return part.namespace === source.namespace && ownedBy(part, source) && inContainer(part.container, source)
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
  const narrowFirst = [...parts].sort((a, b) => width(a) - width(b))
  return (source) => narrowFirst.find((part) => fits(part, source)) ?? null
}

/** The Jobs of a CronJob have its name and the minute that they were meant for: https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/cronjob/cronjob_controllerv2.go (`getJobName`) */
function ownedBy({ type, name }: Extract<LogPart, { readonly kind: 'workload' }>, { owner }: LogSource): boolean {
  if (type !== 'CronJob') return owner === `${type}/${name}`
  const job = `Job/${name}-`
  return owner?.startsWith(job) === true && /^\d+$/.test(owner.slice(job.length))
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
