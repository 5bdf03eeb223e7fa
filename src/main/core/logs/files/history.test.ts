import { appendFileSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '#core/error.ts'
import { createNodeGround, hasNodeGround, onNodeGround } from './fixtures/node-ground.ts'
import type { NodeGround } from './fixtures/node-ground.ts'
import { createRecordingSink } from './fixtures/recording-sink.ts'
import type { RecordingSink } from './fixtures/recording-sink.ts'
import { flag } from '../store/layout.ts'
import { createNodeFiles } from './node-files.ts'
import type { HistoryRequest } from './history.ts'

const uid = '11111111-2222-3333-4444-555555555555'
describe.skipIf(!hasNodeGround)(`the whole history on ${onNodeGround}`, () => {
  let ground: NodeGround
  let sink: RecordingSink
  let folder: string
  beforeEach(() => {
    ground = createNodeGround()
    sink = createRecordingSink()
    folder = join(ground.pods, `shop_web-1_${uid}`, 'app')
    mkdirSync(folder, { recursive: true })
  })
  afterEach(() => ground.close())

  /** Lines `from` to `to`, one a second. */
  const cri = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `${time(from + i)} stdout F n=${from + i}\n`).join('')
  const time = (n: number) => `${new Date(Date.UTC(2026, 10, 23) + n * 1000).toISOString().slice(0, 19)}.000000001Z`
  const edge = (n: number) => ({ at: { second: Date.UTC(2026, 10, 23) / 1000 + n, nanos: 1 }, text: Buffer.from(`n=${n}`) })
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `n=${from + i}`)
  const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content)
  const history = (over: Partial<HistoryRequest> = {}, deps = ground.deps, signal = new AbortController().signal) =>
    createNodeFiles(deps).history(
      { node: 'n1', namespace: 'shop', pod: 'web-1', podUid: uid, container: 'app', source: 0, before: () => edge(40), ...over },
      sink,
      signal,
    )
  /** Something happens between the first listing and the reading. */
  const between = (act: () => void): NodeGround['deps'] => {
    let calls = 0
    const { exec } = ground.deps
    return {
      ...ground.deps,
      exec: {
        ...exec,
        lines: (spec) => {
          calls += 1
          if (calls === 2) act()
          return exec.lines(spec)
        },
      },
    }
  }

  test('packed, turned over, current: in order, up to the first line of the view', async () => {
    write('0.log.20261123-000010.gz', gzipSync(cri(1, 10)))
    write('0.log.20261123-000020.gz', gzipSync(cri(11, 20)))
    write('0.log.20261123-000030', cri(21, 30))
    write('0.log.20261123-000031.gz.tmp', 'half')
    write('0.log', cri(31, 50))
    expect(await history()).toEqual({ lines: 39, joined: true })
    expect(sink.texts()).toEqual(numbers(1, 39))
    expect(sink.rows.every((row) => 'backlog' in row && row.backlog)).toBe(true)
  })

  test('a line that the runtime cut in two when it began a new file is one', async () => {
    write('0.log.20261123-000010', `${cri(1, 9)}${time(10)} stdout P n=\n`)
    write('0.log', `${time(10)} stdout F 10\n${cri(11, 50)}`)
    await history()
    expect(sink.texts()).toEqual(numbers(1, 39))
  })

  test('runs before, with a note between, also when the run of the view adds no line', async () => {
    write('0.log', cri(1, 2))
    write('1.log.20261123-000010.gz', gzipSync(cri(3, 4)))
    write('1.log', cri(5, 6))
    write('2.log', cri(7, 9))
    await history({ before: () => edge(7) })
    expect(sink.texts()).toEqual(['n=1', 'n=2', '-- restarted --', 'n=3', 'n=4', 'n=5', 'n=6', '-- restarted --'])
    expect(sink.rows.filter((row) => 'note' in row)).toEqual([
      { at: time(2), note: { type: 'restarted', exitCode: null, reason: '', restarts: 1, ranMs: null } },
      { at: time(6), note: { type: 'restarted', exitCode: null, reason: '', restarts: 2, ranMs: null } },
    ])
  })

  test('how the last run ended, where it is known, in the row below it', async () => {
    write('0.log', cri(1, 2))
    write('1.log', cri(5, 6))
    write('2.log', cri(7, 9))
    const lastRun = { number: 1, exitCode: 137, reason: 'OOMKilled', ranMs: 4000 }
    await history({ before: () => edge(8), lastRun })
    expect(sink.texts()).toEqual(['n=1', 'n=2', '-- restarted --', 'n=5', 'n=6', '-- restarted --', 'n=7'])
    expect(sink.rows.filter((row) => 'note' in row)).toEqual([
      { at: time(2), note: { type: 'restarted', exitCode: null, reason: '', restarts: 1, ranMs: null } },
      { at: time(6), note: { type: 'restarted', exitCode: 137, reason: 'OOMKilled', restarts: 2, ranMs: 4000 } },
    ])
  })

  test('a view that begins in the run before the present one, or with the row between them, has nothing twice', async () => {
    write('0.log', cri(1, 2))
    write('1.log', cri(3, 6))
    write('2.log', cri(7, 9))
    await history({ before: () => edge(5) })
    expect(sink.texts()).toEqual(['n=1', 'n=2', '-- restarted --', 'n=3', 'n=4'])
    sink.rows.length = 0
    await history({ before: () => edge(7), toldRestart: 2 })
    expect(sink.texts()).toEqual(['n=1', 'n=2', '-- restarted --', 'n=3', 'n=4', 'n=5', 'n=6'])
  })

  test.each(['plain', 'packed', 'twice'])('turned over after it was listed (%s): none missing, none twice', async (how) => {
    write('0.log.20261123-000010', cri(1, 10))
    write('0.log', cri(11, 20))
    const deps = between(() => {
      renameSync(join(folder, '0.log'), join(folder, '0.log.20261123-000020'))
      write('0.log', cri(21, 30))
      if (how === 'plain') return
      for (const [name, lines] of [
        ['0.log.20261123-000010', cri(1, 10)],
        ['0.log.20261123-000020', cri(11, 20)],
      ] as const) {
        write(`${name}.gz`, gzipSync(lines))
        rmSync(join(folder, name))
      }
      if (how === 'packed') return
      renameSync(join(folder, '0.log'), join(folder, '0.log.20261123-000030'))
      write('0.log', cri(31, 50))
    })
    await history({ before: () => edge(how === 'twice' ? 40 : 25) }, deps)
    expect(sink.texts()).toEqual(numbers(1, how === 'twice' ? 39 : 24))
  })

  test('turned over while it is read: it goes on where it was', async () => {
    write('0.log', cri(1, 20))
    let turned = false
    sink.onLines = () => {
      if (turned) return
      turned = true
      appendFileSync(join(folder, '0.log'), cri(21, 22))
      renameSync(join(folder, '0.log'), join(folder, '0.log.20261123-000020'))
      write('0.log', cri(23, 50))
    }
    await history()
    expect(sink.texts()).toEqual(numbers(1, 39))
  })

  test('taken away after it was listed: a gap is told', async () => {
    write('0.log.20261123-000010', cri(1, 10))
    write('0.log.20261123-000020', cri(11, 20))
    write('0.log', cri(21, 50))
    await history(
      {},
      between(() => rmSync(join(folder, '0.log.20261123-000010'))),
    )
    expect(sink.texts()).toEqual(['-- gap --', ...numbers(11, 39)])
  })

  test('a damaged file: what it has, then a gap, then the rest', async () => {
    const packed = gzipSync(Buffer.from(cri(1, 1000)))
    write('0.log.20261123-000010.gz', packed.subarray(0, packed.length - 200))
    write('0.log.20261123-000020.gz', Buffer.from('no gzip at all'))
    write('0.log', cri(1021, 1050))
    await history({ before: () => edge(1040) })
    const texts = sink.texts()
    expect(texts.slice(-19)).toEqual(numbers(1021, 1039))
    expect(texts.filter((text) => text === '-- gap --')).toHaveLength(2)
    const gap = texts.indexOf('-- gap --')
    expect(gap).toBeGreaterThan(900)
    expect(texts.slice(0, gap - 1)).toEqual(numbers(1, gap - 1))
    // Of the last one perhaps a half.
    expect([`n=${gap}`, cri(gap, gap)].some((line) => line.startsWith(texts[gap - 1] ?? 'none'))).toBe(true)
  })

  test('the view has no line yet: all; and a line that comes while it is read is not there twice', async () => {
    write('0.log', cri(1, 20))
    expect(await history({ before: () => null })).toEqual({ lines: 20, joined: true })
    sink = createRecordingSink()
    const now = Math.floor(Date.now() / 1000)
    const stamp = new Date(now * 1000).toISOString().slice(0, 19)
    appendFileSync(join(folder, '0.log'), `${stamp}.000000001Z stdout F just now\n${stamp}.000000002Z stdout F from the API\n`)
    let asked = 0
    const late = { at: { second: now, nanos: 2 }, text: Buffer.from('from the API') }
    await history({ before: () => ((asked += 1) > 3 ? late : null) })
    expect(sink.texts()).toEqual([...numbers(1, 20), 'just now'])
  })

  test('a line of which the file is gone: nothing that the view has', async () => {
    write('0.log', cri(50, 60))
    expect(await history()).toEqual({ lines: 0, joined: true })
    expect(sink.rows).toEqual([])
  })

  test('lines that end before the first of the view: a gap from when to when', async () => {
    write('0.log', cri(1, 3))
    expect(await history()).toEqual({ lines: 3, joined: false })
    expect(sink.rows.at(-1)).toMatchObject({ note: { type: 'gap', from: time(3), to: time(40), reason: 'rotated' } })
  })

  test('a static pod has a hash for a uid', async () => {
    const hash = join(ground.pods, 'kube-system_etcd-n1_f00dfeedf00dfeedf00dfeedf00dfeed', 'etcd')
    mkdirSync(hash, { recursive: true })
    writeFileSync(join(hash, '0.log'), cri(1, 3))
    await history({ namespace: 'kube-system', pod: 'etcd-n1', container: 'etcd', before: () => edge(3) })
    expect(sink.texts()).toEqual(['n=1', 'n=2'])
  })

  test('what Docker as the runtime writes, behind a link', async () => {
    const target = join(ground.pods, 'abc-json.log')
    const entry = (n: number) => `${JSON.stringify({ log: `n=${n}\n`, stream: n % 2 ? 'stderr' : 'stdout', time: time(n) })}\n`
    writeFileSync(target, [1, 2, 3].map(entry).join(''))
    const { symlinkSync } = await import('node:fs')
    symlinkSync(target, join(folder, '0.log'))
    await history({ before: () => edge(3) })
    expect(sink.texts()).toEqual(['n=1', 'n=2'])
    expect(sink.rows).toMatchObject([{ flags: flag.stderr }, { flags: flag.stdout }])
  })

  /** Whatever a program may write, one line each. */
  const hostileBytes = [
    Buffer.from('\u001b[2J\u001b]0;owned\u0007 title'),
    Buffer.from('<img src=x onerror=alert(1)> \u202egnp.exe'),
    Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xe2, 0x82, 0x20, 0x00, 0x78, 0xed, 0xa0, 0x80]),
    Buffer.from('over\rwritten\b\u007f'),
    Buffer.from('2026-11-23T23:20:25.260439695Z stdout F not its own'),
    Buffer.from('#end'),
    Buffer.from('#missing'),
    Buffer.alloc(0),
  ]
  const held = () => sink.texts().map((text) => Buffer.from(text, 'latin1'))

  test.each(['plain', 'packed'])('bytes of any kind come through as they are; CRI, %s', async (how) => {
    const lines = hostileBytes.map((line, n) => [Buffer.from(`${time(n + 1)} stdout F `), line, Buffer.from('\n')])
    const halves = hostileBytes.flatMap((line, n) =>
      [line.subarray(0, 1), line.subarray(1)].flatMap((half, part) => [
        Buffer.from(`${time(n + 21)} stderr ${part === 0 ? 'P' : 'F'} `),
        half,
        Buffer.from('\n'),
      ]),
    )
    const content = Buffer.concat([...lines.flat(), ...halves])
    if (how === 'packed') write('0.log.20261123-000010.gz', gzipSync(content))
    write('0.log', how === 'packed' ? cri(30, 50) : Buffer.concat([content, Buffer.from(cri(30, 50))]))
    await history()
    expect(held().slice(0, 16)).toEqual([...hostileBytes, ...hostileBytes])
    expect(sink.texts().slice(16)).toEqual(numbers(30, 39))
  })

  test('text of any kind comes through as it is; what Docker wrote', async () => {
    // Docker itself replaces what is no UTF-8: https://github.com/moby/moby/blob/master/daemon/logger/jsonfilelog/jsonlog/jsonlogbytes.go
    const texts = hostileBytes.map((line) => line.toString())
    const entry = (log: string, n: number) => `${JSON.stringify({ log, stream: 'stdout', time: time(n) })}\n`
    const odd = ['{"log":7}', '{"log":"__proto__","__proto__":{"owned":1}', '{', '[]']
    write(
      '0.log',
      texts.map((text, n) => entry(`${text}\n`, n + 1)).join('') + odd.map((line) => `${line}\n`).join('') + entry('n=40\n', 40),
    )
    await history()
    expect(held().map((bytes) => bytes.toString())).toEqual([...texts, ...odd])
  })

  test('a packed file whose checksum is wrong: its lines, then a gap, then the rest', async () => {
    const packed = gzipSync(cri(1, 20))
    packed.writeUInt32LE(7, packed.length - 8)
    write('0.log.20261123-000010.gz', packed)
    write('0.log', cri(21, 50))
    await history()
    expect(sink.texts()).toEqual([...numbers(1, 20), '-- gap --', ...numbers(21, 39)])
  })

  test('folders that are no pod’s, whatever they are called, are neither listed nor in the way', async () => {
    write('0.log', cri(1, 2))
    const names = [
      '<img src=x onerror=alert(1)>',
      'turned \u202egnp',
      '\u001b[31mred',
      'two\nlines',
      'over\rwritten',
      '$(id)',
      '*',
      '-rf',
      'x',
    ]
    for (const name of names) {
      for (const odd of [name, `${name}_web_${uid}`, `shop_${name}_${uid}`, `shop_web_${name} `]) {
        mkdirSync(join(ground.pods, odd, 'app'), { recursive: true })
        writeFileSync(join(ground.pods, odd, 'app', '0.log'), cri(1, 2))
      }
      mkdirSync(join(folder, '..', `${name} `))
      writeFileSync(join(folder, '..', `${name} `, '0.log'), cri(1, 2))
    }
    const invalid = Buffer.concat([Buffer.from(`${ground.pods}/shop_`), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from(`_${uid}`)])
    mkdirSync(Buffer.concat([invalid, Buffer.from('/app')]), { recursive: true })
    writeFileSync(Buffer.concat([invalid, Buffer.from('/app/0.log')]), cri(1, 2))
    utimesSync(join(folder, '0.log'), 0, 100_000_000_000)
    const listed = await createNodeFiles(ground.deps).containers('n1', new AbortController().signal)
    // A name that begins with a dash, and one letter, are names.
    expect(listed.map((one) => `${one.namespace}/${one.pod}/${one.container}`).sort()).toEqual([
      '-rf/web/app',
      'shop/-rf/app',
      'shop/web-1/app',
      'shop/x/app',
      'x/web/app',
    ])
    const one = listed.find(({ pod }) => pod === '-rf')
    if (!one) throw new Error('not listed')
    await createNodeFiles(ground.deps).openGone(one, sink, new AbortController().signal)
    expect(sink.texts()).toEqual(['n=1', 'n=2', '-- ended --'])
    await history({ before: () => edge(2) })
    expect(sink.texts().slice(3)).toEqual(['n=1'])
  })

  test('pods that are gone: found by their files, opened as ended', async () => {
    write('0.log', cri(1, 2))
    write('1.log', cri(3, 4))
    const files = createNodeFiles(ground.deps)
    const { signal } = new AbortController()
    expect(await files.goneContainers('n1', [{ namespace: 'shop', name: 'web-1', uid }], signal)).toEqual([])
    // Made again under the same name.
    const [gone] = await files.goneContainers('n1', [{ namespace: 'shop', name: 'web-1', uid: 'another-uid' }], signal)
    expect(gone).toMatchObject({ node: 'n1', namespace: 'shop', pod: 'web-1', podUid: uid, container: 'app', runs: [0, 1] })
    if (!gone) return
    await files.openGone(gone, sink, signal)
    expect(sink.texts()).toEqual(['n=1', 'n=2', '-- restarted --', 'n=3', 'n=4', '-- ended --'])
    expect(sink.states[0]).toMatchObject({ state: 'ended', reason: 'pod-gone' })
  })

  test('progress goes up to the whole', async () => {
    write('0.log.20261123-000010.gz', gzipSync(cri(1, 5000)))
    write('0.log', cri(5001, 9000))
    const seen: number[] = []
    await createNodeFiles(ground.deps).history(
      { node: 'n1', namespace: 'shop', pod: 'web-1', podUid: uid, container: 'app', source: 0, before: () => null },
      sink,
      new AbortController().signal,
      ({ bytes, totalBytes }) => seen.push(totalBytes === 0 ? 0 : bytes / totalBytes),
    )
    expect(seen.at(-1)).toBe(1)
    expect(seen.length).toBeGreaterThan(2)
  })

  test.each([
    ['gone', 'not-found'],
    ['engineless', 'engine-stopped'],
    ['broken', 'command-failed'],
  ])('node %s: %s', async (node, code) => {
    const error = await history({ node }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code })
  })

  test('a name that is none of Kubernetes is refused', async () => {
    await expect(history({ pod: '../*' })).rejects.toMatchObject({ code: 'bad-input' })
  })
})
