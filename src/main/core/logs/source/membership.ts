import type { LogSource } from '#shared/contract/logs.ts'
import type { AppError } from '#core/error.ts'
import { AppError as Failure } from '#core/error.ts'
import type { RawPod } from '../../workloads/raw.ts'
import { watchScopes } from './pod-scopes.ts'
import type { ClusterPart, ScopeDeps, ScopeListener } from './pod-scopes.ts'

/** One container of one pod. */
export type Member = {
  readonly pod: RawPod
  readonly container: string
  readonly kind: NonNullable<LogSource['containerKind']>
}

export type MembershipListener = {
  joined(member: Member): void
  /** Its pod was changed. */
  changed(member: Member): void
  /** Its pod is gone, or is meant no longer. */
  left(member: Member): void
  /** Why what is known is not current; null: it is. */
  failed(error: AppError | null): void
}

/**
 * Which containers the parts mean, now and until aborted; each once, however many parts mean it. A pod of the same name with another uid is another member.
 * `ready` resolves when each part was listed or has failed; rejects with `bad-input` (selector) only. `done`: nothing is called any more.
 */
export function watchMembership(
  deps: ScopeDeps,
  parts: readonly ClusterPart[],
  listener: MembershipListener,
): { ready: Promise<void>; done: Promise<void> } {
  const members = new Map<string, Member>()
  const scopes = parts.map((part) => ({ part, pods: [] as readonly RawPod[], error: null as AppError | null, known: deferred() }))
  let told: AppError | null = null

  const update = () => {
    if (deps.signal.aborted) return
    const meant = new Map<string, Member>()
    let error: AppError | null = null
    for (const scope of scopes) {
      error ??= scope.error
      const { container } = scope.part
      for (const pod of scope.pods) {
        const own = membersOf(pod).filter((one) => container === null || one.container === container)
        if (own.length === 0 && scope.part.kind === 'pod' && container !== null)
          error ??= new Failure('not-found', { what: 'container', name: container })
        for (const member of own) meant.set(`${pod.metadata.uid}/${member.container}`, member)
      }
    }
    for (const [key, member] of members) {
      if (meant.has(key)) continue
      members.delete(key)
      listener.left(member)
    }
    for (const [key, member] of meant) {
      const known = members.get(key)
      members.set(key, member)
      if (!known) listener.joined(member)
      else if (known.pod !== member.pod) listener.changed(member)
    }
    if (error !== told) listener.failed(error)
    told = error
  }

  const done = watchScopes(deps, parts, (index): ScopeListener => {
    const scope = scopes[index]
    if (!scope) throw new Error(`no part ${index}`)
    return {
      pods: (pods) => {
        scope.pods = pods
        update()
        scope.known.resolve()
      },
      failed: (error) => {
        scope.error = error
        update()
        if (error?.code === 'bad-input') scope.known.reject(error)
        else if (error) scope.known.resolve()
      },
    }
  }).finally(() => {
    for (const scope of scopes) scope.known.resolve()
  })
  const ready = Promise.all(scopes.map((scope) => scope.known.promise)).then(() => undefined)
  return { ready, done }
}

/** As the kubelet starts them. */
function membersOf(pod: RawPod): Member[] {
  const { initContainers, containers, ephemeralContainers } = pod.spec
  return [
    ...initContainers.map((one): Member => ({ pod, container: one.name, kind: one.restartPolicy === 'Always' ? 'sidecar' : 'init' })),
    ...containers.map((one): Member => ({ pod, container: one.name, kind: 'container' })),
    ...ephemeralContainers.map((one): Member => ({ pod, container: one.name, kind: 'ephemeral' })),
  ]
}

function deferred() {
  let resolve = () => {}
  let reject: (error: AppError) => void = () => {}
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  promise.catch(() => undefined)
  return { promise, resolve: () => resolve(), reject: (error: AppError) => reject(error) }
}
