export type RawSettings = Readonly<Record<string, unknown>>
export type Migration = (raw: RawSettings) => RawSettings

/** Step n brings a file of version n + 1 to version n + 2. Only ever appended to; a step never assumes that fields are valid. */
export const MIGRATIONS: readonly Migration[] = []

/** A file without a version is of version 1. */
export function versionOf(raw: RawSettings): number {
  const version = raw['schemaVersion']
  return typeof version === 'number' && Number.isInteger(version) && version >= 1 ? version : 1
}

/** Brings older settings to the version these migrations lead to. */
export function migrate(raw: RawSettings, migrations: readonly Migration[] = MIGRATIONS): RawSettings {
  let current = raw
  for (const step of migrations.slice(versionOf(raw) - 1)) current = step(current)
  return { ...current, schemaVersion: Math.max(versionOf(raw), migrations.length + 1) }
}
