import { useTranslation } from 'react-i18next'
import type { SettingsPatch } from '#shared/contract/settings.ts'
import { type AddressKind, addressProblem, covered } from './address.ts'
import { TypedSetting } from './typed-setting.tsx'
import { useSaveSettings } from './use-settings.ts'

type AddressSettingProps = {
  readonly kind: AddressKind
  readonly label: string
  readonly saved: string
  readonly placeholder: string
  readonly hint: string
  readonly example?: string
  readonly readOnly: boolean
  readonly readOnlyId: string
  readonly patch: (value: string) => SettingsPatch
}

/** An http or https address, a registry, or nothing. */
export function AddressSetting({ kind, saved, patch, ...rest }: AddressSettingProps) {
  const { t } = useTranslation('settings')
  const save = useSaveSettings()
  return (
    <TypedSetting
      {...rest}
      saved={saved}
      shown={covered(saved)}
      problem={(value, editing) => {
        const problem = addressProblem(value, kind)
        return problem === null || (problem === 'incomplete' && editing) ? null : t(`address.${problem}`)
      }}
      refused={(value) => addressProblem(value, kind) !== null}
      save={save}
      onSave={(value, done) => save.mutate(patch(value), { onSuccess: done })}
    />
  )
}
