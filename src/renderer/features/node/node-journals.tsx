import { Link } from '@tanstack/react-router'
import { ScrollText } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ContextRef } from '#shared/contract/base.ts'
import { journalUnits } from '#shared/journal-units.ts'
import { buttonClass, Icon } from '../../ui/index.ts'
import { partsText } from '../logs/log-place.ts'

type NodeJournalsProps = {
  readonly context: ContextRef
  /** Of the node. */
  readonly name: string
  /** As the API names it, else as the cluster does; null: not known. */
  readonly runtime: string | null
}

/** Ways to the journals of a node: the kubelet's and its runtime's. */
export function NodeJournals({ context, name, runtime }: NodeJournalsProps) {
  const { t } = useTranslation('nodes')
  return journalUnits(runtime).map((unit) => (
    <Link
      key={unit}
      to="/logs"
      search={{ context: context.name, file: context.file, parts: partsText([{ kind: 'journal', node: name, unit }]) }}
      className={buttonClass()}
    >
      <Icon of={ScrollText} />
      {t('journal', { unit })}
    </Link>
  ))
}
