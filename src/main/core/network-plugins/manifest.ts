import { isScalar, LineCounter, parseAllDocuments, type Document } from 'yaml'
import type { ManifestReview } from '#shared/contract/network.ts'
import type { NetworkPluginId } from '#shared/messages/network-plugins.ts'
import { AppError } from '../error.ts'
import { familyOf, isWithin, parseCidr } from './cidr.ts'
import { daemonSetSchema } from './api-objects.ts'
import { pluginOfDaemonSet } from './recognise.ts'

type Path = readonly (string | number)[]
type Json = Readonly<Record<string, unknown>>
export type ManifestObject = { readonly kind: string; readonly namespace: string | null; readonly name: string }
/** `covers`: all pods have to be in it, as it is what the plugin thinks the whole network is. Else it is a pool, and has to lie within. */
type Spot = { readonly value: string; readonly where: string; readonly start: number; readonly end: number; readonly covers: boolean }

const environment: Readonly<Record<string, boolean>> = {
  CALICO_IPV4POOL_CIDR: false,
  CALICO_IPV6POOL_CIDR: false,
  IPALLOC_RANGE: false,
  POD_SUBNET: true,
}

/** Objects of a manifest, without what is in them. Throws `manifest-invalid`. Pure. */
export function objectsOf(text: string): ManifestObject[] {
  return documentsOf(text).documents.flatMap(({ value }) => flat(value).map(headOf))
}

/** The same object; one that names no namespace is in that of the context, which the other may have been read in. Pure. */
export const isSameObject = (one: ManifestObject, other: ManifestObject): boolean =>
  one.kind === other.kind &&
  one.name === other.name &&
  (one.namespace === other.namespace || one.namespace === null || other.namespace === null)

/** The text without these objects; itself where it has none of them, null where nothing is left. Throws `manifest-invalid`. Pure. */
export function withoutObjects(text: string, these: readonly ManifestObject[]): string | null {
  const all = documentsOf(text).documents.flatMap(({ value }) => flat(value))
  const items = all.filter((value) => !these.some((one) => isSameObject(headOf(value), one)))
  if (items.length === all.length) return text
  return items.length === 0 ? null : JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

/** What a manifest would make, and whether its range of pods is the cluster's. Throws `manifest-invalid`. Pure. */
export function reviewManifest(text: string, clusterCidrs: readonly string[]): ManifestReview {
  const { documents, lines } = documentsOf(text)
  const values = documents.flatMap(({ value }) => flat(value))
  const spots = documents.flatMap(({ document, value }) => spotsOf(document, value))
  const plugins = values.flatMap((value) => {
    const read = value['kind'] === 'DaemonSet' ? daemonSetSchema.safeParse(value) : null
    const id = read?.success ? pluginOfDaemonSet(read.data) : null
    return id === null ? [] : [id]
  })
  const operator = values.some((value) =>
    /tigera-operator|operator\.tigera\.io/.test(`${headOf(value).name} ${String(value['apiVersion'])}`),
  )
  const ids = new Set<NetworkPluginId>(operator ? [...plugins, 'calico'] : plugins)
  return {
    objects: values.map(headOf),
    images: [...new Set(imagesOf(values))].sort(),
    plugins: [...ids],
    ranges: spots.map((spot) => ({
      cidr: spot.value,
      where: spot.where,
      line: lines.linePos(placeOf(text, spot)).line,
      fits: fits(spot, clusterCidrs),
    })),
    corrected: correct(text, spots, clusterCidrs),
  }
}

function documentsOf(text: string) {
  const lines = new LineCounter()
  const all = parseAllDocuments(text, { lineCounter: lines })
  const documents: { readonly document: Document; readonly value: Json }[] = []
  for (const document of Array.isArray(all) ? all : []) {
    const [error] = document.errors
    if (error) throw new AppError('manifest-invalid', { line: error.linePos?.[0].line ?? 1, reason: error.message.split('\n')[0] ?? '' })
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    if (value === null) continue
    const line = lines.linePos(document.contents?.range?.[0] ?? 0).line
    if (!isObject(value)) throw new AppError('manifest-invalid', { line, reason: 'not an object' })
    for (const one of flat(value))
      if (typeof one['kind'] !== 'string' || typeof one['apiVersion'] !== 'string' || headOf(one).name === '')
        throw new AppError('manifest-invalid', { line, reason: 'apiVersion, kind, metadata.name' })
    documents.push({ document, value })
  }
  if (documents.length === 0) throw new AppError('manifest-invalid', { line: 1, reason: 'empty' })
  return { documents, lines }
}

/** Within a text of several lines, that of the range itself. */
function placeOf(text: string, { start, end, value }: Spot): number {
  const found = text.indexOf(value, start)
  return found === -1 || found > end ? start : found
}

/** A `List` is what it lists. */
const flat = (value: Json): Json[] =>
  value['kind'] === 'List' && Array.isArray(value['items']) ? value['items'].filter(isObject).flatMap(flat) : [value]

function headOf(value: Json): ManifestObject {
  const metadata = isObject(value['metadata']) ? value['metadata'] : {}
  const text = (one: unknown) => (typeof one === 'string' ? one : '')
  return { kind: text(value['kind']), namespace: text(metadata['namespace']) || null, name: text(metadata['name']) }
}

function imagesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesOf)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    /^(?:initContainers|containers)$/.test(key) && Array.isArray(inner)
      ? inner.filter(isObject).flatMap(({ image }) => (typeof image === 'string' ? [image] : []))
      : imagesOf(inner),
  )
}

/** Where ranges of pods stand in what plugins are installed with. */
function spotsOf(document: Document, value: Json): Spot[] {
  const found: Spot[] = []
  const add = (path: Path, value: string, covers: boolean, where = path.join('.')) => {
    const node: unknown = document.getIn(path, true)
    const range = isScalar(node) ? node.range : null
    if (range) found.push({ value, where, start: range[0], end: range[1], covers })
  }
  const walk = (inner: unknown, path: Path): void => {
    if (Array.isArray(inner)) return inner.forEach((one, index) => walk(one, [...path, index]))
    if (!isObject(inner)) return
    const { name, value: set } = inner
    if (typeof name === 'string' && typeof set === 'string' && environment[name] !== undefined)
      add([...path, 'value'], set, environment[name], `env ${name}`)
    for (const [key, one] of Object.entries(inner)) {
      const at = [...path, key]
      if (key === 'cidr' && typeof one === 'string' && /spec(?:\.calicoNetwork\.ipPools\.\d+)?\.cidr$/.test(at.join('.')))
        add(at, one, false)
      else if (/^cluster-pool-ipv[46]-cidr$/.test(key) && typeof one === 'string' && parseCidr(one) !== null) add(at, one, false, key)
      else if (key === 'net-conf.json' && typeof one === 'string')
        for (const range of flannelIn(one)) add(at, range, true, `${key} Network`)
      else walk(one, at)
    }
  }
  walk(value, [])
  return found
}

function flannelIn(text: string): string[] {
  try {
    const conf = JSON.parse(text) as Json
    return [conf['Network'], conf['IPv6Network']].filter((one): one is string => typeof one === 'string')
  } catch {
    return []
  }
}

/** The cluster's range of the same family; what is no range yet (a template's gap) takes the first. */
function wantedFor(value: string, clusterCidrs: readonly string[]): string | undefined {
  const family = familyOf(value)
  return family === null ? clusterCidrs[0] : clusterCidrs.find((own) => familyOf(own) === family)
}

function fits({ value, covers }: Spot, clusterCidrs: readonly string[]): boolean | null {
  if (parseCidr(value) === null) return false
  const wanted = wantedFor(value, clusterCidrs)
  if (wanted === undefined) return null
  return covers ? isWithin(wanted, value) : isWithin(value, wanted)
}

/** From the end, so that places before it stay what they are. */
function correct(text: string, spots: readonly Spot[], clusterCidrs: readonly string[]): string | null {
  let corrected = text
  for (const spot of [...spots].sort((a, b) => b.start - a.start)) {
    const wanted = wantedFor(spot.value, clusterCidrs)
    if (wanted === undefined || fits(spot, clusterCidrs) !== false || spot.value === '') continue
    // Two ranges of one text (flannel's IPv4 and IPv6) move its end.
    const end = spot.end + (corrected.length - text.length)
    corrected = `${corrected.slice(0, spot.start)}${corrected.slice(spot.start, Math.max(end, spot.end)).replace(spot.value, () => wanted)}${corrected.slice(Math.max(end, spot.end))}`
  }
  return corrected === text ? null : corrected
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
