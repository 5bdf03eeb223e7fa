import { expect, test } from 'vitest'
import { createChanges } from './changes.ts'
import { topicBatches } from './topics.ts'

test('a burst is one batch, each topic once, and nothing after the first read is missed', async () => {
  const changes = createChanges()
  const stop = new AbortController()
  const batches = topicBatches(changes, stop.signal)
  expect((await batches.next()).value).toEqual([])
  for (let i = 0; i < 100; i++) {
    changes.emit('clusters')
    changes.emit('jobs')
  }
  expect((await batches.next()).value).toEqual(['clusters', 'jobs'])
  const next = batches.next()
  changes.emit('settings')
  expect((await next).value).toEqual(['settings'])
  stop.abort()
  expect((await batches.next()).done).toBe(true)
})

test('what changes after the call and before the first read is told', async () => {
  const changes = createChanges()
  const stop = new AbortController()
  const batches = topicBatches(changes, stop.signal)
  changes.emit('targets')
  expect((await batches.next()).value).toEqual([])
  expect((await batches.next()).value).toEqual(['targets'])
  stop.abort()
})

test('only wanted topics wake the reader', async () => {
  const changes = createChanges()
  const stop = new AbortController()
  const batches = topicBatches(changes, stop.signal, (topic) => topic === 'clusters')
  await batches.next()
  const next = batches.next()
  changes.emit('jobs')
  changes.emit('clusters')
  expect((await next).value).toEqual(['clusters'])
  stop.abort()
})

test('abort ends a reader that waits, and nobody listens any more', async () => {
  const changes = createChanges()
  let listeners = 0
  const counted = {
    ...changes,
    on: (listener: Parameters<typeof changes.on>[0]) => {
      listeners += 1
      const off = changes.on(listener)
      return () => {
        listeners -= 1
        off()
      }
    },
  }
  const stop = new AbortController()
  const batches = topicBatches(counted, stop.signal)
  await batches.next()
  const waiting = batches.next()
  expect(listeners).toBe(1)
  stop.abort()
  expect((await waiting).done).toBe(true)
  expect(listeners).toBe(0)
  // Neither where nobody ever reads.
  const unread = new AbortController()
  topicBatches(counted, unread.signal)
  expect(listeners).toBe(1)
  unread.abort()
  expect(listeners).toBe(0)
  topicBatches(counted, AbortSignal.abort())
  expect(listeners).toBe(0)
})
