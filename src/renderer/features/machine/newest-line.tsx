import { ArrowUp, Download, RotateCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Tool, ToolAbout } from '#shared/contract/toolchain.ts'
import { Age, Button } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import type { ToolActions } from './tool-table.tsx'
import { useAskNewest } from './use-tool-care.ts'
import { isNewer } from './version-wish.ts'

type NewestLineProps = { readonly tool: Tool; readonly about: ToolAbout | undefined; readonly actions: ToolActions }

/** What the publisher last said is newest, when that was, and the way to it: an update by Cove, or by whoever installed the copy in use. */
export function NewestLine({ tool, about, actions }: NewestLineProps) {
  const { t } = useTranslation('machine')
  const words = useErrorWords()
  const ask = useAskNewest()
  const { newest } = tool
  const asking = newest.asking || ask.isPending
  return (
    <span className="tool-line">
      <span>
        {newest.version === null ? (
          t(newest.error ? 'fits.notKnown' : 'newest.unknown')
        ) : (
          <>
            <span className="mono">{newest.version}</span>
            <span className="fg-3">
              {t('comma')}
              {t('newest.asked')} <Age at={newest.asOf} ago />
            </span>
          </>
        )}
      </span>
      <PatchNote tool={tool} />
      {newest.error ? <span className="warn-text">{t('newest.failed', { reason: words(newest.error).cause })}</span> : null}
      <NewestAct tool={tool} about={about} actions={actions} />
      <Button size="small" variant="quiet" icon={RotateCw} busy={asking} onClick={() => ask.mutate()}>
        {t(newest.version === null ? 'newest.ask' : 'newest.askAgain')}
      </Button>
    </span>
  )
}

/** The newest patch of the minor version in use: often what one wants, as it changes nothing else. */
function PatchNote({ tool }: { readonly tool: Tool }) {
  const { t } = useTranslation('machine')
  const patch = patchOf(tool, tool.used?.version ?? null)
  if (patch === null || patch === tool.newest.version || !isNewer(patch, tool.used?.version ?? null)) return null
  return <span className="fg-2">{t('newest.patch', { minor: minorOf(patch), version: patch })}</span>
}

function NewestAct({ tool, about, actions }: NewestLineProps) {
  const { t } = useTranslation('machine')
  const { newest, used } = tool
  const held = tool.copies.some((copy) => copy.version === newest.version && copy.problem === null)
  if (newest.version === null || used === null || tool.jobId !== null) return null
  if (held || !isNewer(newest.version, used.version)) return <span className="fg-3">{t(held ? 'newest.here' : 'newest.isNewest')}</span>
  const owner = about?.copies.find((copy) => copy.path === used.path)?.package ?? null
  if (owner !== null) return <span className="fg-2">{t('newest.byManager', { manager: t(`manager.${owner.manager}`) })}</span>
  if (!tool.downloadable) return null
  const own = used.origin === 'cove'
  return (
    <Button
      size="small"
      icon={own ? ArrowUp : Download}
      busy={actions.starting === tool.name}
      onClick={() => actions.download(tool.name, newest.version)}
    >
      {t(own ? 'newest.update' : 'download.do', { version: newest.version })}
    </Button>
  )
}

/** The newest patch of the minor version that a copy is of; null: not known. */
export function patchOf(tool: Tool, version: string | null): string | null {
  return tool.newest.patches[minorOf(version)] ?? null
}

/** `1.34` of `v1.34.9`. */
export const minorOf = (version: string | null): string => /^v(\d+\.\d+)/.exec(version ?? '')?.[1] ?? ''
