import { Check, Minus } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tool, ToolAbout } from '#shared/contract/toolchain.ts'
import { Button, Dialog, Icon } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { type ToolCopy, useShownPath } from './tool-words.ts'
import { useRemoveCopy } from './use-tool-care.ts'

type RemoveCopyDialogProps = {
  readonly tool: Tool
  readonly copy: ToolCopy
  readonly about: ToolAbout
  readonly onClose: () => void
}

/** What goes with a copy of Cove's, what stays, and which is used then; the button that names it is the second step. */
export function RemoveCopyDialog({ tool, copy, about, onClose }: RemoveCopyDialogProps) {
  const { t } = useTranslation('machine')
  const shown = useShownPath()
  const keep = useRef<HTMLButtonElement>(null)
  const remove = useRemoveCopy(tool.name)
  // One that was changed is not asked for its version; it goes under the one that it was downloaded as.
  const version = copy.version ?? about.copies.find(({ path }) => path === copy.path)?.source?.version ?? ''
  const name = `${tool.name} ${version}`.trim()
  const rest = tool.copies.filter((other) => other.path !== copy.path)
  const linked = about.userPath.state === 'own' && about.userPath.leadsTo === copy.path
  const ownRest = rest.find(({ path, problem }) => problem === null && about.copies.find((one) => one.path === path)?.source)
  const goes = [shown(copy.path), ...(linked && !ownRest ? [t('remove.link', { path: shown(about.userPath.path) })] : [])]
  const next = rest.find(({ problem }) => problem === null)
  const stays = [
    ...rest.map((other) => `${other.version ?? t('state.noVersion')} ${shown(other.path)}`),
    ...(linked && ownRest ? [t('remove.linkStays', { path: shown(about.userPath.path), version: ownRest.version })] : []),
    ...about.completion.filter(({ recordId }) => recordId !== null).map(({ file }) => t('remove.completion', { file: shown(file) })),
    t('remove.settings'),
  ]
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('remove.title', { name })}
      description={next ? t('remove.next', { version: next.version, path: shown(next.path) }) : t('remove.last', { tool: tool.name })}
      initialFocus={keep}
      footer={
        <>
          <Button ref={keep} onClick={onClose}>
            {t('remove.keep')}
          </Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate(copy.path, { onSuccess: onClose })}>
            {t('remove.do', { name })}
          </Button>
        </>
      }
    >
      <div className="goes">
        <section>
          <h3>{t('remove.goes')}</h3>
          <ul>
            {goes.map((text) => (
              <li key={text}>
                <Icon of={Minus} tone="bad" small />
                <span className="text-wrap">{text}</span>
              </li>
            ))}
          </ul>
        </section>
        <section>
          <h3>{t('remove.stays')}</h3>
          <ul>
            {stays.map((text) => (
              <li key={text}>
                <Icon of={Check} tone="ok" small />
                <span className="text-wrap">{text}</span>
              </li>
            ))}
          </ul>
        </section>
      </div>
      {remove.error ? <ErrorNotice className="goes-notice" error={remove.error} /> : null}
    </Dialog>
  )
}
