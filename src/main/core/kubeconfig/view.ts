import { dirname, resolve } from 'node:path'
import type { KubeconfigSnapshot, KubeContext } from '#shared/contract/kubeconfig.ts'
import { AppError, errorShape } from '#core/error.ts'
import { textOf, type Entries, type ListName } from './entries.ts'
import { isLocalServer, type Interfaces } from './locality.ts'

/** One file of the list as it was last read. `failed`: its present contents are unknown; `entries` are the last ones that could be read. */
export type FileEntries = { readonly path: string; readonly entries: Entries | null; readonly failed: boolean }

/**
 * What kubectl sees in these files: the first definition of a name wins, and the first current-context that is not empty.
 * What it would not see is listed too, marked as shadowed. While a file cannot be read, nothing is said to be missing.
 */
export function viewOf(files: readonly FileEntries[], interfaces: Interfaces): Omit<KubeconfigSnapshot, 'files'> {
  const owner = ownersOf(files)
  const unknown = files.some((file) => file.failed)
  const current = currentOf(files)
  const contexts: KubeContext[] = []
  const local = new Map<string, boolean | null>()
  for (const { path, entries } of files) {
    for (const [name, { body }] of entries?.contexts ?? []) {
      const cluster = textOf(body, 'cluster')
      const user = textOf(body, 'user')
      const clusterBody = owner('clusters', cluster)?.entries?.clusters.get(cluster)?.body
      const server = clusterBody === undefined ? '' : textOf(clusterBody, 'server')
      const proxy = clusterBody === undefined ? '' : textOf(clusterBody, 'proxy-url')
      const userFile = owner('users', user)
      const userBody = userFile?.entries?.users.get(user)?.body
      const certificate = userBody === undefined ? '' : textOf(userBody, 'client-certificate')
      const key = `${server} ${proxy}`
      if (!local.has(key)) local.set(key, isLocalServer(server, proxy, interfaces))
      const shadowed = owner('contexts', name)?.path !== path
      const missing =
        clusterBody === undefined ? { what: 'cluster', name: cluster } : userFile === undefined ? { what: 'user', name: user } : null
      contexts.push({
        file: path,
        name,
        cluster,
        user,
        namespace: textOf(body, 'namespace') || null,
        server: server || null,
        local: local.get(key) ?? null,
        // Relative ones are below the file they stand in: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#file-references
        ...(certificate === '' || userFile === undefined ? {} : { certificate: resolve(dirname(userFile.path), certificate) }),
        ...(userBody !== undefined && asksOthers(userBody) ? { plugin: true as const } : {}),
        current: !shadowed && current !== null && current.name === name,
        shadowed,
        problem: missing === null || unknown ? null : errorShape(new AppError('not-found', missing)),
      })
    }
  }
  const now = contexts.find((context) => context.current)
  return {
    contexts,
    current: now === undefined ? null : { file: now.file, name: now.name },
    dangling: now === undefined && current !== null && !unknown ? current.name : null,
  }
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins and its forerunner, `auth-provider`. */
const asksOthers = (user: Readonly<Record<string, unknown>>): boolean => user['exec'] != null || user['auth-provider'] != null

/** The current-context that wins, and the file it stands in. */
export function currentOf<F extends FileEntries>(files: readonly F[]): { readonly file: F; readonly name: string } | null {
  const file = files.find((candidate) => (candidate.entries?.current ?? '') !== '')
  return file?.entries == null ? null : { file, name: file.entries.current }
}

/** Answers which file's definition of a name wins. */
export function ownersOf<F extends FileEntries>(files: readonly F[]): (list: ListName, name: string) => F | undefined {
  const owners = { clusters: new Map<string, F>(), contexts: new Map<string, F>(), users: new Map<string, F>() }
  for (const file of files) {
    if (file.entries === null) continue
    for (const list of ['clusters', 'contexts', 'users'] as const) {
      for (const name of file.entries[list].keys()) if (!owners[list].has(name)) owners[list].set(name, file)
    }
  }
  return (list, name) => owners[list].get(name)
}
