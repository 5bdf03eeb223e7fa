import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createChanges } from '../changes.ts'
import type { AppError } from '../error.ts'
import { migrate, versionOf } from './migrations.ts'
import { createSettings } from './settings.ts'
import { confFile, type SettingsFile } from './settings-file.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cove settings 设置-'))
  file = path.join(folder, 'settings.json')
})
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true })
})

const open = (settingsFile?: SettingsFile) =>
  createSettings({ dataDir: folder, changes: createChanges(), ...(settingsFile === undefined ? {} : { file: settingsFile }) })
const onDisk = (name = 'settings.json') => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Record<string, unknown>
const codeOf = (action: () => unknown) => {
  try {
    action()
  } catch (error) {
    return { code: (error as AppError).code, facts: (error as AppError).facts }
  }
  return null
}

describe('settings that hold', () => {
  test('are the defaults on a new machine, and nothing is written until something is set', () => {
    const settings = open()
    expect(settings.get()).toEqual({
      language: 'system',
      theme: 'system',
      mirrors: { kubernetes: '', github: '', registry: '', packages: '' },
      proxy: '',
      tools: {},
      askNewest: false,
      logViews: [],
    })
    expect(settings.state()).toMatchObject({ health: 'ok', asideFile: null, file, dataDir: folder })
    expect(readdirSync(folder)).toEqual([])
  })

  test('survive a restart, with version and backup, readable by the owner only', () => {
    const settings = open()
    settings.set({ language: 'zh-CN', mirrors: { github: 'https://mirror.test' } })
    settings.set({ theme: 'dark', mirrors: { kubernetes: 'https://k8s.test' } })
    settings.setTool('kubectl', '/opt/kubectl')
    settings.setTool('kind', '/opt/kind')
    settings.setTool('kind', null)
    const again = open()
    expect(again.get()).toEqual({
      language: 'zh-CN',
      theme: 'dark',
      mirrors: { kubernetes: 'https://k8s.test', github: 'https://mirror.test', registry: '', packages: '' },
      proxy: '',
      tools: { kubectl: '/opt/kubectl' },
      askNewest: false,
      logViews: [],
    })
    expect(again.state().health).toBe('ok')
    expect(onDisk()).toMatchObject({ schemaVersion: 1, theme: 'dark' })
    expect(onDisk('settings.json.bak')).toEqual(onDisk())
    if (process.platform !== 'win32') expect([statSync(file).mode & 0o777, statSync(`${file}.bak`).mode & 0o777]).toEqual([0o600, 0o600])
  })

  test('tell of each change, and not of a refused one', () => {
    const changes = createChanges()
    const topics: string[] = []
    changes.on((topic) => topics.push(topic))
    const settings = createSettings({ dataDir: folder, changes })
    settings.set({ theme: 'light' })
    expect(codeOf(() => settings.set({ proxy: 'not a url' }))).toEqual({ code: 'settings-invalid', facts: { field: 'proxy' } })
    expect(codeOf(() => settings.set({ mirrors: { github: 'ftp://x.test' } }))?.facts).toEqual({ field: 'mirrors.github' })
    expect(topics).toEqual(['settings'])
    expect(settings.get().proxy).toBe('')
  })

  test('keep fields of a newer Cove of the same version', () => {
    writeFileSync(file, JSON.stringify({ schemaVersion: 1, theme: 'dark', later: { a: 1 } }))
    open().set({ language: 'en' })
    expect(onDisk()).toMatchObject({ theme: 'dark', language: 'en', later: { a: 1 } })
  })
})

describe('log views under a name', () => {
  const view = (name: string, context = 'c') => ({ name, search: { context } })

  test('are kept in a file, the last saved first; one of the same name takes the place, and null forgets it', () => {
    const settings = open()
    settings.set({ logViews: [view('errors'), view('all')] })
    settings.set({ logViews: [view('errors', 'd')] })
    settings.set({ logViews: [view('third')] })
    expect(open().get().logViews).toEqual([view('third'), view('errors', 'd'), view('all')])
    // A file of a Cove that knew none has none.
    settings.set({
      logViews: [
        { name: 'errors', search: null },
        { name: 'never there', search: null },
      ],
    })
    expect(open().get().logViews).toEqual([view('third'), view('all')])
    settings.set({ theme: 'dark' })
    expect(open().get().logViews).toHaveLength(2)
  })

  test('more than can be kept are refused, and those before stay', () => {
    const settings = open()
    settings.set({ logViews: Array.from({ length: 100 }, (_, at) => view(`view ${at}`)) })
    expect(codeOf(() => settings.set({ logViews: [view('one more')] }))).toEqual({ code: 'settings-invalid', facts: { field: 'logViews' } })
    expect(codeOf(() => settings.set({ logViews: [view('')] }))?.code).toBe('settings-invalid')
    settings.set({ logViews: [view('view 7', 'd')] })
    expect(settings.get().logViews).toHaveLength(100)
  })

  test('one that is damaged goes, and nothing else', () => {
    writeFileSync(
      file,
      JSON.stringify({ theme: 'dark', logViews: [{ name: 'a', search: { context: 1 } }, 'x', view('b'), { name: '' }, view('c')] }),
    )
    const settings = open()
    expect(settings.get()).toMatchObject({ theme: 'dark', logViews: [view('b'), view('c')] })
    expect(settings.state().health).toBe('reset')
    settings.set({ language: 'en' })
    writeFileSync(file, JSON.stringify({ theme: 'light', logViews: 'none' }))
    expect(open().get()).toMatchObject({ theme: 'light', logViews: [view('b'), view('c')] })
  })
})

describe('a damaged file (fault 24)', () => {
  const damages: readonly (readonly [string, string])[] = [
    ['empty', ''],
    ['cut', '{"schemaVersion":1,"theme":"da'],
    ['not JSON', 'theme: dark\n'],
    ['an array', '[]'],
    ['a number', '7'],
    ['null', 'null'],
    ['zeros after a power cut', '\0'.repeat(200)],
  ]
  test.each(damages)('%s: the backup is used and the file kept aside', (_, text) => {
    open().set({ theme: 'dark' })
    writeFileSync(file, text)
    const settings = open()
    const { health, asideFile } = settings.state()
    expect([settings.get().theme, health]).toEqual(['dark', 'restored'])
    expect(path.basename(asideFile ?? '')).toMatch(/^settings\.json\.damaged-/)
    expect(readFileSync(asideFile ?? '', 'utf8')).toBe(text)
    // Repaired on disk: the next start is quiet, and changes go through.
    expect(open().state()).toMatchObject({ health: 'ok', asideFile: null })
    settings.set({ language: 'en' })
    expect(open().get()).toMatchObject({ theme: 'dark', language: 'en' })
  })

  test.each(damages)('%s, no backup: defaults, said so, the file kept aside', (_, text) => {
    writeFileSync(file, text)
    const settings = open()
    expect([settings.get().theme, settings.state().health]).toEqual(['system', 'reset'])
    expect(readFileSync(settings.state().asideFile ?? '', 'utf8')).toBe(text)
    settings.set({ theme: 'light' })
    expect(open().get().theme).toBe('light')
  })

  test('with a damaged backup too: defaults', () => {
    writeFileSync(file, '{')
    writeFileSync(`${file}.bak`, '')
    expect(open().state().health).toBe('reset')
  })

  test('wrong types: only the fields that do not hold are replaced, from the backup where there is one', () => {
    open().set({ theme: 'dark', proxy: 'http://proxy.test:3128' })
    writeFileSync(
      file,
      JSON.stringify({
        language: 'en',
        theme: 5,
        mirrors: { kubernetes: 'nonsense', github: 'https://m.test' },
        proxy: ['x'],
        tools: { kind: '/k', unknown: '/u', kubectl: 3 },
      }),
    )
    const settings = open()
    expect(settings.get()).toEqual({
      language: 'en',
      theme: 'dark',
      mirrors: { kubernetes: '', github: 'https://m.test', registry: '', packages: '' },
      proxy: 'http://proxy.test:3128',
      tools: { kind: '/k' },
      askNewest: false,
      logViews: [],
    })
    expect(settings.state()).toMatchObject({ health: 'restored' })
    expect(existsSync(settings.state().asideFile ?? '')).toBe(true)
    expect(open().state().health).toBe('ok')
  })

  test('one bad field without a backup leaves the other fields alone', () => {
    writeFileSync(file, JSON.stringify({ language: 'zh-CN', theme: 'neon' }))
    const settings = open()
    expect(settings.get()).toMatchObject({ language: 'zh-CN', theme: 'system' })
    expect(settings.state().health).toBe('reset')
  })
})

describe('a file from the future', () => {
  test('is used as far as it can be read, and never written', () => {
    const text = JSON.stringify({ schemaVersion: 99, theme: 'dark', language: 'tlh', more: true })
    writeFileSync(file, text)
    const settings = open()
    expect(settings.get()).toMatchObject({ theme: 'dark', language: 'system' })
    expect(settings.state().health).toBe('from-the-future')
    expect(codeOf(() => settings.set({ theme: 'light' }))).toEqual({ code: 'settings-invalid', facts: { field: 'schemaVersion' } })
    expect(codeOf(() => settings.setTool('kind', '/k'))?.code).toBe('settings-invalid')
    expect(settings.get().theme).toBe('dark')
    expect(readdirSync(folder)).toEqual(['settings.json'])
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})

describe('a disk that refuses', () => {
  const refusing = (code: string): SettingsFile => ({
    read: () => confFile(folder).read(),
    write: () => {
      throw Object.assign(new Error(code), { code })
    },
  })
  test('full: disk-full, nothing changed in memory or on disk', () => {
    open().set({ theme: 'dark' })
    const before = readdirSync(folder)
    const settings = open(refusing('ENOSPC'))
    expect(codeOf(() => settings.set({ theme: 'light' }))).toEqual({ code: 'disk-full', facts: { path: file } })
    expect(settings.get().theme).toBe('dark')
    expect([open().get().theme, readdirSync(folder)]).toEqual(['dark', before])
  })

  test('read-only: settings-invalid, nothing changed', () => {
    open().set({ theme: 'dark' })
    // Root writes to a read-only folder all the same: there the refusal is injected.
    chmodSync(folder, 0o500)
    const settings = open(process.getuid?.() === 0 ? refusing('EROFS') : undefined)
    expect(codeOf(() => settings.set({ theme: 'light' }))).toEqual({ code: 'settings-invalid', facts: { field: 'file' } })
    expect(settings.get().theme).toBe('dark')
  })

  test('a damaged file that could not be repaired at start is replaced by the next change', () => {
    writeFileSync(file, '{')
    mkdirSync(`${file}.tmp`)
    const settings = open()
    expect([settings.state().health, readFileSync(file, 'utf8')]).toEqual(['reset', '{'])
    rmSync(`${file}.tmp`, { recursive: true })
    settings.set({ theme: 'dark' })
    expect([open().get().theme, open().state().health]).toEqual(['dark', 'ok'])
  })

  test('what cannot be put aside is not overwritten, and Cove runs with the backup', () => {
    open().set({ theme: 'dark' })
    rmSync(file)
    mkdirSync(path.join(file, 'a folder in its place'), { recursive: true })
    const settings = open()
    expect([settings.get().theme, settings.state().health, settings.state().asideFile]).toEqual(['dark', 'restored', null])
    expect(readdirSync(file)).toEqual(['a folder in its place'])
    expect(codeOf(() => settings.set({ theme: 'light' }))?.code).toBe('settings-invalid')
  })
})

test('migrations run from the version of the file to the newest, once each', () => {
  const steps = [
    (raw: Readonly<Record<string, unknown>>) => ({ ...raw, theme: raw['dark'] === true ? 'dark' : 'light' }),
    (raw: Readonly<Record<string, unknown>>) => ({ ...raw, count: Number(raw['count'] ?? 0) + 1 }),
  ]
  expect(migrate({ dark: true }, steps)).toEqual({ dark: true, theme: 'dark', count: 1, schemaVersion: 3 })
  expect(migrate({ schemaVersion: 2, count: 1 }, steps)).toEqual({ schemaVersion: 3, count: 2 })
  expect(migrate({ schemaVersion: 3, count: 2 }, steps)).toEqual({ schemaVersion: 3, count: 2 })
  expect(['x', 0, 1.5, null].map((schemaVersion) => versionOf({ schemaVersion }))).toEqual([1, 1, 1, 1])
})
