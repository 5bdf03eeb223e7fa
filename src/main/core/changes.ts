import type { Topic } from '#shared/contract/host.ts'

export type Changes = {
  /** Says that something of this topic changed. */
  emit(topic: Topic): void
  /** Calls back at once for each emit; returns the way out. */
  on(listener: (topic: Topic) => void): () => void
}

/** Who changed what, inside core: services emit, hosts and other services listen. */
export function createChanges(): Changes {
  const listeners = new Set<(topic: Topic) => void>()
  return {
    emit: (topic) => {
      for (const listener of listeners) listener(topic)
    },
    on: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
