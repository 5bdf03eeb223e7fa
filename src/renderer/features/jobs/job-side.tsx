import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Command, Job, OutputLine } from '#shared/contract/jobs.ts'
import { CopyButton, Scroll, TabPanel, Tabs } from '../../ui/index.ts'
import { CommandList } from './command-list.tsx'
import { commandLine } from './command-line.ts'
import { JobOutput } from './job-output.tsx'
import { JobSpecification } from './job-specification.tsx'

type JobSideProps = {
  readonly job: Job
  readonly commands: readonly Command[]
  readonly output: readonly OutputLine[]
  readonly dropped: number
}
type Tab = 'output' | 'commands' | 'specification'

/** What the job did, beside what it is doing: output as it comes, commands to copy, the specification. */
export function JobSide({ job, commands, output, dropped }: JobSideProps) {
  const { t } = useTranslation('jobs')
  const { t: common } = useTranslation('common')
  const [tab, setTab] = useState<Tab>('output')
  const copy = () =>
    tab === 'output' ? output.map((line) => line.text).join('\n') : commands.map((command) => commandLine(command.argv)).join('\n')
  return (
    <section className="side" aria-label={t('tab.label')}>
      <Tabs<Tab>
        label={t('tab.label')}
        value={tab}
        onValueChange={setTab}
        tabs={[
          { value: 'output', label: job.state === 'failed' ? t('tab.raw') : t('tab.output') },
          { value: 'commands', label: t('tab.commands'), count: commands.length },
          { value: 'specification', label: t('tab.specification') },
        ]}
        end={tab === 'specification' ? null : <CopyButton text={copy}>{common('copyAll')}</CopyButton>}
      >
        <TabPanel value="output">
          <JobOutput job={job} commands={commands} output={output} dropped={dropped} />
        </TabPanel>
        <TabPanel value="commands">
          <Scroll>
            <CommandList commands={commands} />
          </Scroll>
        </TabPanel>
        <TabPanel value="specification">
          <Scroll label={t('tab.specification')}>
            <JobSpecification job={job} />
          </Scroll>
        </TabPanel>
      </Tabs>
    </section>
  )
}
