import { useTranslation } from 'react-i18next'
import type { Command } from '#shared/contract/jobs.ts'
import { KeyValue } from '../../ui/index.ts'
import type { KeyValueItem } from '../../ui/index.ts'

/** Where and how a command ran. */
export function CommandFacts({ command, more = [] }: { readonly command: Command; readonly more?: readonly KeyValueItem[] }) {
  const { t } = useTranslation('jobs')
  return (
    <KeyValue
      items={[
        { key: 'program', label: t('command.program'), value: command.argv[0] ?? '', mono: true },
        { key: 'cwd', label: t('command.cwd'), value: command.cwd, mono: true },
        command.envNames.length > 0 && { key: 'env', label: t('command.env'), value: command.envNames.join(' '), mono: true },
        ...more,
      ]}
    />
  )
}
