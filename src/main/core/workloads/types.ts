import type { ContextRef } from '#shared/contract/base.ts'
import type { ApiNode, Pod, PodsEvent } from '#shared/contract/workloads.ts'
import type { ContainerRun } from './container-run.ts'

/** `namespace: null` is all namespaces. */
export type PodQuery = ContextRef & { readonly namespace: string | null }

export type Workloads = {
  /** Names, sorted. Throws `api-*`, `context-not-found`, `tool-absent` and the like, as do all here. */
  namespaces(ref: ContextRef, signal?: AbortSignal): Promise<string[]>
  nodes(ref: ContextRef, signal?: AbortSignal): Promise<ApiNode[]>
  pods(query: PodQuery, signal?: AbortSignal): Promise<Pod[]>
  /**
   * A snapshot, then changes in batches of at most one per 50 ms, until the signal is aborted or the loop is left. Never throws: failures are events, one per distinct error,
   * and it goes on trying (0.5…30 s). Watches of one context and namespace share one kubectl, which ends with its last viewer.
   */
  watchPods(query: PodQuery, signal?: AbortSignal): AsyncGenerator<PodsEvent, void>
  /** What became of one container's runs, asked now. Throws `pod-not-found`, `not-found` (what: container), `api-*`. */
  containerRun(ref: ContextRef, namespace: string, pod: string, container: string, signal?: AbortSignal): Promise<ContainerRun>
}
