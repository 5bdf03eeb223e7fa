import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Finding } from '#shared/contract/findings.ts'
import { Badge, Callout, KeyValue } from '../../ui/index.ts'
import { CommandOutput } from '../shell/error-notice.tsx'
import { type ErrorWords, useErrorWords } from '../shell/error-words.ts'
import { EvidenceList } from './evidence-list.tsx'
import { FindingAction } from './finding-action.tsx'

type FindingPanelProps = {
  readonly finding: Finding
  /** What is left of the job, beside what follows from the cause. */
  readonly left?: ReactNode
  readonly actions?: ReactNode
  /** The command behind the failure. */
  readonly commandId?: string | null
}

/** The cause of a failure: cause, consequence, fix, the buttons that do it, and what shows it one click away. */
export function FindingPanel({ finding, left, actions, commandId = null }: FindingPanelProps) {
  const { t } = useTranslation('jobs')
  const { t: common } = useTranslation('common')
  const words = useFindingWords()(finding)
  return (
    <Callout
      tone={finding.level === 'warning' ? 'warn' : 'bad'}
      title={<FindingTitle finding={finding} words={words} />}
      alert
      actions={
        <>
          {actions}
          <FindingAction finding={finding} />
        </>
      }
    >
      <FindingFacts words={words} left={left} />
      {finding.evidence.length > 0 ? (
        <details className="raw">
          <summary>{t('finding.shows')}</summary>
          <EvidenceList evidence={finding.evidence} />
        </details>
      ) : null}
      {commandId === null ? null : (
        <details className="raw">
          <summary>{common('error.raw')}</summary>
          <CommandOutput id={commandId} tail={null} />
        </details>
      )}
    </Callout>
  )
}

type MoreFindingsProps = {
  readonly title: string
  readonly findings: readonly Finding[]
  /** The first is open from the start: nothing else says more. */
  readonly firstOpen?: boolean
}

/** Further causes, closed until they are wanted. */
export function MoreFindings({ title, findings, firstOpen = false }: MoreFindingsProps) {
  const wordsOf = useFindingWords()
  if (findings.length === 0) return null
  return (
    <section className="more-findings" aria-label={title}>
      <h3 className="fg-2">{title}</h3>
      {findings.map((finding, index) => {
        const words = wordsOf(finding)
        return (
          <details key={`${finding.cause}-${index}`} className="raw finding" open={firstOpen && index === 0}>
            <summary>
              <FindingTitle finding={finding} words={words} />
            </summary>
            <FindingFacts words={words} />
            <EvidenceList evidence={finding.evidence} />
            <div className="acts">
              <FindingAction finding={finding} />
            </div>
          </details>
        )
      })}
    </section>
  )
}

export function useFindingWords(): (finding: Finding) => ErrorWords {
  const words = useErrorWords()
  return ({ cause, facts }) => words({ code: cause, facts, commandId: null })
}

function FindingTitle({ finding, words }: { readonly finding: Finding; readonly words: ErrorWords }) {
  const { t } = useTranslation('jobs')
  return (
    <>
      {words.title} {finding.sure === 'likely' ? <Badge tone="warn">{t('finding.likely')}</Badge> : null}
    </>
  )
}

function FindingFacts({ words, left }: { readonly words: ErrorWords; readonly left?: ReactNode }) {
  const { t } = useTranslation('jobs')
  const { t: common } = useTranslation('common')
  return (
    <KeyValue
      items={[
        { key: 'cause', label: common('error.cause'), value: words.cause },
        words.consequence === null ? null : { key: 'consequence', label: common('error.consequence'), value: words.consequence },
        { key: 'fix', label: common('error.fix'), value: words.fix },
        left === undefined ? null : { key: 'left', label: t('finding.cleanedUp'), value: left },
      ]}
    />
  )
}
