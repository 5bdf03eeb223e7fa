import type { ClientLink } from '@orpc/client'
import { expect, test } from 'vitest'
import { createConnection } from './connection.ts'
import { ConnectionLost } from './errors.ts'
import { iterateOver } from './iterate.ts'
import type { Transport } from './transport.ts'

type Wire = Transport & { alive_: boolean; end: () => void }

/** A transport whose death and the news of it are two things, as in a browser. */
function wire(call: ClientLink<Record<never, never>>['call']): Wire {
  let end = () => {}
  const closed = new Promise<string>((resolve) => {
    end = () => resolve('')
  })
  const self: Wire = { alive_: true, link: { call }, closed, alive: () => self.alive_, close: () => end(), end: () => end() }
  return self
}

const later = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms))

test('a stream that breaks before the end of its channel is told waits for the next channel, without spinning', async () => {
  let fail = (_error: Error) => {}
  let starts = 0
  const open: Wire[] = []
  const connection = createConnection(async () => {
    const one = wire(async () => {
      starts += 1
      if (starts > 100) throw new Error('spins')
      await new Promise((_, reject) => {
        fail = reject
      })
    })
    open.push(one)
    return one
  })
  const stop = new AbortController()
  const reading = iterateOver(
    connection,
    (signal) => connection.link.call(['watch'], undefined, { signal, context: {} }) as Promise<AsyncIterable<number>>,
    () => {},
    stop.signal,
  )
  await later()
  expect(starts).toBe(1)

  const [first] = open
  if (!first) throw new Error('not opened')
  first.alive_ = false
  fail(new Error('queue closed'))
  await later()
  expect(starts).toBe(1)
  expect(connection.getSnapshot()).toBe('open') // nobody told yet

  first.end()
  await later(400)
  expect(open).toHaveLength(2)
  expect(starts).toBe(2)
  stop.abort()
  fail(new Error('aborted'))
  await reading
  connection.close()
})

test('calls wait for the first opening, and fail at once when it fails', async () => {
  let refuse = (_error: Error) => {}
  const connection = createConnection(
    () =>
      new Promise((_, reject) => {
        refuse = reject
      }),
  )
  const call = connection.link.call(['x'], undefined, { context: {} })
  await later()
  expect(connection.getSnapshot()).toBe('connecting')
  refuse(new Error('refused'))
  await expect(call).rejects.toBeInstanceOf(ConnectionLost)
  expect(connection.getSnapshot()).toBe('lost')
  connection.close()
})

test('it is tried again after a pause, at once when asked to', async () => {
  let tries = 0
  const connection = createConnection(async () => {
    tries += 1
    if (tries < 4) throw new Error('refused')
    return wire(async () => 'answer')
  })
  await later()
  expect(tries).toBe(1)
  for (let i = 0; i < 3; i++) {
    connection.retry()
    await later()
  }
  expect(tries).toBe(4)
  expect(await connection.link.call(['x'], undefined, { context: {} })).toBe('answer')
  connection.close()
})

test('waiting for it ends with its signal', async () => {
  const connection = createConnection(() => new Promise(() => {}))
  const stop = new AbortController()
  const waiting = connection.whenOpen(stop.signal)
  stop.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  connection.close()
})
