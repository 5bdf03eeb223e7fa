import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { TextInput } from '../../ui/index.ts'
import './kubeadm.css'

/** Names that kubeadm takes; what cannot be one is left out. */
export const namesIn = (text: string): string[] => text.split(/[\s,]+/).filter((name) => /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name))

/** Preflight checks that are to be warnings only. */
export function IgnoreField({ value, onValueChange }: { readonly value: string; readonly onValueChange: (value: string) => void }) {
  const { t } = useTranslation('kubeadm')
  const id = useId()
  return (
    <div className="kubeadm-field">
      <label htmlFor={id}>{t('ignore.label')}</label>
      <TextInput
        id={id}
        wide
        mono
        value={value}
        placeholder="Swap, NumCPU"
        invalid={value.trim() !== '' && namesIn(value).length !== value.split(/[\s,]+/).filter(Boolean).length}
        aria-describedby={`${id}-hint`}
        onValueChange={onValueChange}
      />
      <p className="hint" id={`${id}-hint`}>
        {t('ignore.hint')}
      </p>
    </div>
  )
}
