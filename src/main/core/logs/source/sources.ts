import type { LogOpen, LogPart } from '#shared/contract/logs.ts'
import { sourceMessageLength } from '#shared/contract/logs.ts'
import { AppError, errorShape } from '#core/error.ts'
import { containerRun } from '../../workloads/container-run.ts'
import { podPath } from '../../workloads/paths.ts'
import { podStatus } from '../../workloads/pod-status.ts'
import { ownerOf } from '../../workloads/pod.ts'
import { rawPodSchema } from '../../workloads/raw.ts'
import type { RawPod } from '../../workloads/raw.ts'
import { parseTime } from '../timestamp.ts'
import type { ApiProxies, ProxyLease } from './api-proxy.ts'
import { followContainer, usualSourcePace } from './container-source.ts'
import type { Look, SourcePace } from './container-source.ts'
import { createNudge } from './nudge.ts'
import type { ListWatchPace } from './list-watch.ts'
import { watchMembership } from './membership.ts'
import type { Member } from './membership.ts'
import type { ClusterPart } from './pod-scopes.ts'
import type { LogSink, SourceInfo } from './sink.ts'
import { createTurns } from './turns.ts'

/** A part that is no pod. */
export type OtherPart = Exclude<LogPart, ClusterPart>

/** Reads one part of another kind into the sink until it is through or aborted. `index`: its place among the parts of the request. It tells its troubles to the sink; a rejection is dropped. */
export type OpenOtherPart = (
  part: OtherPart,
  about: { readonly index: number; readonly request: LogOpen; readonly sink: LogSink; readonly signal: AbortSignal },
) => Promise<void>

export type SourcesDeps = {
  readonly proxies: Pick<ApiProxies, 'get'>
  readonly openOther: OpenOtherPart
  readonly pace?: Partial<SourcePace & ListWatchPace & { readonly lingerMs: number }>
}

export type OpenSources = {
  /** All parts were looked at: who is meant now has joined. Rejects with `bad-input` (`selector`, `since`, `context`), `tool-*`, `context-not-found`; later troubles are told to the sink. */
  readonly ready: Promise<void>
  /** Everything was read and nothing can come any more (`follow: false`, files). Never rejects. */
  readonly done: Promise<void>
  /** Ends all streams and resolves when none is left; the sink is not called after it. */
  close(): Promise<void>
}

export type Sources = {
  /** Begins to read at once. */
  open(request: LogOpen, sink: LogSink): OpenSources
}

/** That many containers are connected at a time, so that the first show at once. */
const connectAtOnce = 6
/** A pod that is gone has that long to bring the end of its log, ms. */
const usualLingerMs = 10_000

export function createSources({ proxies, openOther, pace: chosen = {} }: SourcesDeps): Sources {
  const pace = { ...usualSourcePace, lingerMs: usualLingerMs, ...chosen }
  return {
    open: (request, sink) => {
      const controller = new AbortController()
      const { signal } = controller
      const running = new Set<Promise<void>>()
      const track = (work: Promise<void>) => {
        const one = work.catch(() => undefined).finally(() => running.delete(one))
        running.add(one)
      }

      const openCluster = async (parts: readonly ClusterPart[]): Promise<void> => {
        if (request.context === null) throw new AppError('bad-input', { field: 'context' })
        const lease = await proxies.get(request.context)
        const containers = createContainers({ lease, request, sink, pace, signal, track })
        const { ready, done } = watchMembership({ lease, pace, follow: request.follow && !request.previous, signal }, parts, {
          ...containers,
          failed: (error) => sink.membershipError(error && errorShape(error)),
        })
        // Held to the last stream.
        track(
          done.then(async () => {
            await containers.idle()
            lease.release()
          }),
        )
        await ready
      }

      const start = async () => {
        if (request.since !== null && parseTime(request.since) === null) throw new AppError('bad-input', { field: 'since' })
        const pods = request.parts.filter(isOfCluster)
        for (const [index, part] of request.parts.entries()) {
          if (!isOfCluster(part)) track(openOther(part, { index, request, sink, signal }))
        }
        if (pods.length > 0) await openCluster(pods)
      }

      const ready = start()
      ready.catch(() => controller.abort())
      const drained = async () => {
        await ready.catch(() => undefined)
        while (running.size > 0) await Promise.all(running)
      }
      return {
        ready,
        done: drained(),
        close: async () => {
          controller.abort()
          await drained()
        },
      }
    },
  }
}

function isOfCluster(part: LogPart): part is ClusterPart {
  return part.kind === 'pod' || part.kind === 'workload' || part.kind === 'selector'
}

type ContainersDeps = {
  readonly lease: ProxyLease
  readonly request: LogOpen
  readonly sink: LogSink
  readonly pace: SourcePace & { readonly lingerMs: number }
  readonly signal: AbortSignal
  readonly track: (work: Promise<void>) => void
}

/** One source for each member, from when it joins until its log has ended. */
function createContainers({ lease, request, sink, pace, signal, track }: ContainersDeps) {
  const sources = new Map<string, { readonly nudge: ReturnType<typeof createNudge>; placed: boolean; left(): void }>()
  const works = new Set<Promise<void>>()
  const turn = createTurns(connectAtOnce)

  const joined = (member: Member) => {
    const { pod, container } = member
    const namespace = pod.metadata.namespace ?? ''
    const name = pod.metadata.name
    const source = sink.join(infoOf(member))
    const cut = new AbortController()
    const nudge = createNudge(signal)
    let gone = false
    let linger: NodeJS.Timeout | undefined
    const first = lookOf(pod, container)
    sink.state(source, { state: 'connecting', restarts: first.restarts, hasPrevious: first.last !== null, lastRun: first.ended })
    const left = () => {
      gone = true
      nudge.wake()
      linger = setTimeout(() => cut.abort(), pace.lingerMs)
    }
    const work = followContainer({
      lease,
      sink,
      source,
      target: { namespace, pod: name, container, podUid: pod.metadata.uid },
      request,
      first,
      look: async () => lookOf(await lease.get(podPath(namespace, name), rawPodSchema, { signal, namespace, container }), container),
      changed: nudge.wait,
      gone: () => gone,
      cut: cut.signal,
      turn,
      pace,
      signal,
    }).finally(() => {
      clearTimeout(linger)
      // One that has ended may be the beginning of another with the same key.
      if (sources.get(keyOf(member)) === entry) sources.delete(keyOf(member))
      works.delete(work)
    })
    const entry = { nudge, left, placed: isPlaced(member) }
    sources.set(keyOf(member), entry)
    works.add(work)
    track(work)
  }

  return {
    joined,
    changed: (member: Member) => {
      const known = sources.get(keyOf(member))
      if (known === undefined) return
      // A pod may join before a node has taken it.
      if (!known.placed && isPlaced(member)) sink.join(infoOf(member))
      known.placed = isPlaced(member)
      known.nudge.wake()
    },
    left: (member: Member) => sources.get(keyOf(member))?.left(),
    idle: async () => {
      while (works.size > 0) await Promise.all(works)
    },
  }
}

const isPlaced = ({ pod }: Member) => (pod.spec.nodeName ?? '') !== ''

function infoOf({ pod, container, kind }: Member): SourceInfo {
  const namespace = pod.metadata.namespace ?? ''
  return {
    kind: 'container',
    name: `${namespace}/${pod.metadata.name}/${container}`,
    namespace,
    pod: pod.metadata.name,
    container,
    containerKind: kind,
    owner: ownerOf(pod),
    node: pod.spec.nodeName ?? null,
    podUid: pod.metadata.uid,
  }
}

const keyOf = ({ pod, container }: Member) => `${pod.metadata.uid}/${container}`

function lookOf(pod: RawPod, container: string): Look {
  const run = containerRun(pod, container)
  const about = run.state === 'unknown' ? aboutPod(pod) : run
  return { ...run, reason: about.reason, message: onOneLine(about.message), deleting: Boolean(pod.metadata.deletionTimestamp) }
}

/** Before the kubelet has a word on the container, the pod's own says why it waits: first of all that no node takes it. */
function aboutPod(pod: RawPod): { readonly reason: string; readonly message: string } {
  const unplaced = pod.status.conditions.find((one) => one.type === 'PodScheduled' && one.status === 'False')
  return {
    reason: unplaced?.reason || podStatus(pod).status,
    message: unplaced?.message || pod.status.message || '',
  }
}

/** Some are many lines long, as the last words of a run are. Not cut in the middle of a character. */
function onOneLine(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim()
  if (line.length <= sourceMessageLength) return line
  return `${line.slice(0, sourceMessageLength - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
