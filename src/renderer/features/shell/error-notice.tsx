import { useQuery } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queryUtils } from '../../api/client.ts'
import { Button, Code, CopyButton, ErrorPanel } from '../../ui/index.ts'
import { useErrorWords } from './error-words.ts'

type ErrorNoticeProps = {
  readonly error: unknown
  readonly consequence?: ReactNode
  readonly actions?: ReactNode
  readonly onRetry?: () => void
  readonly tone?: 'bad' | 'warn'
  readonly className?: string
}

/** Any failure, said in full: cause, consequence, fix, and the raw output of the command behind it one click away. */
export function ErrorNotice({ error, consequence, actions, onRetry, tone, className }: ErrorNoticeProps) {
  const { t } = useTranslation('common')
  const words = useErrorWords()(error)
  const report = words.code === 'internal' ? reportOf(error) : null
  return (
    <ErrorPanel
      title={words.title}
      cause={words.cause}
      consequence={
        words.consequence && consequence
          ? [words.consequence, ' ', <Fragment key="more">{consequence}</Fragment>]
          : (words.consequence ?? consequence)
      }
      fix={words.fix}
      {...(tone ? { tone } : {})}
      {...(className ? { className } : {})}
      actions={
        onRetry || actions || report ? (
          <>
            {actions}
            {onRetry ? (
              <Button icon={RotateCw} onClick={onRetry}>
                {t('retry')}
              </Button>
            ) : null}
            {report ? <CopyButton text={report}>{t('copyReport')}</CopyButton> : null}
          </>
        ) : null
      }
      raw={
        words.commandId ? (
          <CommandOutput id={words.commandId} tail={words.tail} />
        ) : words.tail || report ? (
          <Code text={words.tail ?? report ?? ''} wrap />
        ) : null
      }
    />
  )
}

/** The output of one command of the journal, read when asked for. */
export function CommandOutput({ id, tail }: { readonly id: string; readonly tail: string | null }) {
  const { t } = useTranslation('common')
  const [wanted, setWanted] = useState(false)
  const output = useQuery(queryUtils.jobs.commandOutput.queryOptions({ input: { id }, enabled: wanted }))
  const text = output.data?.text ?? tail
  return (
    <>
      {text === null ? null : <Code text={text} wrap />}
      {output.data ? null : (
        <Button size="small" variant="quiet" busy={output.isFetching} onClick={() => setWanted(true)}>
          {t('showOutput')}
        </Button>
      )}
    </>
  )
}

/** What the authors need of a bug: message and stack, as text. */
export function reportOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : JSON.stringify(error, null, 2)
}
