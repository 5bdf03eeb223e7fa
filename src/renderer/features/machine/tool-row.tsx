import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronUp, CircleQuestionMark, Download, Ellipsis, ExternalLink, PackageSearch, RefreshCcw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Tool } from '#shared/contract/toolchain.ts'
import { Age, Button, buttonClass, Cell, cx, Icon, IconButton, Menu, Row, State } from '../../ui/index.ts'
import type { MenuItem } from '../../ui/index.ts'
import { DownloadInRow } from './download-in-row.tsx'
import type { ToolActions } from './tool-table.tsx'
import { installPage, useCopyProblem, useShownPath } from './tool-words.ts'
import { useFailedDownload } from './use-toolchain.ts'
import { isNewer } from './version-wish.ts'

type ToolRowProps = {
  readonly tool: Tool
  readonly open: boolean
  readonly old: boolean
  readonly actions: ToolActions
  readonly onToggle: () => void
}

/** One tool: which copy is used, where it is, why it, and what can be done. */
export function ToolRow({ tool, open, old, actions, onToggle }: ToolRowProps) {
  const { t } = useTranslation('machine')
  return (
    <Row onOpen={onToggle} old={old} {...(open ? { className: 'tool-open' } : {})}>
      <Cell className="mono medium">{tool.name}</Cell>
      <Cell className="line" title={tool.used?.version ?? undefined}>
        <ToolState tool={tool} />
      </Cell>
      <ToolFacts tool={tool} />
      <Cell className="line tool-acts open">
        <ToolAct tool={tool} actions={actions} />
        <ToolMenu tool={tool} actions={actions} />
        <IconButton
          small
          icon={open ? ChevronUp : ChevronDown}
          label={t(open ? 'hideCopies' : 'showCopies', { tool: tool.name })}
          aria-expanded={open}
          aria-controls={open ? detailId(tool) : undefined}
          onClick={onToggle}
        />
      </Cell>
    </Row>
  )
}

export const detailId = (tool: Tool) => `tool-${tool.name}`

function ToolState({ tool }: { readonly tool: Tool }) {
  const { t } = useTranslation('machine')
  switch (tool.state) {
    case 'loading':
      return (
        <State tone="idle" busy>
          {t('state.loading')}
        </State>
      )
    case 'absent':
      return <State tone="idle">{t('state.absent')}</State>
    case 'unknown':
      return (
        <State tone="idle" icon={CircleQuestionMark}>
          {t('state.unknown')}
        </State>
      )
    case 'found':
      return (
        <State
          tone="ok"
          reason={isNewer(tool.newest.version, newestHere(tool)) ? t('newest.row', { version: tool.newest.version }) : undefined}
        >
          {tool.used?.version ? <span className="mono">{tool.used.version}</span> : t('state.noVersion')}
        </State>
      )
  }
}

/** The newest version that is here; null: none says its version. */
function newestHere(tool: Tool): string | null {
  return tool.copies.reduce<string | null>((best, { version }) => (best === null || isNewer(version, best) ? version : best), null)
}

/** Where the used copy is and why it is used; for a tool that is not there what it is for, for one that does not answer why not. */
function ToolFacts({ tool }: { readonly tool: Tool }) {
  const { t } = useTranslation('machine')
  const shown = useShownPath()
  const problem = useCopyProblem()
  const failed = useFailedDownload(tool.name)
  const { used } = tool
  // What goes on now, or went wrong last, stands where the rest can wait.
  const now = tool.jobId ? (
    <DownloadInRow key={tool.jobId} id={tool.jobId} tool={tool.name} />
  ) : failed ? (
    <Link to="/jobs/$id" params={{ id: failed.id }} className="tool-failed sm">
      <State tone="bad">{t('download.failed')}</State> <Age at={failed.finishedAt} ago />
    </Link>
  ) : null
  if (now && !used)
    return (
      <Cell className="line tool-words" colSpan={3}>
        {now}
      </Cell>
    )
  if (!used) {
    const words = tool.state === 'absent' ? t(`purpose.${tool.name}`) : tool.state === 'unknown' && tool.error ? problem(tool.error) : ''
    const path = tool.state === 'unknown' ? tool.copies[0]?.path : undefined
    return (
      <Cell className="tool-words fg-2" colSpan={3} title={words}>
        {path ? <span className="mono">{shown(path)} </span> : null}
        {words}
      </Cell>
    )
  }
  const others = tool.copies.filter((copy) => copy.path !== used.path)
  const why = `${t(`origin.${used.origin}`)}${used.sha256 ? t('comma') + t('verified') : ''}`
  return (
    <>
      <Cell className="mono cut" title={used.path}>
        {shown(folderOf(used.path))}
      </Cell>
      {now ? (
        <Cell className="line tool-now" colSpan={2}>
          {now}
        </Cell>
      ) : (
        <Cell className="cut fg-2" title={tool.reason === 'none' ? why : t(`why.${tool.reason}`)}>
          {why}
        </Cell>
      )}
      {now ? null : (
        <Cell className="cut fg-2 tool-others">
          {others.length === 0
            ? t('noOthers')
            : others.length === 1 && others[0]?.version
              ? t('oneOther', { version: others[0].version, folder: shown(folderOf(others[0].path)) })
              : t('others', { count: others.length })}
        </Cell>
      )}
    </>
  )
}

/** What is most likely wanted now of a tool that is not there: a download, or its makers' own word on how to install it. */
function ToolAct({ tool, actions }: { readonly tool: Tool; readonly actions: ToolActions }) {
  const { t, i18n } = useTranslation('machine')
  if (tool.jobId) return null
  if ((tool.state === 'absent' || tool.state === 'unknown') && tool.downloadable)
    return (
      <Button
        size="small"
        className="tool-act"
        icon={Download}
        busy={actions.starting === tool.name}
        onClick={(event) => {
          // The button gives way to the job; the focus stays with the row.
          event.currentTarget.closest<HTMLElement>('[role="row"]')?.focus()
          actions.download(tool.name, null)
        }}
      >
        {t('download.do', { version: tool.wanted })}
      </Button>
    )
  if (tool.state !== 'absent') return null
  return (
    <a
      href={installPage(tool.name, i18n.language)}
      target="_blank"
      rel="noreferrer"
      className={cx(buttonClass('plain', 'small'), 'tool-act')}
    >
      <Icon of={ExternalLink} />
      {t('install', { tool: tool.name })}
    </a>
  )
}

function ToolMenu({ tool, actions }: { readonly tool: Tool; readonly actions: ToolActions }) {
  const { t } = useTranslation('machine')
  const working = tool.jobId !== null
  const held = tool.copies.some((copy) => copy.origin === 'cove' && copy.version === tool.wanted && copy.problem === null)
  const items: MenuItem[] = []
  if (tool.downloadable) {
    items.push(
      {
        id: 'download',
        label: t('download.do', { version: tool.wanted }),
        icon: Download,
        onSelect: () => actions.download(tool.name, null),
        disabled: working || held,
        end: held ? t('download.held') : null,
      },
      { id: 'other', label: t('download.other'), icon: PackageSearch, onSelect: () => actions.downloadOther(tool.name), disabled: working },
    )
  }
  if (tool.copies.some((copy) => copy.origin === 'chosen')) {
    if (items.length > 0) items.push('line')
    items.push({ id: 'auto', label: t('chooseItself'), icon: RefreshCcw, onSelect: () => actions.choose(tool.name, null) })
  }
  if (items.length === 0) return null
  return <Menu trigger={<IconButton small icon={Ellipsis} label={t('more', { tool: tool.name })} />} items={items} />
}

function folderOf(path: string): string {
  return path.replace(/[/\\][^/\\]+$/, '') || '/'
}
