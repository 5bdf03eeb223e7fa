import { mkdirSync } from 'node:fs'
import path from 'node:path'
import {
  mostLogViews,
  settingsPatchSchema,
  settingsSchema,
  type Settings,
  type SettingsPatch,
  type SettingsState,
} from '#shared/contract/settings.ts'
import type { Changes } from '../changes.ts'
import { AppError } from '../error.ts'
import { inspect, putAside, writeBackup, writeWhole, type Content } from './backup.ts'
import { migrate, MIGRATIONS, versionOf, type RawSettings } from './migrations.ts'
import { isRecord, readSettings } from './read-settings.ts'
import { confFile, type SettingsFile } from './settings-file.ts'
import type { SettingsStore } from './types.ts'

export type SettingsDeps = {
  readonly dataDir: string
  readonly changes: Changes
  /** Over `<dataDir>/settings.json`. */
  readonly file?: SettingsFile
}

export const SCHEMA_VERSION = MIGRATIONS.length + 1

type Loaded = {
  readonly settings: Settings
  readonly health: SettingsState['health']
  readonly asideFile: string | null
  readonly raw: RawSettings
}

/** Settings in `<dataDir>/settings.json`, a copy of the last good ones in `settings.json.bak`. */
export function createSettings({ dataDir, changes, file = confFile(dataDir) }: SettingsDeps): SettingsStore {
  const filePath = path.join(dataDir, 'settings.json')
  const backup = `${filePath}.bak`
  let current = load(filePath, backup, file)

  const state = (): SettingsState => ({
    settings: current.settings,
    file: filePath,
    dataDir,
    health: current.health,
    asideFile: current.asideFile,
  })

  const save = (settings: Settings): SettingsState => {
    if (current.health === 'from-the-future') throw new AppError('settings-invalid', { field: 'schemaVersion' })
    const raw = toRaw(settings, current.raw)
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 })
      // Neither conf nor electron-store opens a damaged file.
      if (inspect(filePath).state === 'damaged') writeWhole(filePath, raw)
      file.write(raw)
    } catch (cause) {
      throw writeError(cause, filePath)
    }
    writeBackup(backup, raw)
    current = { ...current, settings, raw }
    changes.emit('settings')
    return state()
  }

  return {
    get: () => current.settings,
    state,
    set(patch) {
      const { data, error } = settingsPatchSchema.safeParse(patch)
      if (error !== undefined) throw new AppError('settings-invalid', { field: error.issues[0]?.path.join('.') ?? '' })
      const { mirrors, logViews, ...rest } = data
      return save(
        settingsSchema.parse({
          ...current.settings,
          ...defined(rest),
          mirrors: { ...current.settings.mirrors, ...defined(mirrors ?? {}) },
          logViews: withLogViews(current.settings.logViews, logViews ?? []),
        }),
      )
    },
    setTool(tool, toolPath) {
      const tools = { ...current.settings.tools }
      if (toolPath === null) delete tools[tool]
      else tools[tool] = toolPath
      save({ ...current.settings, tools })
    },
  }
}

function withLogViews(held: Settings['logViews'], changes: NonNullable<SettingsPatch['logViews']>): Settings['logViews'] {
  const named = new Map(changes.map((one) => [one.name, one.search]))
  const views = [
    ...[...named].flatMap(([name, search]) => (search === null ? [] : [{ name, search }])),
    ...held.filter((one) => !named.has(one.name)),
  ]
  if (views.length > mostLogViews) throw new AppError('settings-invalid', { field: 'logViews' })
  return views
}

function load(filePath: string, backup: string, file: SettingsFile): Loaded {
  const content = readContent(filePath, file)
  if (content.state === 'absent') return { settings: readSettings({}).settings, health: 'ok', asideFile: null, raw: {} }
  const kept = inspect(backup)
  const good = kept.state === 'readable' && versionOf(kept.raw) <= SCHEMA_VERSION ? migrate(kept.raw) : null
  const fallback = good === null ? null : readSettings(good).settings

  if (content.state === 'readable') {
    if (versionOf(content.raw) > SCHEMA_VERSION) {
      return { settings: readSettings(content.raw).settings, health: 'from-the-future', asideFile: null, raw: content.raw }
    }
    const raw = migrate(content.raw)
    const { settings, bad } = readSettings(raw, fallback)
    if (bad.length === 0) return { settings, health: 'ok', asideFile: null, raw }
    return repair(filePath, { settings, raw, health: fallback === null ? 'reset' : 'restored' })
  }
  return repair(filePath, {
    settings: fallback ?? readSettings({}).settings,
    raw: good ?? {},
    health: fallback === null ? 'reset' : 'restored',
  })
}

function readContent(filePath: string, file: SettingsFile): Content {
  const content = inspect(filePath)
  if (content.state !== 'readable') return content
  try {
    const raw = file.read()
    return isRecord(raw) ? { state: 'readable', raw } : { state: 'damaged' }
  } catch {
    return { state: 'damaged' }
  }
}

/** Keeps the damaged file beside and puts what could be saved in its place. Where the disk does not let us, the settings hold for this run. */
function repair(filePath: string, saved: Omit<Loaded, 'asideFile'>): Loaded {
  const asideFile = putAside(filePath)
  // Never over the only copy.
  if (asideFile === null) return { ...saved, asideFile }
  try {
    writeWhole(filePath, toRaw(saved.settings, saved.raw))
  } catch {
    // Read-only or full; the next change says so.
  }
  return { ...saved, asideFile }
}

/** Fields this Cove does not know are handed on: a newer one of the same version wrote them. */
function toRaw(settings: Settings, raw: RawSettings): Record<string, unknown> {
  return { ...raw, ...settings, schemaVersion: SCHEMA_VERSION }
}

function writeError(cause: unknown, filePath: string): AppError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('disk-full', { path: filePath }, { cause })
  return new AppError('settings-invalid', { field: 'file' }, { cause })
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Partial<T>
}
