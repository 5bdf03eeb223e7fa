import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LogNote, logFilterSchema, logOpenSchema } from '#shared/contract/logs.ts'
import { createNodeGround, hasNodeGround, type NodeGround, onNodeGround } from '../files/fixtures/node-ground.ts'
import type { NodeDeps } from '../files/node-command.ts'
import { createNodeFiles } from '../files/node-files.ts'
import type { SourceInfo } from '../source/sink.ts'
import { batchOf as batchOfLines } from '../store/fixtures/batch.ts'
import { stateWhere } from './fixtures/state-where.ts'
import { createMending, type Mending } from './mending.ts'
import { createView, type LogView } from './view.ts'

describe.skipIf(!hasNodeGround)(`gaps of a view, from the files on ${onNodeGround}`, () => {
  let ground: NodeGround
  let dir: string
  let view: LogView
  let mending: Mending
  let source: number
  const reported: unknown[] = []
  const report = (error: unknown) => void reported.push(error)
  const mendWith = (deps: NodeDeps, retryMs: readonly number[] = [1], settleMs = 1) =>
    createMending({ ports: view.ports, nodeFiles: createNodeFiles(deps), local: new Set(['n1']), report, settleMs, retryMs })

  beforeEach(() => {
    ground = createNodeGround()
    dir = mkdtempSync(join(tmpdir(), 'cove-mending-'))
    view = createView({ id: 'v', dir, open: logOpenSchema.parse({ context: null, parts: [{ kind: 'file', path: '/x' }] }) })
    mending = mendWith(ground.deps)
    source = view.ports.sink.join(info('web-1'))
  })
  afterEach(async () => {
    expect(reported).toEqual([])
    await mending.close()
    await view.dispose()
    await ground.close()
    rmSync(dir, { recursive: true })
  })

  const folderOf = (pod: string, container: string) => join(ground.pods, `shop_${pod}_${uidOf(pod)}`, container)
  const info = (pod: string, container = 'app', node = 'n1'): SourceInfo => {
    mkdirSync(folderOf(pod, container), { recursive: true })
    const known = { namespace: 'shop', pod, container, containerKind: 'container', owner: null, node, podUid: uidOf(pod) } as const
    return { kind: 'container', name: `shop/${pod}/${container}`, ...known }
  }
  const uidOf = (pod: string) => `11111111-2222-3333-4444-${Buffer.from(pod).toString('hex').padStart(12, '0')}`
  const begin = Date.UTC(2026, 10, 23) / 1000
  const time = (n: number) => `${new Date((begin + n) * 1000).toISOString().slice(0, 19)}.000000001Z`
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `n=${from + i}`)
  /** Lines as the runtime writes them, one a second. */
  const cri = (from: number, to: number) =>
    numbers(from, to)
      .map((text, i) => `${time(from + i)} stdout F ${text}\n`)
      .join('')
  const write = (name: string, content: string | Buffer, pod = 'web-1', container = 'app') =>
    writeFileSync(join(folderOf(pod, container), name), content)
  /** The same lines as the API brings them. */
  const brings = (from: number, to: number, of = source) =>
    view.ports.sink.lines(of, batchOfLines(numbers(from, to).map((text, i) => ({ text, second: begin + from + i, nanos: 1 }))), false)
  const gap = (from: number, to: number | null, reason: 'rotated' | 'unreadable' = 'rotated', of = source) =>
    view.ports.sink.note(of, null, { type: 'gap', from: time(from), to: to === null ? null : time(to), reason })
  const restarted = (restarts: number, exitCode: number | null = 1): LogNote => ({
    type: 'restarted',
    exitCode,
    reason: 'Error',
    restarts,
    ranMs: null,
  })
  const textOf = ({ note, text }: { note: LogNote | null; text: string }) => (note === null ? text : `-- ${note.type} --`)
  const shown = (of = source) =>
    view
      .rows({ from: 0, count: 1000 })
      .rows.filter((row) => row.source === of)
      .map(textOf)
  const come = (rows: string[], of = source) => expect.poll(() => shown(of), { timeout: 10_000 }).toEqual(rows)
  const notes = () => view.rows({ from: 0, count: 1000 }).rows.flatMap(({ note }) => (note === null ? [] : [note]))

  test('filled exactly: the row goes, no line is there twice, none in another place, and the tail goes on meanwhile', async () => {
    write('0.log.20261123-000010.gz', gzipSync(cri(1, 10)))
    write('0.log.20261123-000020', cri(11, 20))
    write('0.log', cri(21, 30))
    brings(5, 8)
    gap(8, 23)
    brings(23, 25)
    brings(26, 30)
    await come(numbers(5, 30))
    brings(31, 32)
    expect(shown()).toEqual(numbers(5, 32))
    expect((await view.histogram({ buckets: 4, from: null, to: null }))?.gaps).toEqual([])
    expect(view.state()).toMatchObject({ total: 28, shown: 28 })
  })

  test('under a filter too the row goes, and what was found passes it or not', async () => {
    view.setFilter(logFilterSchema.parse({ include: [{ text: '9', regex: false, caseSensitive: false, wholeWord: false }] }))
    write('0.log', cri(1, 30))
    brings(5, 9)
    gap(9, 23)
    brings(23, 30)
    await stateWhere(
      (signal) => view.watch(signal),
      ({ filtered, shown: rows, total }) => filtered === 1 && rows === 3 && total === 26,
    )
    expect(shown()).toEqual(['n=9', 'n=19', 'n=29'])
  })

  test('nothing was written between the two: the row goes', async () => {
    write('0.log', cri(1, 30))
    brings(5, 8)
    gap(8, 9)
    brings(9, 12)
    await come(numbers(5, 12))
  })

  test('the oldest files are gone: what is there, and a row for what is not', async () => {
    write('0.log.20261123-000020', cri(15, 20))
    write('0.log', cri(21, 30))
    brings(5, 8)
    gap(8, 23)
    brings(23, 25)
    await come([...numbers(5, 8), '-- gap --', ...numbers(15, 25)])
    expect(notes()).toEqual([{ type: 'gap', from: time(8), to: time(15), reason: 'rotated' }])
  })

  test('a damaged file between: what it has, and a row for the rest', async () => {
    write('0.log.20261123-000010', cri(1, 10))
    write('0.log.20261123-000020.gz', 'no gzip at all')
    write('0.log', cri(21, 30))
    brings(5, 8)
    gap(8, 23)
    brings(23, 25)
    await come([...numbers(5, 10), '-- gap --', ...numbers(21, 25)])
    expect(notes()).toMatchObject([{ type: 'gap', from: time(10), reason: 'unreadable' }])
  })

  test('the files are gone, or hold nothing of it: the row stays as it is', async () => {
    brings(5, 8)
    gap(8, 23)
    brings(23, 25)
    const other = view.ports.sink.join(info('web-2'))
    write('0.log', cri(23, 30), 'web-2')
    brings(5, 8, other)
    gap(8, 23, 'rotated', other)
    brings(23, 25, other)
    // One after the other: when the third is filled, the two were looked at.
    const third = view.ports.sink.join(info('web-3'))
    write('0.log', cri(1, 30), 'web-3')
    brings(5, 8, third)
    gap(8, 23, 'rotated', third)
    brings(23, 25, third)
    await come(numbers(5, 25), third)
    for (const of of [source, other]) expect(shown(of)).toEqual([...numbers(5, 8), '-- gap --', ...numbers(23, 25)])
    expect(notes()).toEqual([0, 1].map(() => ({ type: 'gap', from: time(8), to: time(23), reason: 'rotated' })))
    expect(view.history.state).toBe('unavailable')
  })

  test('several containers of one pod and of others, each its own lines; one on a node that is not local keeps its row', async () => {
    const others = [view.ports.sink.join(info('web-1', 'side')), view.ports.sink.join(info('web-2'))]
    const far = view.ports.sink.join(info('far', 'app', 'n2'))
    write('0.log', cri(1, 30))
    write('0.log', cri(1, 30).replaceAll('n=12\n', 'n=12 of the sidecar\n'), 'web-1', 'side')
    for (const pod of ['web-2', 'far']) write('0.log', cri(1, 30), pod)
    const all = [source, ...others, far]
    for (const of of all) brings(5, 8, of)
    for (const of of all) gap(8, 20 + of, 'rotated', of)
    for (const of of all) brings(20 + of, 28, of)
    for (const of of [source, ...others])
      await come(
        numbers(5, 28).map((text) => (of === others[0] && text === 'n=12' ? 'n=12 of the sidecar' : text)),
        of,
      )
    expect(shown(far)).toEqual([...numbers(5, 8), '-- gap --', ...numbers(20 + far, 28)])
  })

  test('runs that were missed: the rows of the restarts stand between their lines', async () => {
    write('0.log', cri(1, 10))
    write('1.log', cri(11, 14))
    write('2.log', cri(15, 18))
    write('3.log', cri(19, 30))
    brings(5, 8)
    gap(8, null, 'unreadable')
    view.ports.sink.note(source, null, restarted(2, null))
    view.ports.sink.note(source, null, restarted(3, 7))
    brings(19, 22)
    const restart = '-- restarted --'
    await come([...numbers(5, 10), restart, ...numbers(11, 14), restart, ...numbers(15, 18), restart, ...numbers(19, 22)])
    expect(notes()).toMatchObject([
      { restarts: 1, exitCode: null },
      { restarts: 2, exitCode: null },
      { restarts: 3, exitCode: 7 },
    ])
  })

  test('a run of which nothing is left has a row of its own', async () => {
    write('0.log', cri(1, 10))
    write('2.log', cri(15, 30))
    brings(5, 8)
    gap(8, null, 'unreadable')
    view.ports.sink.note(source, null, restarted(1))
    view.ports.sink.note(source, null, restarted(2))
    brings(19, 22)
    await come([...numbers(5, 10), '-- gap --', '-- restarted --', '-- restarted --', ...numbers(15, 22)])
  })

  test('the container ended behind a gap: its last lines, then the end', async () => {
    write('0.log', cri(1, 12))
    brings(5, 8)
    gap(8, null, 'unreadable')
    view.ports.sink.note(source, null, { type: 'ended', reason: 'completed', exitCode: 0 })
    await come([...numbers(5, 12), '-- ended --'])
  })

  test('lines of two streams around the edges are neither missing nor twice', async () => {
    const line = (n: number, nanos: number, stream: string) =>
      `${time(n).slice(0, 19)}.${String(nanos).padStart(9, '0')}Z ${stream} F ${stream} ${n}.${nanos}\n`
    const bring = (...lines: [n: number, nanos: number, stream: string][]) =>
      view.ports.sink.lines(
        source,
        batchOfLines(lines.map(([n, nanos, stream]) => ({ text: `${stream} ${n}.${nanos}`, second: begin + n, nanos }))),
        false,
      )
    type Line = [n: number, nanos: number, stream: string]
    const a: Line = [1, 1, 'stdout']
    const b: Line = [1, 9, 'stderr']
    const missing: Line[] = [
      [1, 5, 'stdout'],
      [3, 3, 'stdout'],
      [3, 3, 'stderr'],
    ]
    const f: Line = [5, 7, 'stderr']
    const g: Line = [5, 6, 'stdout']
    const all = [a, b, ...missing, f, g]
    write('0.log', all.map((one) => line(...one)).join(''))
    bring(a, b)
    gap(1, 5)
    bring(f, g)
    await expect
      .poll(() => shown().toSorted(), { timeout: 10_000 })
      .toEqual(all.map(([n, nanos, stream]) => `${stream} ${n}.${nanos}`).toSorted())
  })

  test('the engine does not answer: the whole history is offered again, and a second load fills what the first could not', async () => {
    await mending.close()
    let broken = true
    const { exec } = ground.deps
    const deps: NodeDeps = {
      ...ground.deps,
      exec: {
        ...exec,
        lines: (spec) => exec.lines(broken ? { ...spec, args: spec.args.map((arg) => (arg === 'n1' ? 'engineless' : arg)) } : spec),
      },
    }
    mending = mendWith(deps, [])
    view.setHistory({ state: 'loaded' })
    write('0.log', cri(1, 30))
    brings(5, 8)
    gap(8, 23)
    brings(23, 25)
    await expect.poll(() => view.history.state, { timeout: 10_000 }).toBe('available')
    await expect(mending.again()).rejects.toMatchObject({ code: 'engine-stopped' })
    expect(shown()).toContain('-- gap --')
    broken = false
    await mending.again()
    expect(shown()).toEqual(numbers(5, 25))
  })

  test('the engine stands still for a while: it is read again by itself', async () => {
    await mending.close()
    let calls = 0
    const { exec } = ground.deps
    const broken = (args: readonly string[]) => args.map((arg) => (arg === 'n1' ? 'engineless' : arg))
    const lines: typeof exec.lines = (spec) => exec.lines((calls += 1) <= 2 ? { ...spec, args: broken(spec.args) } : spec)
    mending = mendWith({ ...ground.deps, exec: { ...exec, lines } }, [1, 1, 1])
    write('0.log', cri(1, 30))
    brings(5, 8)
    gap(8, 23)
    brings(23, 25)
    await expect.poll(() => shown(), { timeout: 10_000 }).toEqual(numbers(5, 25))
    expect(calls).toBeGreaterThan(2)
  })

  test('the engine goes while it is read: what came stays, and a row says from where on lines are missing', async () => {
    await mending.close()
    let calls = 0
    const { exec } = ground.deps
    const broken = (args: readonly string[]) => args.map((arg) => (arg === 'n1' ? 'engineless' : arg))
    const lines: typeof exec.lines = (spec) => exec.lines((calls += 1) > 2 ? { ...spec, args: broken(spec.args) } : spec)
    mending = mendWith({ ...ground.deps, exec: { ...exec, lines } })
    write('0.log', cri(1, 15))
    brings(5, 8)
    gap(8, 23)
    brings(23, 25)
    await come([...numbers(5, 15), '-- gap --', ...numbers(23, 25)])
    expect(notes()).toEqual([{ type: 'gap', from: time(15), to: time(23), reason: 'unreadable' }])
  })

  test('closed while it reads, it leaves no process', async () => {
    write('0.log', cri(1, 200_000))
    brings(5, 8)
    gap(8, 190_000)
    brings(190_000, 190_001)
    await expect.poll(() => ground.running().length).toBeGreaterThan(0)
    await mending.close()
    expect(ground.running()).toEqual([])
  })
})
