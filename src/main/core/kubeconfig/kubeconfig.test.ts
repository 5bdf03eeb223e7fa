import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChanges } from '#core/changes.ts'
import { AppError } from '#core/error.ts'
import { parseKubeconfig } from './document.ts'
import { createKubeconfig, type KubeconfigDeps } from './kubeconfig.ts'
import type { Kubeconfig } from './types.ts'

const fixture = (name: string): string => readFileSync(path.join(import.meta.dirname, 'fixtures', name), 'utf8')
let home = ''
const at = (...parts: string[]): string => path.join(home, ...parts)
const put = (name: string, text: string, mode = 0o600): string => {
  mkdirSync(path.dirname(at(name)), { recursive: true })
  writeFileSync(at(name), text, { mode })
  return at(name)
}
const text = (name: string): string => readFileSync(at(name), 'utf8')
const contextsIn = (name: string): string[] => [...parseKubeconfig(text(name), name).entries.contexts.keys()]

function open(files: string[] | null = null, more: Partial<KubeconfigDeps> = {}): Kubeconfig & { told: () => number } {
  let told = 0
  const changes = createChanges()
  changes.on(() => told++)
  const kubeconfig = createKubeconfig({
    env: files === null ? {} : { KUBECONFIG: files.map((file) => at(file)).join(path.delimiter) },
    homeDir: home,
    dataDir: at('数据 data'),
    changes,
    probe: async () => ({ state: 'reachable', version: 'v1.34.0', tookMs: 1, error: null }),
    ...more,
  })
  return { ...kubeconfig, told: () => told }
}

async function failure(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(AppError)
  return error as AppError
}

const merged = { replace: false, use: true, reason: 'test' } as const
const small = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    server: https://127.0.0.1:6443\n  name: ${name}\ncontexts:\n- context:\n    cluster: ${name}\n    user: ${name}\n  name: ${name}\nusers:\n- name: ${name}\n  user:\n    token: t\n${more}`

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'cove 配置 '))
})
afterEach(() => {
  rmSync(home, { recursive: true, force: true })
})

describe('snapshot', () => {
  it('nothing there', async () => {
    expect(await open().snapshot()).toEqual({
      files: [{ path: at('.kube/config'), exists: false, writable: true, contexts: 0, asOf: expect.any(Number), error: null }],
      contexts: [],
      current: null,
      dangling: null,
    })
    expect(existsSync(at('.kube'))).toBe(false)
  })

  it('first definition wins, the other one is shadowed; first current-context that is not empty wins', async () => {
    put('a', small('dev', 'current-context: ""\n'))
    put('b', small('dev', 'current-context: dev\n').replace('127.0.0.1', '10.0.0.1'))
    put('c', 'current-context: other\n')
    const { contexts, current, dangling } = await open(['a', 'missing', 'b', 'c']).snapshot()
    expect(
      contexts.map(({ file, name, shadowed, current: now, server, local }) => [path.basename(file), name, shadowed, now, server, local]),
    ).toEqual([
      ['a', 'dev', false, true, 'https://127.0.0.1:6443', true],
      ['b', 'dev', true, false, 'https://127.0.0.1:6443', true],
    ])
    expect(current).toEqual({ file: at('a'), name: 'dev' })
    expect(dangling).toBeNull()
  })

  it('references to nowhere and a dangling current-context', async () => {
    put(
      'a',
      'contexts:\n- name: a\n  context: {cluster: gone, user: u}\n- name: b\n  context: {cluster: c, user: gone}\nclusters:\n- name: c\n  cluster: {server: "https://10.1.1.1"}\ncurrent-context: zzz\n',
    )
    const { contexts, current, dangling } = await open(['a']).snapshot()
    expect(contexts.map(({ problem, server, local }) => [problem?.code, problem?.facts, server, local])).toEqual([
      ['not-found', { what: 'cluster', name: 'gone' }, null, null],
      ['not-found', { what: 'user', name: 'gone' }, 'https://10.1.1.1', false],
    ])
    expect([current, dangling]).toEqual([null, 'zzz'])
  })

  it('a file that turns bad is shown with its error, and keeps its last known contexts', async () => {
    put('a', small('dev', 'current-context: dev\n'))
    put('b', small('other'))
    const kubeconfig = open(['a', 'b'])
    const first = await kubeconfig.snapshot()
    put('a', `${small('dev')}\tbroken\n`)
    const { files, contexts, dangling } = await kubeconfig.snapshot()
    expect(files[0]).toMatchObject({
      writable: false,
      contexts: 1,
      asOf: first.files[0]?.asOf,
      error: { code: 'kubeconfig-invalid', facts: { file: at('a'), line: 16 } },
    })
    expect(files[1]).toMatchObject({ writable: true, error: null })
    expect(contexts.map((context) => context.name)).toEqual(['dev', 'other'])
    expect(dangling).toBeNull()
    // From the start: unknown, and nothing is said to be missing.
    expect((await open(['a', 'b']).snapshot()).contexts.map((context) => context.name)).toEqual(['other'])
    rmSync(at('a'))
    expect((await kubeconfig.snapshot()).files[0]).toMatchObject({ exists: false, contexts: 0, error: null })
  })

  it('a folder, bytes that are not UTF-8, and 10 MB are errors of that file only', async () => {
    mkdirSync(at('a'))
    writeFileSync(at('b'), Buffer.from('ff fe 61 00'.replace(/ /g, ''), 'hex'))
    writeFileSync(at('c'), Buffer.alloc(10 * 1024 * 1024 + 1, 'x'))
    put('d', small('ok'))
    const { files, contexts } = await open(['a', 'b', 'c', 'd']).snapshot()
    expect(files.map((file) => file.error?.code ?? null)).toEqual([
      'kubeconfig-invalid',
      'kubeconfig-invalid',
      'kubeconfig-too-large',
      null,
    ])
    expect(files[1]?.error?.facts['reason']).toBe('not UTF-8')
    expect(contexts).toHaveLength(1)
  })

  it('does not take a file for empty while kubectl fills it', async () => {
    put('a', small('a'))
    const kubeconfig = open(['a'])
    await kubeconfig.snapshot()
    put('a.lock', '')
    writeFileSync(at('a'), '')
    setTimeout(() => {
      writeFileSync(at('a'), small('b'))
      rmSync(at('a.lock'))
    }, 60)
    expect((await kubeconfig.snapshot()).contexts.map((context) => context.name)).toEqual(['b'])
  })

  it('sees an edit of equal size within the same clock tick', async () => {
    put('a', small('aaa'))
    const kubeconfig = open(['a'])
    for (const name of ['bbb', 'ccc', 'ddd', 'eee', 'fff']) {
      await kubeconfig.snapshot()
      writeFileSync(at('a'), small(name))
      expect((await kubeconfig.snapshot()).contexts[0]?.name).toBe(name)
    }
  })
})

describe('use', () => {
  it('edits one line, keeps mode, comments and a symbolic link, and leaves no lock or temporary file', async () => {
    put('dotfiles/kube', fixture('docker-desktop-zh.yaml'), 0o640)
    chmodSync(at('dotfiles/kube'), 0o640)
    mkdirSync(at('.kube'))
    symlinkSync('../dotfiles/kube', at('.kube/config'))
    const { current } = await open().use({ file: at('.kube/config'), name: '测试' })
    expect(current).toEqual({ file: at('.kube/config'), name: '测试' })
    expect(text('dotfiles/kube')).toBe(
      fixture('docker-desktop-zh.yaml').replace('current-context: docker-desktop', 'current-context: "测试"'),
    )
    expect(statSync(at('dotfiles/kube')).mode & 0o7777).toBe(0o640)
    expect(lstatSync(at('.kube/config')).isSymbolicLink() && readlinkSync(at('.kube/config'))).toBe('../dotfiles/kube')
    expect([readdirSync(at('.kube')), readdirSync(at('dotfiles'))]).toEqual([['config'], ['kube']])
  })

  it('writes where kubectl reads first: the first file that exists', async () => {
    put('b', small('b', 'current-context: b\n'))
    put('c', small('c', 'current-context: c\n'))
    const snapshot = await open(['missing', 'b', 'c']).use({ file: at('c'), name: 'c' })
    expect(snapshot.current).toEqual({ file: at('c'), name: 'c' })
    expect(text('b')).toContain('current-context: c\n')
    expect(text('c')).toBe(small('c', 'current-context: c\n'))
    expect(existsSync(at('missing'))).toBe(false)
  })

  it('what is current already is not written', async () => {
    const file = put('a', small('a', 'current-context: a\n'))
    const before = statSync(file, { bigint: true }).ctimeNs
    const kubeconfig = open(['a'])
    await kubeconfig.use({ file, name: 'a' })
    expect([statSync(file, { bigint: true }).ctimeNs, await kubeconfig.backups()]).toEqual([before, []])
  })

  it('refuses a context that is gone, and one that kubectl cannot see', async () => {
    put('a', small('dev'))
    put('b', small('dev'))
    const kubeconfig = open(['a', 'b'])
    expect(await failure(kubeconfig.use({ file: at('a'), name: 'x' }))).toMatchObject({
      code: 'context-not-found',
      facts: { file: at('a'), name: 'x' },
    })
    expect(await failure(kubeconfig.use({ file: at('b'), name: 'dev' }))).toMatchObject({
      code: 'context-taken',
      facts: { file: at('a'), name: 'dev' },
    })
    expect([text('a'), text('b')]).toEqual([small('dev'), small('dev')])
  })

  it('one invalid file of the list stops kubectl, so it stops the write, by name and line', async () => {
    put('a', small('a'))
    put('b', 'x: [\n')
    expect(await failure(open(['a', 'b']).use({ file: at('a'), name: 'a' }))).toMatchObject({
      code: 'kubeconfig-invalid',
      facts: { file: at('b'), line: 2 },
    })
    expect([text('a'), readdirSync(home).sort()]).toEqual([small('a'), ['a', 'b']])
  })
})

describe('merge', () => {
  it('makes ~/.kube (0700) and config (0600), exactly what kind would have written', async () => {
    const kubeconfig = open()
    const { file, contexts, snapshot } = await kubeconfig.merge(fixture('kind.yaml'), merged)
    expect([file, contexts, snapshot.current]).toEqual([at('.kube/config'), ['kind-dev'], { file: at('.kube/config'), name: 'kind-dev' }])
    expect(text('.kube/config')).toBe(fixture('kind.yaml'))
    expect([statSync(at('.kube')).mode & 0o777, statSync(at('.kube/config')).mode & 0o777]).toEqual([0o700, 0o600])
    expect(readdirSync(at('.kube'))).toEqual(['config'])
  })

  it('without use, current-context stays', async () => {
    put('.kube/config', fixture('minikube.yaml'))
    const { snapshot } = await open().merge(fixture('kind.yaml'), { ...merged, use: false })
    expect(snapshot.current?.name).toBe('minikube')
    expect(contextsIn('.kube/config')).toEqual(['minikube', 'kind-dev'])
  })

  it('refuses a name that is taken, and replaces it where it lives when asked', async () => {
    put('a', small('a'))
    put('b', `# mine\n${fixture('kind.yaml').replace('40123', '39999')}`)
    const kubeconfig = open(['a', 'b'])
    expect(await failure(kubeconfig.merge(fixture('kind.yaml'), merged))).toMatchObject({
      code: 'context-taken',
      facts: { file: at('b'), name: 'kind-dev' },
    })
    expect(text('b')).toContain('39999')
    const { file } = await kubeconfig.merge(fixture('kind.yaml'), { ...merged, replace: true })
    expect([file, text('b')]).toEqual([at('b'), `# mine\n${fixture('kind.yaml')}`])
    // b's current-context is it already, and kubectl sees that. Again: nothing to do.
    expect(text('a')).toBe(small('a'))
    await kubeconfig.merge(fixture('kind.yaml'), merged)
    expect((await kubeconfig.backups()).map((backup) => path.basename(backup.file)).sort()).toEqual(['b'])
  })

  it('text that is no kubeconfig changes nothing', async () => {
    put('.kube/config', small('a'))
    expect((await failure(open().merge('a: [\n', merged))).code).toBe('kubeconfig-invalid')
    expect(text('.kube/config')).toBe(small('a'))
  })

  it('stopped while it waits for a lock: cancelled, nothing of ours left', async () => {
    put('.kube/config', small('a'))
    put('.kube/config.lock', '')
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    expect((await failure(open().merge(fixture('kind.yaml'), { ...merged, signal: stop.signal }))).code).toBe('cancelled')
    expect([text('.kube/config'), readdirSync(at('.kube')).sort()]).toEqual([small('a'), ['config', 'config.lock']])
  })
})

describe('remove', () => {
  it('takes context, cluster and user, and blanks current-context', async () => {
    put('.kube/config', fixture('minikube.yaml'))
    const kubeconfig = open()
    await kubeconfig.merge(fixture('kind.yaml'), merged)
    const snapshot = await kubeconfig.remove({ file: at('.kube/config'), name: 'kind-dev' }, 'cluster deleted')
    expect(text('.kube/config')).toBe(fixture('minikube.yaml').replace('current-context: minikube', 'current-context: ""'))
    expect([snapshot.current, snapshot.dangling]).toEqual([null, null])
    expect((await kubeconfig.backups())[0]).toMatchObject({ file: at('.kube/config'), reason: 'cluster deleted' })
  })

  it('keeps what another context of any file uses', async () => {
    put('a', `${small('a').replace('users:', '- context:\n    cluster: a\n    user: b\n  name: a2\nusers:')}`)
    put('b', small('b', 'current-context: a\n'))
    await open(['a', 'b']).remove({ file: at('a'), name: 'a' }, 'test')
    const { clusters, users, contexts } = parseKubeconfig(text('a'), 'a').entries
    expect([[...clusters.keys()], [...users.keys()], [...contexts.keys()]]).toEqual([['a'], [], ['a2']])
    expect(text('b')).toBe(small('b', 'current-context: ""\n'))
  })

  it('a shadowed one goes without touching current-context or the one that is seen', async () => {
    put('a', small('dev', 'current-context: dev\n'))
    put('b', small('dev'))
    const { current } = await open(['a', 'b']).remove({ file: at('b'), name: 'dev' }, 'test')
    expect(current).toEqual({ file: at('a'), name: 'dev' })
    expect(contextsIn('b')).toEqual([])
  })

  it('what is not there is no error and no write', async () => {
    put('a', small('a'))
    const kubeconfig = open(['a'])
    await kubeconfig.remove({ file: at('a'), name: 'zzz' }, 'test')
    await kubeconfig.remove({ file: at('nowhere'), name: 'a' }, 'test')
    expect([text('a'), await kubeconfig.backups()]).toEqual([small('a'), []])
  })
})

describe('namespace, reach, checks', () => {
  it('sets the namespace in the file that owns the context', async () => {
    put('a', small('a'))
    put('b', small('b'))
    const { contexts } = await open(['a', 'b']).setNamespace({ file: at('b'), name: 'b' }, 'web')
    expect(contexts.map((context) => context.namespace)).toEqual([null, 'web'])
    expect(text('b')).toBe(small('b').replace('    user: b\n', '    user: b\n    namespace: web\n'))
  })

  it('asks the API server once for two who ask at once', async () => {
    put('a', small('a'))
    let asked = 0
    const kubeconfig = open(['a'], {
      probe: async () => (asked++, await delay(20), { state: 'reachable', version: 'v1', tookMs: 20, error: null }),
    })
    const ref = { file: at('a'), name: 'a' }
    expect((await Promise.all([kubeconfig.reach(ref), kubeconfig.reach(ref)])).map((reach) => reach.version)).toEqual(['v1', 'v1'])
    expect(asked).toBe(1)
    expect((await failure(kubeconfig.reach({ ...ref, name: 'x' }))).code).toBe('context-not-found')
  })

  it('says before a long job what a merge would meet, and changes nothing', async () => {
    const kubeconfig = open()
    await kubeconfig.checkWritable()
    expect(existsSync(at('.kube'))).toBe(false)
    put('.kube/config', 'a: b: c\n')
    expect(await failure(kubeconfig.checkWritable())).toMatchObject({ code: 'kubeconfig-invalid', facts: { line: 1 } })
    put('.kube/config', small('a'))
    await kubeconfig.checkWritable()
    put('.kube/config.lock', '')
    expect((await failure(kubeconfig.checkWritable())).code).toBe('kubeconfig-locked')
    setTimeout(() => rmSync(at('.kube/config.lock')), 100)
    await kubeconfig.checkWritable()
    expect(readdirSync(at('.kube'))).toEqual(['config'])
  })
})

describe('locks', () => {
  it('a stale lock is waited for, shown with its age, and still there', async () => {
    put('.kube/config', small('a'))
    const lock = put('.kube/config.lock', '')
    const old = new Date(Date.now() - 3_600_000)
    utimesSync(lock, old, old)
    const kubeconfig = open(null, { lockWaitMs: 300 })
    const start = performance.now()
    const error = await failure(kubeconfig.use({ file: at('.kube/config'), name: 'a' }))
    expect(performance.now() - start).toBeGreaterThanOrEqual(290)
    expect(error).toMatchObject({
      code: 'kubeconfig-locked',
      facts: { file: at('.kube/config'), lock, ageSeconds: expect.closeTo(3600, -1) },
    })
    expect((await kubeconfig.snapshot()).files[0]).toMatchObject({ writable: false, contexts: 1, error: { code: 'kubeconfig-locked' } })
    expect([text('.kube/config'), existsSync(lock)]).toEqual([small('a'), true])
  })

  it('a lock that goes away in time is waited for', async () => {
    put('.kube/config', small('a'))
    const lock = put('.kube/config.lock', '')
    setTimeout(() => rmSync(lock), 200)
    expect((await open().use({ file: at('.kube/config'), name: 'a' })).current?.name).toBe('a')
    expect(readdirSync(at('.kube'))).toEqual(['config'])
  })

  it('a link is locked by both its names, as others may come by either', async () => {
    put('real/kube', small('a'))
    symlinkSync(at('real/kube'), at('link'))
    put('real/kube.lock', '')
    const error = await failure(open(['link'], { lockWaitMs: 50 }).use({ file: at('link'), name: 'a' }))
    expect(error).toMatchObject({ code: 'kubeconfig-locked', facts: { lock: at('real/kube.lock') } })
    expect(existsSync(at('link.lock'))).toBe(false)
  })

  it('a program without locks that writes between our read and our rename is not overwritten', async () => {
    put('a', small('a'))
    let steps = 0
    const kubeconfig = open(['a'], {
      onStep: (step) => {
        // What minikube does: no lock, in place.
        if (step === 'temp-synced' && steps++ === 0) writeFileSync(at('a'), small('a').replace('token: t', 'token: theirs'))
      },
    })
    await kubeconfig.use({ file: at('a'), name: 'a' })
    expect(text('a')).toBe(`${small('a').replace('token: t', 'token: theirs')}current-context: a\n`)
    expect(steps).toBe(2)
  })

  it('a file that never stands still ends in kubeconfig-changed, as its last writer left it', async () => {
    put('a', small('a'))
    let round = 0
    const kubeconfig = open(['a'], {
      onStep: (step) => (step === 'temp-synced' ? writeFileSync(at('a'), small('a', `# ${round++}\n`)) : undefined),
    })
    expect((await failure(kubeconfig.use({ file: at('a'), name: 'a' }))).code).toBe('kubeconfig-changed')
    expect([text('a'), readdirSync(home).sort()]).toEqual([small('a', `# ${round - 1}\n`), ['a', '数据 data']])
  })
})

describe('backups', () => {
  it('each write keeps what was there, privately; undo puts it back byte for byte', async () => {
    const text0 = fixture('crlf-no-final-newline.yaml')
    put('.kube/config', text0)
    const kubeconfig = open()
    await kubeconfig.use({ file: at('.kube/config'), name: 'b' })
    const [backup] = await kubeconfig.backups()
    expect(backup).toMatchObject({ file: at('.kube/config'), reason: 'use b', bytes: text0.length })
    for (const name of readdirSync(at('数据 data/backups'))) expect(statSync(at('数据 data/backups', name)).mode & 0o777).toBe(0o600)
    expect(statSync(at('数据 data/backups')).mode & 0o777).toBe(0o700)
    const after = text('.kube/config')
    const { current } = await kubeconfig.restore(backup!.id)
    expect([current?.name, text('.kube/config')]).toEqual(['a', text0])
    await kubeconfig.restore((await kubeconfig.backups())[0]!.id)
    expect(text('.kube/config')).toBe(after)
  })

  it('brings back a file that was damaged, and one that was deleted', async () => {
    put('a', small('a'))
    const kubeconfig = open(['a'])
    await kubeconfig.use({ file: at('a'), name: 'a' })
    const [backup] = await kubeconfig.backups()
    put('a', 'x: [\n')
    await kubeconfig.restore(backup!.id)
    expect(text('a')).toBe(small('a'))
    rmSync(at('a'))
    await kubeconfig.restore(backup!.id)
    expect(text('a')).toBe(small('a'))
    for (const id of ['nope', '../../etc/passwd', '']) expect((await failure(kubeconfig.restore(id))).code).toBe('not-found')
  })

  it('keeps the newest 50 of each file', async () => {
    put('a', small('a', 'current-context: a\n'))
    put('b', small('b'))
    const kubeconfig = open(['a', 'b'])
    await kubeconfig.setNamespace({ file: at('b'), name: 'b' }, 'first')
    for (let index = 0; index < 55; index++) await kubeconfig.setNamespace({ file: at('a'), name: 'a' }, `n${index}`)
    const backups = await kubeconfig.backups()
    expect([
      backups.filter((backup) => backup.file === at('a')).length,
      backups.filter((backup) => backup.file === at('b')).length,
    ]).toEqual([50, 1])
    expect(backups[0]?.reason).toBe('namespace n54 for a')
    expect(readdirSync(at('数据 data/backups'))).toHaveLength(102)
  })
})

describe('watch', () => {
  const changed = async (kubeconfig: { told: () => number }, change: () => unknown): Promise<number> => {
    const before = kubeconfig.told()
    const start = performance.now()
    change()
    while (kubeconfig.told() === before && performance.now() - start < 3000) await delay(5)
    expect(kubeconfig.told()).toBeGreaterThan(before)
    return performance.now() - start
  }

  it('tells of every kind of change within 500 ms, also of a file that appears, goes and comes again', async () => {
    const kubeconfig = open()
    const stop = kubeconfig.watch()
    await delay(150)
    const times = [
      await changed(kubeconfig, () => put('.kube/config', small('a'))),
      await changed(kubeconfig, () => writeFileSync(at('.kube/config'), small('b'))),
      await changed(kubeconfig, () => rmSync(at('.kube'), { recursive: true })),
      await changed(kubeconfig, () => put('.kube/config', small('c'))),
      await changed(kubeconfig, () => put('.kube/config', 'x: [\n')),
    ]
    expect(Math.max(...times)).toBeLessThan(500)
    stop()
    const told = kubeconfig.told()
    put('.kube/config', small('d'))
    await delay(200)
    expect(kubeconfig.told()).toBe(told)
  })

  it('follows a link to another folder', async () => {
    put('dotfiles/kube', small('a'))
    symlinkSync(at('dotfiles/kube'), at('link'))
    const kubeconfig = open(['link'])
    const stop = kubeconfig.watch()
    await delay(150)
    expect(await changed(kubeconfig, () => writeFileSync(at('dotfiles/kube'), small('b')))).toBeLessThan(500)
    stop()
  })

  it('tells once of our own write, and not of locks, temporary files, neighbours or a touch', async () => {
    put('.kube/config', small('a'))
    const kubeconfig = open()
    const stop = kubeconfig.watch()
    await delay(150)
    const start = kubeconfig.told()
    put('.kube/config.lock', '')
    await delay(80)
    rmSync(at('.kube/config.lock'))
    put('.kube/cache', 'x')
    utimesSync(at('.kube/config'), new Date(), new Date())
    await delay(200)
    expect(kubeconfig.told()).toBe(start)
    await kubeconfig.use({ file: at('.kube/config'), name: 'a' })
    await delay(300)
    expect(kubeconfig.told()).toBe(start + 1)
    stop()
  })
})
