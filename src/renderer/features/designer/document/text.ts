import { type Documents, kindOf, type Part, readDocuments } from '../../document/text.ts'

export type Provider = 'kind' | 'minikube'

/** The documents of a cluster's text. `cluster` is the tool's own, `extras` what Cove does around it; null where there is none. */
export type Text = Documents & { readonly cluster: Part | null; readonly extras: Part | null }

/** As `readDocuments`. */
export function parseText(text: string): Text {
  const documents = readDocuments(text)
  return { ...documents, cluster: clusterOf(documents.all), extras: extrasOf(documents.all) }
}

export const extrasOf = (all: readonly Part[]): Part | null => all.find((one) => kindOf(one) === 'ClusterExtras') ?? null

export function clusterOf(all: readonly Part[]): Part | null {
  const extras = extrasOf(all)
  return all.find((one) => one !== extras && one.contents !== null) ?? all.find((one) => one !== extras) ?? null
}

export function providerOf(part: Part): Provider | null {
  const kind = kindOf(part)
  return kind === 'Cluster' ? 'kind' : kind === 'MinikubeCluster' ? 'minikube' : null
}
