import { CircleSlash } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tool } from '#shared/contract/toolchain.ts'
import { Button, Cell, CopyButton, Row, State, Table } from '../../ui/index.ts'
import type { ToolActions } from './tool-table.tsx'
import { useCopyProblem, useShownPath } from './tool-words.ts'
import type { ToolCopy } from './tool-words.ts'

/** All copies of one tool in the order in which they win, and a way to say which is used. */
export function CopyTable({ tool, actions }: { readonly tool: Tool; readonly actions: ToolActions }) {
  const { t } = useTranslation('machine')
  const { t: common } = useTranslation('common')
  return (
    <Table
      label={t('copies', { tool: tool.name })}
      className="copies-table"
      columns={[
        { key: 'version', label: common('version') },
        { key: 'path', label: t('column.where') },
        { key: 'origin', label: t('column.from') },
        { key: 'check', label: t('column.check') },
        { key: 'actions', label: common('actions'), hideLabel: true },
      ]}
    >
      {tool.copies.map((copy) => (
        <CopyRow key={copy.path} tool={tool} copy={copy} actions={actions} />
      ))}
    </Table>
  )
}

function CopyRow({ tool, copy, actions }: { readonly tool: Tool; readonly copy: ToolCopy; readonly actions: ToolActions }) {
  const { t } = useTranslation('machine')
  const shown = useShownPath()
  const problem = useCopyProblem()
  const used = tool.used?.path === copy.path
  const version = copy.version ? <span className="mono">{copy.version}</span> : t('state.noVersion')
  return (
    <Row>
      <Cell className="line" title={copy.problem ? problem(copy.problem) : undefined}>
        {copy.problem ? (
          <State tone="warn">{problem(copy.problem)}</State>
        ) : used ? (
          <State tone="ok">
            {version} {t('inUse')}
          </State>
        ) : (
          <State tone="idle" icon={CircleSlash}>
            {version} {t('notUsed')}
          </State>
        )}
      </Cell>
      <Cell className="machine-path">
        <span className="mono cut" title={copy.path}>
          {shown(copy.path)}
        </span>
        <CopyButton text={copy.path} label={t('copyPathOf', { path: copy.path })} />
      </Cell>
      <Cell className="fg-2">{t(`origin.${copy.origin}`)}</Cell>
      <Cell className="fg-2" title={copy.sha256 ?? undefined}>
        {copy.sha256 ? (
          <>
            {t('verified')} <span className="mono">{copy.sha256.slice(0, 8)}…</span>
          </>
        ) : (
          t('notVerified')
        )}
      </Cell>
      <Cell className="line copy-act open">
        <CopyAct tool={tool} copy={copy} used={used} actions={actions} />
      </Cell>
    </Row>
  )
}

/** One button per copy that can be used, and for the one chosen by hand the way back. */
function CopyAct({
  tool,
  copy,
  used,
  actions,
}: {
  readonly tool: Tool
  readonly copy: ToolCopy
  readonly used: boolean
  readonly actions: ToolActions
}) {
  const { t } = useTranslation('machine')
  const chosen = copy.origin === 'chosen'
  const button = useRef<HTMLButtonElement>(null)
  const pressed = useRef(false)
  useEffect(() => {
    // A choice changes the order of the copies, and a row that moves loses the focus.
    if (pressed.current && document.activeElement === document.body) button.current?.focus()
    pressed.current = false
  }, [copy.origin])
  const path = chosen ? null : copy.path
  if (copy.problem && !chosen) return null
  const word = chosen ? t('chooseItself') : used ? t('keepCopy') : t('useCopy')
  return (
    <Button
      ref={button}
      size="small"
      busy={actions.choosing?.tool === tool.name && actions.choosing.path === path}
      aria-label={t('copyAct', { action: word, path: copy.path })}
      onClick={() => {
        pressed.current = true
        actions.choose(tool.name, path)
      }}
    >
      {word}
    </Button>
  )
}
