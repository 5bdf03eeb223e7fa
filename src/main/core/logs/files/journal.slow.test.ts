import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { flag } from '../store/layout.ts'
import { createNodeGround, hasNodeGround, onNodeGround } from './fixtures/node-ground.ts'
import type { NodeGround } from './fixtures/node-ground.ts'
import { createRecordingSink } from './fixtures/recording-sink.ts'
import type { RecordingSink } from './fixtures/recording-sink.ts'
import type { JournalRequest } from './journal.ts'
import { openJournal } from './journal.ts'

describe.skipIf(!hasNodeGround)(`the journal of ${onNodeGround}`, () => {
  let ground: NodeGround
  let sink: RecordingSink
  let stop: AbortController
  beforeEach(() => {
    ground = createNodeGround()
    sink = createRecordingSink()
    stop = new AbortController()
    write(entry(1), entry(2), entry(3))
  })
  afterEach(() => ground.close())

  const file = () => join(ground.tools, 'journal.jsonl')
  const calls = () => readFileSync(join(ground.tools, 'calls'), 'utf8').trim().split('\n')
  const write = (...entries: string[]) => writeFileSync(file(), entries.map((one) => `${one}\n`).join(''))
  const entry = (n: number, message: unknown = `entry ${n}`) =>
    JSON.stringify({ __CURSOR: `s=1;i=${n}`, __REALTIME_TIMESTAMP: String(1795640763_537105 + n), MESSAGE: message })
  const open = (over: Partial<JournalRequest> = {}) =>
    openJournal(ground.deps, { node: 'n1', unit: 'kubelet', tail: 1000, since: null, follow: true, ...over }, sink, stop.signal)
  async function until(condition: () => boolean) {
    for (let i = 0; i < 400 && !condition(); i += 1) await pause(25)
    expect(condition()).toBe(true)
  }

  test('the last entries with their microseconds, then the end', async () => {
    await open({ tail: 2, follow: false })
    expect(sink.sources).toMatchObject([{ kind: 'journal', name: 'n1/kubelet', node: 'n1', podUid: '' }])
    expect(sink.rows.slice(0, 2)).toEqual([
      { text: 'entry 2', time: '2026-11-25T21:06:03.537107000Z', flags: 0, backlog: true },
      { text: 'entry 3', time: '2026-11-25T21:06:03.537108000Z', flags: 0, backlog: true },
    ])
    expect(sink.rows).toHaveLength(3)
    expect(sink.states[0]).toMatchObject({ state: 'ended', error: null })
  })

  test('follows; after a cut it goes on behind the last entry; ended, nothing runs on in the node', async () => {
    const done = open()
    await until(() => sink.texts().length === 3)
    expect(sink.states[0]).toMatchObject({ state: 'following' })
    appendFileSync(file(), `${entry(4)}\n`)
    await until(() => sink.texts().length === 4)
    const former = ground.endRunning()
    // What it would still read is not what is gone on with.
    await expect.poll(() => ground.running().filter((pid) => former.includes(pid))).toEqual([])
    appendFileSync(file(), `${entry(5)}\n`)
    await until(() => sink.texts().length === 5)
    appendFileSync(file(), `${entry(6)}\n`)
    await until(() => sink.texts().length === 6)
    expect(sink.texts()).toEqual([1, 2, 3, 4, 5, 6].map((n) => `entry ${n}`))
    expect(calls().at(-1)).toContain('--after-cursor=s=1;i=4')
    expect(ground.running()).not.toEqual([])
    stop.abort()
    await done
    await expect.poll(() => ground.running()).toEqual([])
  })

  test('a message of 50 MB: its beginning and a gap, then what comes after it; taken up again, nothing is there twice', async () => {
    const long = entry(4, 'x'.repeat(50_000_000))
    // Here the cursor is behind what is cut, so that it is gone on with behind the entry before.
    const turned = JSON.stringify({
      MESSAGE: [...Buffer.alloc(2_000_000, 65)],
      __CURSOR: 's=1;i=5',
      __REALTIME_TIMESTAMP: '1795640763537110',
    })
    write(entry(3), long, turned)
    const done = open()
    const lines = () => sink.texts().filter((text) => text !== '-- gap --')
    const rows = () => sink.rows.filter((row) => 'note' in row || (row.flags & flag.piece) === 0).length
    await until(() => rows() === 5)
    expect(sink.texts()[0]).toBe('entry 3')
    expect(lines().join('').length).toBeGreaterThan('entry 3'.length + 4_000_000 + 1_000_000)
    expect(lines().join('').length).toBeLessThan(8 * 1024 * 1024)
    ground.endRunning()
    await until(() => calls().length === 2)
    appendFileSync(file(), `${entry(6)}\n`)
    await until(() => sink.texts().at(-1) === 'entry 6')
    expect(calls().at(-1)).toContain('--after-cursor=s=1;i=4')
    expect(rows()).toBe(6)
    stop.abort()
    await done
  })

  test('a node that is not there is a failure; an engine that is away is waited for', async () => {
    await open({ node: 'gone' })
    expect(sink.states[0]).toMatchObject({ state: 'failed', error: { code: 'not-found' } })
    const done = open({ node: 'engineless' })
    await until(() => sink.states[1]?.state === 'reconnecting')
    expect(sink.states[1]).toMatchObject({ error: { code: 'engine-stopped' } })
    stop.abort()
    await done
  })

  test('without following a failure is final', async () => {
    await open({ node: 'engineless', follow: false })
    expect(sink.states[0]).toMatchObject({ state: 'failed', error: { code: 'engine-stopped' } })
  })

  test('aborted before it began', async () => {
    stop.abort()
    await open()
    expect(sink.texts()).toEqual([])
  })

  test('the end of a test ends what it left running in the node', async () => {
    const done = open()
    await until(() => sink.texts().length === 3)
    expect(ground.running()).not.toEqual([])
    await ground.close()
    await expect.poll(() => ground.running()).toEqual([])
    stop.abort()
    await done
  })
})
