import { isMap, isSeq, parseDocument } from 'yaml'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import { roleOf, type KindConfig } from '#shared/contract/kind-config.ts'
import { AppError } from '#core/error.ts'
import { readDocument } from '#core/document/read-document.ts'

/**
 * What a document of kind says, as the spec that is checked before a create; the document stays in it. `wish` wins over the document.
 * Throws `document-invalid`, also where the document is of another provider. Pure.
 */
export function readKindDocument(text: string, wish: { readonly name: string | null; readonly image: string | null }): CreateSpec {
  const config = kindConfigOf(text)
  const nodes = config.nodes ?? []
  const controlPlanes = nodes.length === 0 ? 1 : nodes.filter((node) => roleOf(node) === 'control-plane').length
  const ports = nodes.flatMap((node) =>
    (node.extraPortMappings ?? []).flatMap((mapping) =>
      // 0 and -1 let kind or the engine choose one that is free.
      mapping.hostPort == null || mapping.hostPort <= 0
        ? []
        : [
            {
              hostPort: mapping.hostPort,
              containerPort: mapping.containerPort,
              protocol: mapping.protocol || ('TCP' as const),
              listenAddress: mapping.listenAddress || '0.0.0.0',
            },
          ],
    ),
  )
  const api = config.networking?.apiServerPort ?? 0
  if (api > 0)
    ports.push({ hostPort: api, containerPort: 6443, protocol: 'TCP', listenAddress: config.networking?.apiServerAddress || '127.0.0.1' })
  return {
    name: wish.name ?? (config.name || 'kind'),
    provider: 'kind',
    document: text,
    profileId: null,
    image: wish.image ?? imageOf(config),
    controlPlanes,
    workers: nodes.length - (nodes.length === 0 ? 0 : controlPlanes),
    ports,
  }
}

/**
 * The configuration for kind: the document's own text, where only `name` and node images are set. A wished image takes the place of every
 * node's; without one, or where it is the document's own, `fallback` goes to the nodes that name none. So `--image`, which would overrule all nodes, is
 * not needed. Pure.
 */
export function kindConfigText(text: string, name: string, image: { readonly wish: string | null; readonly fallback: string }): string {
  const config = kindConfigOf(text)
  const wish = image.wish === imageOf(config) ? null : image.wish
  const document = parseDocument(readDocument(text).source, { merge: true, logLevel: 'error' })
  document.set('name', name)
  if ((config.nodes ?? []).length === 0) {
    document.set('nodes', document.createNode([{ role: 'control-plane', image: wish ?? image.fallback }]))
    return document.toString({ lineWidth: 0 })
  }
  const nodes = document.get('nodes', false)
  if (isSeq(nodes))
    nodes.items.forEach((item, index) => {
      // An alias of another node is written out: it may get an image of its own.
      const own: unknown = isMap(item) ? item : document.createNode({ ...config.nodes?.[index] })
      nodes.items[index] = own
      setImage(own)
    })
  return document.toString({ lineWidth: 0 })

  function setImage(node: unknown) {
    if (isMap(node) && (wish !== null || !node.get('image'))) node.set('image', wish ?? image.fallback)
  }
}

/** Images of this document's nodes, each once; empty: it names none. Pure. */
export function imagesOf(text: string): string[] {
  return [...new Set((kindConfigOf(text).nodes ?? []).flatMap((node) => node.image || []))]
}

/** The first document, checked. Throws `document-invalid`, also where it is of another provider. Pure. */
export function kindConfigOf(text: string): KindConfig {
  const document = readDocument(text)
  if (document.provider !== 'kind')
    throw new AppError('document-invalid', { line: 1, column: 1, field: 'kind', reason: 'one-of', expected: 'Cluster' })
  return document.config
}

/** The image of all nodes where they agree, else of the first control plane, which decides the version; null where none is named. */
function imageOf(config: KindConfig): string | null {
  const nodes = config.nodes ?? []
  return nodes.find((node) => roleOf(node) === 'control-plane' && node.image)?.image ?? nodes.find((node) => node.image)?.image ?? null
}

/** True where every node names its image, so that no other is used. Pure. */
export function namesAll(text: string): boolean {
  const nodes = kindConfigOf(text).nodes ?? []
  return nodes.length > 0 && nodes.every((node) => node.image)
}
