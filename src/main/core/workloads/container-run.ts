import { AppError } from '#core/error.ts'
import type { RawPod } from './raw.ts'

/** The present or last run of one container, and the one before it. */
export type ContainerRun = {
  readonly podUid: string
  /** The runtime's id of the newest run; empty before the first. A new id is a new run. */
  readonly id: string
  readonly state: 'running' | 'waiting' | 'terminated' | 'unknown'
  /** Why it waits or ended, as the API says; empty when it says nothing. */
  readonly reason: string
  /** The same in a sentence, of whoever set the state (`secret "db" not found`); empty when nobody says more. Of a run that is to be started again, what was said when it ended comes first. */
  readonly message: string
  /** Of the newest run, when it has ended. */
  readonly exitCode: number | null
  readonly restarts: number
  /** Of the newest run, ms since 1970 in whole seconds. */
  readonly startedAt: number | null
  /** How the run before the newest ended. While it waits to be started again, that is the newest one itself. */
  readonly last: { readonly id: string; readonly exitCode: number; readonly reason: string; readonly ranMs: number | null } | null
  /** The newest run that is over. Its number is its restart count, 0 for the first. Null: none is known. */
  readonly ended: { readonly number: number; readonly exitCode: number; readonly reason: string; readonly ranMs: number | null } | null
  /** It has ended and the kubelet will not start it again. */
  readonly final: boolean
}

/** Throws `not-found` (what: container) when the pod has no such container. Pure. */
export function containerRun(pod: RawPod, name: string): ContainerRun {
  const { spec, status, metadata } = pod
  const declared = [...spec.initContainers, ...spec.containers, ...spec.ephemeralContainers].find((one) => one.name === name)
  if (!declared) throw new AppError('not-found', { what: 'container', name })
  const found = [...status.initContainerStatuses, ...status.containerStatuses, ...status.ephemeralContainerStatuses].find(
    (one) => one.name === name,
  )
  const { running, waiting, terminated } = found?.state ?? {}
  const before = found?.lastState?.terminated
  const policy = spec.initContainers.some((one) => one.name === name)
    ? declared.restartPolicy === 'Always'
      ? 'Always'
      : spec.restartPolicy === 'Never'
        ? 'Never'
        : 'OnFailure'
    : spec.ephemeralContainers.some((one) => one.name === name)
      ? 'Never'
      : (declared.restartPolicy ?? spec.restartPolicy ?? 'Always')
  const restartCount = found?.restartCount ?? 0
  const ended = terminated ?? before
  /** How the newest run ended, while it waits to be started again. */
  const own = waiting && before && before.containerID === found?.containerID ? before : null
  const over = status.phase === 'Succeeded' || status.phase === 'Failed' || Boolean(metadata.deletionTimestamp)
  return {
    podUid: metadata.uid,
    id: found?.containerID ?? '',
    state: running ? 'running' : terminated ? 'terminated' : waiting ? 'waiting' : 'unknown',
    reason: terminated?.reason || waiting?.reason || '',
    message: terminated?.message || own?.message || waiting?.message || '',
    exitCode: terminated?.exitCode ?? own?.exitCode ?? null,
    restarts: restartCount,
    startedAt: Date.parse(running?.startedAt ?? terminated?.startedAt ?? '') || null,
    last: before ? { id: before.containerID ?? '', exitCode: before.exitCode, reason: before.reason ?? '', ranMs: ranMs(before) } : null,
    ended: ended
      ? {
          number: ended.containerID === found?.containerID ? restartCount : restartCount - 1,
          exitCode: ended.exitCode,
          reason: ended.reason ?? '',
          ranMs: ranMs(ended),
        }
      : null,
    final: !running && (over || (terminated !== undefined && terminated !== null && !restarts(policy, terminated.exitCode))),
  }
}

function ranMs({
  startedAt,
  finishedAt,
}: {
  readonly startedAt?: string | null | undefined
  readonly finishedAt?: string | null | undefined
}): number | null {
  const ran = Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')
  return Number.isNaN(ran) ? null : Math.max(0, ran)
}

function restarts(policy: string, exitCode: number): boolean {
  if (policy === 'Never') return false
  return policy === 'Always' || exitCode !== 0
}
