import type { RawContainerState, RawPod } from './raw.ts'

export type PodStatus = {
  /** The STATUS column. */
  readonly status: string
  /** READY is `ready/total`. */
  readonly ready: number
  readonly total: number
  readonly restarts: number
  /** The `(5m ago)` of RESTARTS, ms since 1970. */
  readonly lastRestartAt: number | null
}

/**
 * STATUS, READY and RESTARTS as `kubectl get pods` prints them. They are no fields of the API: the API server's printer computes them, and this follows it line by line
 * (printPod in kubernetes 1.34 pkg/printers/internalversion/printers.go). The order of the steps is what makes it right.
 */
export function podStatus(pod: RawPod): PodStatus {
  const { spec, status } = pod
  const sidecars = new Set(spec.initContainers.filter((one) => one.restartPolicy === 'Always').map((one) => one.name))
  const gated = status.conditions.some((one) => one.type === 'PodScheduled' && one.reason === 'SchedulingGated')
  const phase = status.phase || 'Unknown'
  const init = initStatus(pod, sidecars)
  let reason = init.reason ?? (gated ? 'SchedulingGated' : status.reason || phase)
  let { restarts, lastRestartAt } = init
  let ready = init.ready

  if (init.reason === null || isTrue(pod, 'Initialized')) {
    restarts = init.sidecarRestarts
    lastRestartAt = init.sidecarLastRestartAt
    let hasRunning = false
    // From last to first, so that the first container's reason is the one that stays.
    for (const container of [...status.containerStatuses].reverse()) {
      restarts += container.restartCount ?? 0
      lastRestartAt = later(lastRestartAt, finishedAt(container.lastState))
      const { waiting, terminated, running } = container.state ?? {}
      if (waiting?.reason) reason = waiting.reason
      else if (terminated) reason = terminated.reason || exitOf(terminated)
      else if (container.ready && running) {
        hasRunning = true
        ready += 1
      }
    }
    if (reason === 'Completed' && hasRunning) reason = isTrue(pod, 'Ready') ? 'Running' : 'NotReady'
  }

  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') reason = 'Unknown'
    else if (phase !== 'Succeeded' && phase !== 'Failed') reason = 'Terminating'
  }
  return { status: reason, ready, total: spec.containers.length + sidecars.size, restarts, lastRestartAt }
}

type InitStatus = {
  /** `Init:…` while initializing, null when that is over. */
  readonly reason: string | null
  readonly ready: number
  readonly restarts: number
  readonly lastRestartAt: number | null
  readonly sidecarRestarts: number
  readonly sidecarLastRestartAt: number | null
}

/** Walks the init containers in order, up to and with the first that is not done. */
function initStatus(pod: RawPod, sidecars: ReadonlySet<string>): InitStatus {
  let ready = 0
  let restarts = 0
  let lastRestartAt: number | null = null
  let sidecarRestarts = 0
  let sidecarLastRestartAt: number | null = null
  for (const [index, container] of pod.status.initContainerStatuses.entries()) {
    const count = container.restartCount ?? 0
    const sidecar = sidecars.has(container.name)
    restarts += count
    lastRestartAt = later(lastRestartAt, finishedAt(container.lastState))
    if (sidecar) {
      sidecarRestarts += count
      sidecarLastRestartAt = later(sidecarLastRestartAt, finishedAt(container.lastState))
    }
    const { waiting, terminated } = container.state ?? {}
    if (terminated?.exitCode === 0) continue
    if (sidecar && container.started) {
      if (container.ready) ready += 1
      continue
    }
    let reason = `Init:${index}/${pod.spec.initContainers.length}`
    if (terminated) reason = `Init:${terminated.reason || exitOf(terminated)}`
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') reason = `Init:${waiting.reason}`
    return { reason, ready, restarts, lastRestartAt, sidecarRestarts, sidecarLastRestartAt }
  }
  return { reason: null, ready, restarts, lastRestartAt, sidecarRestarts, sidecarLastRestartAt }
}

function exitOf(terminated: { readonly exitCode: number; readonly signal?: number | null | undefined }): string {
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`
}

function isTrue(pod: RawPod, type: string): boolean {
  return pod.status.conditions.some((one) => one.type === type && one.status === 'True')
}

function finishedAt(state: RawContainerState | null | undefined): number | null {
  const at = Date.parse(state?.terminated?.finishedAt ?? '')
  return Number.isNaN(at) ? null : at
}

function later(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.max(a, b)
}
