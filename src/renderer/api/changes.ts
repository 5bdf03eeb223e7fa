import type { QueryClient } from '@tanstack/react-query'
import type { Topic } from '#shared/contract/host.ts'
import { askAgain } from './ask-again.ts'
import { api, connection, iterate, queryUtils } from './client.ts'

/** What to ask again when core says that a topic changed. */
const keysOf: Record<Topic, readonly (readonly unknown[])[]> = {
  clusters: [queryUtils.clusters.key(), queryUtils.nodes.details.key(), queryUtils.targets.list.key()],
  jobs: [queryUtils.jobs.list.key(), queryUtils.jobs.get.key()],
  toolchain: [queryUtils.toolchain.key()],
  kubeconfig: [queryUtils.kubeconfig.list.key(), queryUtils.kubeconfig.backups.key()],
  // Mirrors change the addresses of downloads.
  settings: [queryUtils.settings.key(), queryUtils.downloads.files.key(), queryUtils.downloads.images.key()],
  commands: [queryUtils.jobs.commands.key()],
  leftovers: [queryUtils.leftovers.key()],
  profiles: [queryUtils.profiles.key()],
  downloads: [queryUtils.downloads.files.key(), queryUtils.downloads.list.key(), queryUtils.downloads.images.key()],
  'kubeadm-files': [queryUtils.kubeadmConfig.files.key(), queryUtils.kubeadmConfig.file.key()],
  targets: [queryUtils.targets.key()],
  // What the plan says of sudo is looked at when it is wanted, not with each line that a tunnel prints.
  tunnels: [queryUtils.tunnels.get.key()],
  'host-changes': [queryUtils.hostChanges.records.key(), queryUtils.runtimes.key(), queryUtils.replacements.list.key()],
}

/**
 * Asks again whatever core says has changed, and everything after a lost connection. Begun before the first query is asked: what changes between an
 * answer and the moment from which core tells of changes would be heard of by nobody. Returns the way out.
 */
export function followChanges(queryClient: QueryClient): () => void {
  const stop = new AbortController()
  let wasLost = false
  const unsubscribe = connection.subscribe(() => {
    if (connection.getSnapshot() === 'lost') wasLost = true
  })
  const follow = (topics: readonly Topic[]) => {
    // The first batch is empty: from here on nothing is missed.
    if (topics.length === 0 && wasLost) {
      wasLost = false
      askAgain(queryClient)
    }
    for (const topic of topics) for (const queryKey of keysOf[topic]) askAgain(queryClient, queryKey)
  }
  iterate((signal) => api.host.changes(undefined, { signal }), follow, stop.signal).catch((error: unknown) => console.error(error))
  return () => {
    stop.abort()
    unsubscribe()
  }
}
