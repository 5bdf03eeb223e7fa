import { CircleCheck, Link2, Unlink } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Shell, ShellLine, Tool, ToolAbout } from '#shared/contract/toolchain.ts'
import { Button, Code, Segmented, State } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { ShellLineRow } from './shell-line-row.tsx'
import { useShownPath } from './tool-words.ts'
import { useLink, useUnlink } from './use-tool-care.ts'

const names: Record<Shell, string> = { bash: 'bash', zsh: 'zsh', fish: 'fish', powershell: 'PowerShell' }

/** A tool for the terminal: Cove's copy on PATH, the line that puts its folder there, and completion, each with the way back. */
export function TerminalSection({ tool, about }: { readonly tool: Tool; readonly about: ToolAbout }) {
  const { t } = useTranslation('machine')
  const shown = useShownPath()
  const { userPath, completion } = about
  const shells = [...new Set([...userPath.lines, ...completion].map((line) => line.shell))]
  const [shell, setShell] = useState<Shell>(about.shell && shells.includes(about.shell) ? about.shell : (shells[0] ?? 'bash'))
  const ofShell = (lines: readonly ShellLine[]) => lines.find((line) => line.shell === shell)
  const pathLine = ofShell(userPath.lines)
  const completes = ofShell(completion)
  // The line matters as soon as something of Cove's is there, or could be.
  const wantsLine = !userPath.onPath && (userPath.state === 'own' || userPath.would !== null)
  if (userPath.would === null && userPath.state !== 'own' && completion.length === 0) return null
  const needsShell = wantsLine || completion.length > 0
  return (
    <section className="tool-section" aria-labelledby={`terminal-${tool.name}`}>
      <div className="tool-section-head">
        <h3 id={`terminal-${tool.name}`}>{t('terminal.title')}</h3>
        <span className="grow" />
        {needsShell && shells.length > 1 ? (
          <Segmented
            label={t('terminal.shell')}
            value={shell}
            onValueChange={setShell}
            options={shells.map((value) => ({ value, label: names[value] }))}
          />
        ) : null}
      </div>
      <UserPathRow tool={tool} about={about} />
      {wantsLine && pathLine ? (
        <ShellLineRow
          key={`path ${shell}`}
          tool={tool.name}
          what="path"
          line={pathLine}
          supported={userPath.supported}
          title={t(pathLine.present ? 'terminal.pathAdded' : 'terminal.pathLine', { folder: shown(userPath.folder) })}
        />
      ) : null}
      {completion.length === 0 ? null : completes ? (
        <ShellLineRow
          key={`completion ${shell}`}
          tool={tool.name}
          what="completion"
          line={completes}
          supported={userPath.supported}
          title={t('terminal.completion', { shell: names[shell] })}
        />
      ) : (
        <p className="fg-2">{t('terminal.noCompletion', { tool: tool.name, shell: names[shell] })}</p>
      )}
    </section>
  )
}

function UserPathRow({ tool, about: { userPath } }: { readonly tool: Tool; readonly about: ToolAbout }) {
  const { t } = useTranslation('machine')
  const shown = useShownPath()
  const link = useLink(tool.name)
  const unlink = useUnlink(tool.name)
  const { state, would } = userPath
  if (would === null && state !== 'own' && state !== 'broken') return null
  const error = link.error ?? unlink.error
  const path = shown(userPath.path)
  const changed = tool.copies.some((copy) => copy.path === userPath.leadsTo && copy.problem !== null)
  return (
    <div className="terminal-row">
      <div className="terminal-line">
        {state === 'own' && changed ? (
          <State tone="bad">{t('terminal.changed', { path, copy: shown(userPath.leadsTo ?? '') })}</State>
        ) : state === 'own' ? (
          <State tone="ok" icon={CircleCheck}>
            {t('terminal.linked', { path, copy: shown(userPath.leadsTo ?? '') })}
          </State>
        ) : state === 'broken' ? (
          <State tone="warn">{t('terminal.broken', { path })}</State>
        ) : state === 'foreign' ? (
          <State tone="info">{t('terminal.foreign', { path })}</State>
        ) : (
          <State tone="idle">{t('terminal.onlyCove')}</State>
        )}
        <span className="grow" />
        {state === 'absent' && userPath.supported ? (
          <Button size="small" icon={Link2} busy={link.isPending} onClick={() => link.mutate()}>
            {t('terminal.link', { folder: shown(userPath.folder) })}
          </Button>
        ) : null}
        {state === 'broken' && would !== null ? (
          <Button size="small" icon={Link2} busy={link.isPending} onClick={() => link.mutate()}>
            {t('terminal.mend')}
          </Button>
        ) : null}
        {state === 'own' || state === 'broken' ? (
          <Button size="small" icon={Unlink} busy={unlink.isPending} onClick={() => unlink.mutate()}>
            {t('terminal.unlink')}
          </Button>
        ) : null}
      </div>
      {state === 'absent' ? <p className="fg-2">{t('terminal.whatLink', { path, copy: shown(would ?? '') })}</p> : null}
      {!userPath.supported ? (
        <>
          <p className="fg-2">{t('terminal.byHand')}</p>
          <Code text={userPath.commands.join('\n')} label={t('terminal.commands')} />
        </>
      ) : null}
      {error ? <ErrorNotice error={error} consequence={t('terminal.unchanged')} /> : null}
    </div>
  )
}
