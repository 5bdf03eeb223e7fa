import { CircleSlash, Ellipsis, ShieldCheck, Trash2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tool, ToolAbout } from '#shared/contract/toolchain.ts'
import { Button, Cell, CopyButton, IconButton, Menu, type MenuItem, Row, State, Table } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { CopyCheck, useCheckWords } from './copy-check.tsx'
import { minorOf, patchOf } from './newest-line.tsx'
import { RemoveCopyDialog } from './remove-copy-dialog.tsx'
import type { ToolActions } from './tool-table.tsx'
import { pathParts, useCopyProblem, useShownPath } from './tool-words.ts'
import type { ToolCopy } from './tool-words.ts'
import { useVerify } from './use-tool-care.ts'
import { isNewer } from './version-wish.ts'

type CopyTableProps = {
  readonly tool: Tool /** Undefined: not told yet. */
  readonly about: ToolAbout | undefined
  readonly actions: ToolActions
}

/** All copies of one tool in the order in which they win, and a way to say which is used. */
export function CopyTable({ tool, about, actions }: CopyTableProps) {
  const { t } = useTranslation('machine')
  const { t: common } = useTranslation('common')
  const verify = useVerify(tool.name)
  const [removing, setRemoving] = useState<ToolCopy | null>(null)
  const table = (
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
        <CopyRow
          key={copy.path}
          tool={tool}
          copy={copy}
          about={about?.copies.find(({ path }) => path === copy.path)}
          checking={verify.isPending && verify.variables === copy.path}
          actions={actions}
          onVerify={() => verify.mutate(copy.path)}
          onRemove={() => setRemoving(copy)}
        />
      ))}
    </Table>
  )
  return (
    <>
      {table}
      {verify.error ? <ErrorNotice className="tool-notice" error={verify.error} onRetry={() => verify.mutate(verify.variables)} /> : null}
      {removing && about ? <RemoveCopyDialog tool={tool} copy={removing} about={about} onClose={() => setRemoving(null)} /> : null}
    </>
  )
}

type CopyRowProps = {
  readonly tool: Tool
  readonly copy: ToolCopy
  readonly about: ToolAbout['copies'][number] | undefined
  readonly checking: boolean
  readonly actions: ToolActions
  readonly onVerify: () => void
  readonly onRemove: () => void
}

function CopyRow({ tool, copy, about, checking, actions, onVerify, onRemove }: CopyRowProps) {
  const { t } = useTranslation('machine')
  const shown = useShownPath()
  const problem = useCopyProblem()
  const used = tool.used?.path === copy.path
  const checkWords = useCheckWords()
  const place = pathParts(shown(copy.path))
  const owner = about?.package ?? null
  const from = t(`origin.${copy.origin}`)
  const by = owner ? [t(`manager.${owner.manager}`), owner.name].filter(Boolean).join(' ') : null
  const patch = patchOf(tool, copy.version)
  const newer = isNewer(patch, copy.version) ? t('newest.patch', { minor: minorOf(patch), version: patch }) : undefined
  const version = copy.version ? <span className="mono">{copy.version}</span> : t('state.noVersion')
  return (
    <Row>
      <Cell className="line" title={copy.problem ? problem(copy.problem) : newer}>
        {copy.problem ? (
          <State tone="warn">{problem(copy.problem)}</State>
        ) : used ? (
          <State tone="ok" reason={newer}>
            {version} {t('inUse')}
          </State>
        ) : (
          <State tone="idle" icon={CircleSlash} reason={newer}>
            {version} {t('notUsed')}
          </State>
        )}
      </Cell>
      <Cell className="machine-path">
        <span className="mono path-parts" title={copy.path}>
          <span className="cut">{place.head}</span>
          <span>{place.tail}</span>
        </span>
        <CopyButton text={copy.path} label={t('copyPathOf', { path: copy.path })} />
      </Cell>
      <Cell className="cut fg-2" title={by ? `${from}${t('comma')}${by}` : from}>
        {by ?? from}
        {owner?.held ? ` ${t('package.heldShort')}` : ''}
      </Cell>
      <Cell className="line fg-2" title={checkWords(copy, about) || undefined}>
        <CopyCheck copy={copy} about={about} checking={checking} />
      </Cell>
      <Cell className="line copy-act open">
        <CopyAct tool={tool} copy={copy} used={used} actions={actions} />
        <Menu
          trigger={<IconButton small icon={Ellipsis} label={t('moreCopy', { path: copy.path })} />}
          items={[
            { id: 'verify', label: t('check.again'), icon: ShieldCheck, onSelect: onVerify, disabled: checking },
            ...(about?.source ? removal(t('remove.menu'), onRemove, tool.jobId !== null) : []),
          ]}
        />
      </Cell>
    </Row>
  )
}

const removal = (label: string, onSelect: () => void, disabled: boolean): MenuItem[] => [
  'line',
  { id: 'remove', label, icon: Trash2, onSelect, warns: true, disabled },
]

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
