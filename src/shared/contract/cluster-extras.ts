import { z } from '../zod.ts'
import { port, text } from './document.ts'

/** Version of the documents that are Cove's own. */
export const coveApiVersion = 'cove/v1alpha1'

/**
 * What Cove does around the tool: a second document of the same file, after `---`. kind and `kubectl` read the first one only, so the file stays theirs.
 */
export const clusterExtrasSchema = z
  .looseObject({
    kind: z.literal('ClusterExtras'),
    apiVersion: z.literal(coveApiVersion),
    /** Images of the engine that are loaded into every node once the cluster is there. */
    images: z.array(text.refine((value) => value.trim() !== '', 'missing')).nullish(),
    /** Manifests applied after that, in order: absolute paths, or https addresses, which are fetched by that create and by nothing else. */
    manifests: z.array(text.refine(isManifest, 'source')).nullish(),
    /** A registry on this machine, wired into every node: https://kind.sigs.k8s.io/docs/user/local-registry/ */
    registry: z.looseObject({ name: text.refine(isContainerName, 'registry').nullish(), port: port.nullish() }).nullish(),
    /** Mirrors by registry, in the order in which they are tried: `docker.io: [https://mirror.example]`. Of kind's nodes; minikube's have a field of their own. */
    mirrors: z.record(z.string().refine(isRegistry, 'registry-host'), z.array(text.refine(isUrl, 'address-url')).nullable()).nullish(),
  })
  .superRefine((extras, context) => {
    const fail = (message: string, path: (string | number)[]) => context.addIssue({ code: 'custom', message, path })
    for (const list of ['images', 'manifests'] as const)
      extras[list]?.forEach((one, at) => {
        if (extras[list]?.indexOf(one) !== at) fail('duplicate-name', [list, at])
      })
  })
export type ClusterExtras = z.infer<typeof clusterExtrasSchema>

/** Name and port of the registry where the document leaves them out; those of kind's guide. */
export const registryDefaults = { name: 'kind-registry', port: 5001 } as const

/** The registry that a document asks for, with what it leaves out; null: none. Pure. */
export function registryOf(extras: ClusterExtras | null): { readonly name: string; readonly port: number } | null {
  if (!extras?.registry) return null
  const { name, port } = extras.registry
  return { name: name ?? registryDefaults.name, port: port ?? registryDefaults.port }
}

function isManifest(value: string): boolean {
  return /^https:\/\/[^\s/]+\/\S*$/.test(value) || (value.startsWith('/') && value.length > 1) || /^[A-Za-z]:[\\/]./.test(value)
}

/** The engine's own rule. */
function isContainerName(value: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(value)
}

/** A host, perhaps with a port: it becomes the name of a folder in the nodes. */
function isRegistry(value: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i.test(value)
}

function isUrl(value: string): boolean {
  return /^https?:\/\/[a-z0-9][^\s"'\\]*$/i.test(value)
}
