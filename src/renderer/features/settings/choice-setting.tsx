import { useId } from 'react'
import type { SettingsPatch } from '#shared/contract/settings.ts'
import { Select } from '../../ui/index.ts'
import type { SelectOption } from '../../ui/index.ts'
import { SettingRow } from './setting-row.tsx'
import { useSaveSettings } from './use-settings.ts'

type ChoiceSettingProps<T extends string> = {
  readonly label: string
  readonly value: T
  readonly options: readonly SelectOption<T>[]
  readonly patch: (value: T) => SettingsPatch
  readonly readOnly: boolean
}

/** One of a few values, saved as soon as it is chosen. */
export function ChoiceSetting<T extends string>({ label, value, options, patch, readOnly }: ChoiceSettingProps<T>) {
  const id = useId()
  const save = useSaveSettings()
  return (
    <SettingRow id={id} label={label} result={save.isPending ? 'saving' : save.isSuccess ? 'saved' : 'idle'} error={save.error}>
      <Select
        id={id}
        className="setting-control"
        value={value}
        options={options}
        disabled={readOnly}
        onValueChange={(next) => {
          if (next !== value) save.mutate(patch(next))
        }}
      />
    </SettingRow>
  )
}
