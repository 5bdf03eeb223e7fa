import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { logOpenSchema } from '#shared/contract/logs.ts'
import { AppError } from '#core/error.ts'
import { createNodeGround, hasNodeGround, type NodeGround, onNodeGround } from '../files/fixtures/node-ground.ts'
import { createNodeFiles } from '../files/node-files.ts'
import { batchOf } from '../store/fixtures/batch.ts'
import { createRotations, type Rotations } from './rotations.ts'
import { createView, type LogView } from './view.ts'

const uid = '11111111-2222-3333-4444-555555555555'
describe.skipIf(!hasNodeGround)(`what the kubelet leaves out where a log is turned over, from the files on ${onNodeGround}`, () => {
  let ground: NodeGround
  let dir: string
  let view: LogView
  let rotations: Rotations
  let source: number
  let busy = false
  let listings = 0
  /** What a listing does before it is done. */
  let listed: (node: string, signal: AbortSignal) => Promise<void>
  const reported: unknown[] = []
  let folder: string

  beforeEach(() => {
    ground = createNodeGround()
    dir = mkdtempSync(join(tmpdir(), 'cove-rotations-'))
    folder = join(ground.pods, `shop_web-1_${uid}`, 'app')
    mkdirSync(folder, { recursive: true })
    busy = false
    listings = 0
    listed = async () => {}
    view = createView({ id: 'v', dir, open: logOpenSchema.parse({ context: null, parts: [{ kind: 'file', path: '/x' }] }) })
    const files = createNodeFiles(ground.deps)
    const list: typeof files.list = async (node, signal) => {
      listings += 1
      await listed(node, signal)
      return files.list(node, signal)
    }
    rotations = createRotations({
      ports: view.ports,
      nodeFiles: { ...files, list },
      local: new Set(['n1', 'gone']),
      busy: () => busy,
      report: (error) => void reported.push(error),
      lookMs: 20,
      restMs: 300,
    })
    const known = {
      namespace: 'shop',
      pod: 'web-1',
      container: 'app',
      containerKind: 'container',
      owner: null,
      node: 'n1',
      podUid: uid,
    } as const
    source = rotations.sink.join({ kind: 'container', name: 'shop/web-1/app', ...known })
  })
  afterEach(async () => {
    expect(reported).toEqual([])
    await rotations.close()
    await view.dispose()
    await ground.close()
    rmSync(dir, { recursive: true })
  })

  const begin = Date.UTC(2026, 10, 23) / 1000
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
  /** So long that some hundred lines are more than a look goes without. */
  const text = (n: number) => `n=${n} ${'x'.repeat(4000)}`
  const cri = (from: number, to: number) =>
    numbers(from, to)
      .map((n) => `${new Date((begin + n) * 1000).toISOString().slice(0, 19)}.000000001Z stdout F ${text(n)}\n`)
      .join('')
  /** Lines in the file that is written to. */
  const writes = (from: number, to: number) => {
    appendFileSync(join(folder, '0.log'), cri(from, to))
    utimesSync(join(folder, '0.log'), begin + to, begin + to)
  }
  const turnOver = (name: string) => {
    renameSync(join(folder, '0.log'), join(folder, `0.log.${name}`))
    writeFileSync(join(folder, '0.log'), '')
  }
  const brings = (from: number, to: number, backlog = false) =>
    rotations.sink.lines(source, batchOf(numbers(from, to).map((n) => ({ text: text(n), second: begin + n, nanos: 1 }))), backlog)
  const shown = () =>
    view
      .rows({ from: 0, count: 2000 })
      .rows.map(({ text: shownText, note }) => (note ? note.type : Number(/^n=(\d+)/.exec(shownText)?.[1])))
  const come = (rows: number[]) => expect.poll(shown, { timeout: 10_000 }).toEqual(rows)
  /** Some looks went by. */
  const later = () => new Promise((resolve) => setTimeout(resolve, 600))

  test('the end of a file that was left out is put back, once, and the tail goes on', async () => {
    writes(1, 300)
    turnOver('20261123-000500')
    writes(301, 620)
    brings(1, 297)
    brings(301, 310)
    await come(numbers(1, 310))
    brings(311, 620)
    turnOver('20261123-001020')
    writes(621, 630)
    brings(621, 630)
    await later()
    expect(shown()).toEqual(numbers(1, 630))
  })

  test('more was left out than the end that is looked at first', async () => {
    writes(1, 300)
    turnOver('20261123-000500')
    writes(301, 310)
    brings(1, 120)
    brings(301, 310)
    await come(numbers(1, 310))
  })

  test('packed by then', async () => {
    writes(1, 300)
    turnOver('20261123-000500')
    const name = join(folder, '0.log.20261123-000500')
    writeFileSync(`${name}.gz`, gzipSync(readFileSync(name)))
    utimesSync(`${name}.gz`, begin + 301, begin + 301)
    rmSync(name)
    writes(301, 310)
    brings(1, 298)
    brings(301, 310)
    await come(numbers(1, 310))
  })

  test('what is before the first line of the view is its history, and stays out', async () => {
    writes(1, 300)
    turnOver('20261123-000500')
    writes(301, 700)
    brings(291, 296, true)
    brings(301, 302)
    brings(303, 700)
    await come([...numbers(291, 700)])
  })

  test('what may be on its way is not put in; a source with a gap to be filled is left alone until it is', async () => {
    writes(1, 300)
    turnOver('20261123-000500')
    writes(301, 310)
    brings(1, 298)
    await later()
    expect(shown()).toEqual(numbers(1, 298))
    busy = true
    brings(301, 310)
    await later()
    expect(shown()).toEqual([...numbers(1, 298), ...numbers(301, 310)])
    busy = false
    await come(numbers(1, 310))
  })

  test('a container that ended: nothing is on its way any more', async () => {
    writes(1, 300)
    turnOver('20261123-000500')
    writes(301, 301)
    brings(1, 298)
    brings(301, 301)
    await later()
    expect(shown()).toEqual([...numbers(1, 298), 301])
    rotations.sink.state(source, { state: 'ended' })
    await come(numbers(1, 301))
  })

  test('a source with a gap to be filled costs no look meanwhile', async () => {
    writes(1, 300)
    turnOver('20261123-000500')
    writes(301, 310)
    busy = true
    brings(1, 298)
    brings(301, 310)
    await later()
    expect(listings).toBe(0)
    busy = false
    await come(numbers(1, 310))
  })

  test('a node that does not answer is asked again after a rest, although nothing comes any more', async () => {
    let refusals = 2
    listed = async () => {
      if (refusals-- > 0) throw new AppError('engine-stopped', { endpoint: null })
    }
    writes(1, 300)
    turnOver('20261123-000500')
    writes(301, 310)
    brings(1, 298)
    brings(301, 310)
    await come(numbers(1, 310))
    expect(listings).toBe(3)
  })

  test('a node that is away, or that nothing is heard of, keeps no other from being looked at', async () => {
    const away = rotations.sink.join({
      kind: 'container',
      name: 'shop/far-1/app',
      namespace: 'shop',
      pod: 'far-1',
      container: 'app',
      containerKind: 'container',
      owner: null,
      node: 'gone',
      podUid: `${uid.slice(0, -1)}6`,
    })
    listed = async (node) => {
      if (node === 'gone') throw new AppError('engine-stopped', { endpoint: null })
    }
    rotations.sink.lines(away, batchOf(numbers(1, 300).map((n) => ({ text: text(n), second: begin + n, nanos: 1 }))), false)
    await expect.poll(() => listings).toBeGreaterThan(0)
    writes(1, 300)
    turnOver('20261123-000500')
    writes(301, 310)
    brings(1, 298)
    brings(301, 310)
    const own = () =>
      view
        .rows({ from: 0, count: 2000 })
        .rows.filter((row) => row.source === source)
        .map((row) => Number(/^n=(\d+)/.exec(row.text)?.[1]))
    await expect.poll(own, { timeout: 10_000 }).toEqual(numbers(1, 310))
  })

  test('closed in the middle of a look: it resolves when nothing is read any more', async () => {
    let ended = false
    listed = (_node, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          ended = true
          reject(new AppError('cancelled', {}))
        }),
      )
    brings(1, 298)
    await expect.poll(() => listings).toBe(1)
    await rotations.close()
    expect(ended).toBe(true)
  })

  test('a bug is told, and does not end the looks', async () => {
    let bugs = 1
    listed = async () => {
      if (bugs-- > 0) throw new TypeError('a bug')
    }
    writes(1, 300)
    turnOver('20261123-000500')
    writes(301, 310)
    brings(1, 298)
    brings(301, 310)
    await come(numbers(1, 310))
    expect(reported.splice(0)).toMatchObject([{ message: 'a bug' }])
  })

  test('the files are listed when enough was written, and not while nothing comes', async () => {
    writes(1, 5)
    brings(1, 5, true)
    await later()
    expect(listings).toBe(0)
    brings(6, 6)
    await expect.poll(() => listings).toBe(1)
    brings(7, 50)
    await later()
    expect(listings).toBe(1)
    brings(51, 400)
    await expect.poll(() => listings).toBe(2)
    await later()
    expect(listings).toBe(2)
  })
})
