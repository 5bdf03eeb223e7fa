import { connect } from 'node:net'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { KubeContext, KubeconfigSnapshot } from '#shared/contract/kubeconfig.ts'
import type { Leftover } from '#shared/contract/leftovers.ts'
import { parseKubeconfig } from '../kubeconfig/document.ts'
import { type Entries, textOf } from '../kubeconfig/entries.ts'
import { isBusy } from './busy.ts'
import { isThere } from './files.ts'
import { minikubeLabel, minikubeNameLabel, type LeftoversDeps, type Round } from './types.ts'

type Deps = Pick<LeftoversDeps, 'kubeconfig' | 'homeDir'>

/**
 * Contexts of local clusters that are no more. kind's: none of this machine's engines has a cluster of that name, and nobody listens at the address.
 * minikube's: the certificate is that of a profile whose folder is gone. Throws where an engine does not answer: unknown is never gone.
 */
export async function contextLeftovers({ kubeconfig, homeDir }: Deps, round: Round): Promise<Leftover[]> {
  const [snapshot, names, things] = await Promise.all([kubeconfig.snapshot(), round.kindNames(), round.things()])
  const machines = new Set(
    things.containers.flatMap((one) => (one.labels[minikubeLabel] === 'true' ? (one.labels[minikubeNameLabel] ?? []) : [])),
  )
  const found = await Promise.all(
    snapshot.contexts.map(async (context): Promise<Leftover[]> => {
      const kind = kindOf(context)
      if (kind !== null) {
        if (names.has(kind) || isBusy(round.around, kind) || (await answers(context.server ?? ''))) return []
        return [item(context, snapshot, 'kind', kind)]
      }
      const { certificate } = context
      const profile = certificate === undefined ? null : profileOf(certificate)
      if (certificate === undefined || profile === null || machines.has(profile) || isBusy(round.around, profile)) return []
      return (await isGone(dirname(certificate), homeDir)) ? [item(context, snapshot, 'minikube', profile)] : []
    }),
  )
  return [...found.flat(), ...(await unusedEntries(snapshot, names, round))]
}

/** kind's own clusters and users that no context names, as `kubectl config delete-context` leaves them; told by the cluster's loopback address, or by the name beside one. */
async function unusedEntries(snapshot: KubeconfigSnapshot, names: ReadonlySet<string>, round: Round): Promise<Leftover[]> {
  const used = (list: 'clusters' | 'users', name: string) =>
    snapshot.contexts.some((context) => (list === 'clusters' ? context.cluster : context.user) === name)
  const files = await documentsOf(snapshot)
  const found = await Promise.all(
    files.flatMap(({ path, entries }) =>
      [...entries.clusters.values()].map(async ({ name, body }): Promise<Leftover[]> => {
        const server = textOf(body, 'server')
        const kind = kindOf({ cluster: name, server, local: true })
        if (kind === null || used('clusters', name) || names.has(kind) || isBusy(round.around, kind) || (await answers(server))) return []
        const lists = (['clusters', 'users'] as const).filter((list) => !used(list, name) && entries[list].has(name))
        return lists.map((list) => entryItem(path, list, name, kind, server, snapshot))
      }),
    ),
  )
  return found.flat()
}

function entryItem(
  path: string,
  list: 'clusters' | 'users',
  name: string,
  cluster: string,
  server: string,
  snapshot: KubeconfigSnapshot,
): Leftover {
  return {
    ...item({ file: path, name, cluster: name, user: name, server }, snapshot, 'kind', cluster),
    id: ['entry', list, name, path, server].join('\n'),
    kind: 'entry',
    why: { code: 'entry-unused', facts: { cluster } },
  }
}

function item(
  context: Pick<KubeContext, 'file' | 'name' | 'cluster' | 'user' | 'server'>,
  { files }: KubeconfigSnapshot,
  provider: 'kind' | 'minikube',
  cluster: string,
): Leftover {
  const writable = files.find((file) => file.path === context.file)?.writable ?? false
  return {
    id: ['context', context.file, context.name, context.cluster, context.user, context.server ?? ''].join('\n'),
    source: 'contexts',
    kind: 'context',
    name: context.name,
    path: context.file,
    provider,
    cluster,
    sizeBytes: null,
    createdAt: null,
    why: { code: provider === 'kind' ? 'cluster-gone' : 'profile-gone', facts: { cluster, server: context.server ?? '' } },
    blocked: writable ? null : 'file-read-only',
    preselected: true,
  }
}

/** Name of the kind cluster that the context says it leads to, by kind's own entry and an address of this very machine. Pure. */
export function kindOf(context: Pick<KubeContext, 'cluster' | 'server' | 'local'>): string | null {
  if (context.local !== true || !context.cluster.startsWith('kind-') || endpointOf(context.server ?? '') === null) return null
  return context.cluster.slice('kind-'.length)
}

/** Profile that a client certificate belongs to, by where minikube puts it: `<MINIKUBE_HOME>/profiles/<profile>/client.crt`. Pure. */
export function profileOf(certificate: string): string | null {
  if (basename(certificate) !== 'client.crt' || basename(dirname(dirname(certificate))) !== 'profiles') return null
  return basename(dirname(certificate))
}

/** True where the folder is gone and what it was in is still there: a folder of a disk that is not mounted is not gone. The user's own home always is there. */
async function isGone(profile: string, homeDir: string): Promise<boolean> {
  if (await isThere(profile)) return false
  const home = dirname(dirname(profile))
  return home === join(homeDir, '.minikube') || (await isThere(home))
}

/** The files that can be read; the snapshot says what is wrong with the others. */
async function documentsOf({ files }: Pick<KubeconfigSnapshot, 'files'>): Promise<{ path: string; entries: Entries }[]> {
  const read = await Promise.all(
    files.map(async ({ path }) => {
      try {
        return [{ path, entries: parseKubeconfig(await readFile(path, 'utf8'), path).entries }]
      } catch {
        return []
      }
    }),
  )
  return read.flat()
}

/** A loopback address and port; null for any other. */
function endpointOf(server: string): { readonly host: string; readonly port: number } | null {
  try {
    const url = new URL(server)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const loopback = /^127\.\d+\.\d+\.\d+$/.test(host) || host === 'localhost' || host === '::1' || host === '0.0.0.0' || host === '::'
    return loopback && url.port !== '' ? { host, port: Number(url.port) } : null
  } catch {
    return null
  }
}

/** False only where the address refuses: whatever else happens, somebody may be there. */
function answers(server: string): Promise<boolean> {
  const endpoint = endpointOf(server)
  if (endpoint === null) return Promise.resolve(true)
  return new Promise((resolve) => {
    const socket = connect({ ...endpoint, timeout: 2_000 })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(true))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code !== 'ECONNREFUSED'))
  })
}
