import { useTranslation } from 'react-i18next'
import type { Command } from '#shared/contract/jobs.ts'
import { Code } from '../../ui/index.ts'
import { CommandFacts } from './command-facts.tsx'
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
        <CommandFacts command={command} />
      </div>
    </div>
  ))
}
