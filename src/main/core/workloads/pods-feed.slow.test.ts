import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pod, PodsEvent } from '#shared/contract/workloads.ts'
import { createPodTable } from './pod-table.ts'
import { createPodsFeed } from './pods-feed.ts'

const names = ['a', 'b', 'c', 'd']
const change = fc.oneof(
  fc.record({ kind: fc.constant('upsert' as const), name: fc.constantFrom(...names), version: fc.nat(5) }),
  fc.record({ kind: fc.constant('remove' as const), name: fc.constantFrom(...names) }),
  fc.record({ kind: fc.constant('replace' as const), names: fc.uniqueArray(fc.constantFrom(...names)) }),
  fc.record({ kind: fc.constant('fail' as const) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 50) }),
)
const pod = (name: string, version: number) => ({ uid: name, name, restarts: version }) as unknown as Pod
const digest = (pods: Iterable<Pod>) => [...pods].map(({ uid, restarts }) => `${uid} ${restarts}`).sort()
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('a viewer of any pace ends with what the source has', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), fc.constantFrom(0, 30, 90), async (changes, paceMs) => {
      const table = createPodTable()
      const feed = createPodsFeed()
      const controller = new AbortController()
      const shown = new Map<string, Pod>()
      const viewer = (async () => {
        for await (const event of feed.read(controller.signal)) {
          apply(shown, event)
          await sleep(paceMs)
        }
      })()
      const tell = (told: ReturnType<typeof table.upsert>) => {
        if (told) feed.change(told)
      }
      feed.snapshot(table.all())
      for (const one of changes) {
        if (one.kind === 'upsert') tell(table.upsert(pod(one.name, one.version)))
        else if (one.kind === 'remove') tell(table.remove(one.name))
        else if (one.kind === 'replace') tell(table.replace(one.names.map((name) => pod(name, 9))))
        else if (one.kind === 'fail') feed.fail({ code: 'internal', facts: {}, commandId: null })
        else await sleep(one.ms)
      }
      await expect.poll(() => digest(shown.values()), { interval: 10 }).toEqual(digest(table.all()))
      controller.abort()
      await viewer
    }),
    { numRuns: 25 },
  )
})

/** What a viewer shows after each event. */
function apply(shown: Map<string, Pod>, event: PodsEvent) {
  if (event.type === 'snapshot') shown.clear()
  if (event.type === 'failed') return
  for (const pod of event.type === 'snapshot' ? event.pods : event.upserted) shown.set(pod.uid, pod)
  if (event.type === 'changed') for (const uid of event.removed) shown.delete(uid)
}
