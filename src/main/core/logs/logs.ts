import type { LogEvent, LogRequest } from '#shared/contract/logs.ts'
import { errorShape } from '#core/error.ts'
import { createKubectl } from '../workloads/kubectl.ts'
import type { KubectlDeps } from '../workloads/kubectl.ts'
import { stoppable } from '../workloads/stoppable.ts'
import type { Workloads } from '../workloads/types.ts'
import { followLog, usualFollowPace } from './follow.ts'
import type { FollowPace } from './follow.ts'
import { createLogReader } from './log-stream.ts'
import type { LogReader } from './log-stream.ts'
import { createPosition } from './position.ts'
import type { Logs } from './types.ts'

export type LogsDeps = KubectlDeps & { readonly workloads: Pick<Workloads, 'containerRun'>; readonly pace?: FollowPace }

/** Logs of containers, through kubectl. Its commands are quiet: in the journal of this session, without a spool that would grow with the log. */
export function createLogs({ exec, toolchain, kubeconfig, workloads, pace = usualFollowPace }: LogsDeps): Logs {
  const kubectl = createKubectl({ exec, toolchain, kubeconfig })
  return {
    follow: (request, outer) =>
      stoppable(outer, (signal) => {
        const position = createPosition({ part: request.tail !== null || request.since !== null })
        const reader = createLogReader({ kubectl, exec }, request, position, signal)
        const { namespace, pod, container } = request
        const look = () => workloads.containerRun({ file: request.file, name: request.name }, namespace, pod, container, signal)
        if (request.follow && !request.previous) return followLog({ reader, position, look, pace, signal }, request)
        return readOnce(reader, request, look, signal)
      }),
  }
}

/** What is there now, or the run before. */
async function* readOnce(
  reader: LogReader,
  request: LogRequest,
  look: () => ReturnType<Workloads['containerRun']>,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void> {
  const { previous, since, tail } = request
  const run = look().catch(() => null)
  try {
    const { error } = yield* reader.read({ follow: false, previous, since, tail })
    if (signal.aborted) return
    yield* reader.flush()
    if (error) return yield { type: 'failed', error: errorShape(error) }
    const last = await run
    const exitCode = (previous ? last?.last?.exitCode : last?.exitCode) ?? null
    yield { type: 'ended', reason: previous ? 'previous' : 'not-following', exitCode }
  } catch (error) {
    if (!signal.aborted) yield { type: 'failed', error: errorShape(error) }
  }
}
