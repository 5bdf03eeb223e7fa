import { useTranslation } from 'react-i18next'
import type { KubeadmLeftover } from '#shared/contract/kubeadm.ts'
import { Checkbox } from '../../ui/index.ts'
import { LeftoverName } from './leftover-name.tsx'

type LeftoverChoicesProps = {
  readonly items: readonly KubeadmLeftover[]
  /** Ids of those that are to stay. */
  readonly kept: ReadonlySet<string>
  readonly onKeptChange: (kept: ReadonlySet<string>) => void
}

/** What a reset leaves, each to be taken away unless it is kept; says so where there is nothing. */
export function LeftoverChoices({ items, kept, onKeptChange }: LeftoverChoicesProps) {
  const { t } = useTranslation('kubeadm')
  if (items.length === 0) return <p className="fg-2">{t('reset.noLeftovers')}</p>
  return items.map((one) => (
    <Checkbox
      key={one.id}
      checked={!kept.has(one.id)}
      onCheckedChange={(on) => onKeptChange(new Set(on ? [...kept].filter((other) => other !== one.id) : [...kept, one.id]))}
    >
      <LeftoverName item={one} />
    </Checkbox>
  ))
}
