import type { Settings, SettingsPatch, SettingsState } from '#shared/contract/settings.ts'
import type { ToolName } from '#shared/contract/toolchain.ts'

export type SettingsStore = {
  /** The settings in force; never throws, defaults where the file is damaged. */
  get(): Settings
  state(): SettingsState
  /** Throws AppError `settings-invalid`, or `disk-full`; nothing is changed then. */
  set(patch: SettingsPatch): SettingsState
  /** Remembers a tool chosen by hand; null forgets it. */
  setTool(tool: ToolName, path: string | null): void
}
