import { useTranslation } from 'react-i18next'
import type { Command } from '#shared/contract/jobs.ts'
import { Code, KeyValue } from '../../ui/index.ts'
import { commandLine } from './command-line.ts'
import { RunHead } from './run-head.tsx'

/** Every command with where and how it ran, ready to be copied. */
export function CommandList({ commands }: { readonly commands: readonly Command[] }) {
  const { t } = useTranslation('jobs')
  if (commands.length === 0) return <p className="run-empty fg-3">{t('output.noneRan')}</p>
  return commands.map((command) => (
    <div key={command.id} className="run command-card">
      <RunHead command={command} />
      <div className="command-body">
        <Code text={commandLine(command.argv)} wrap copyable={false} />
        <KeyValue
          items={[
            { key: 'program', label: t('command.program'), value: command.argv[0] ?? '', mono: true },
            { key: 'cwd', label: t('command.cwd'), value: command.cwd, mono: true },
            command.envNames.length > 0 && { key: 'env', label: t('command.env'), value: command.envNames.join(' '), mono: true },
          ]}
        />
      </div>
    </div>
  ))
}
