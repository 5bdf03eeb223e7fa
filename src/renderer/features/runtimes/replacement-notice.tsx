import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Replacement } from '#shared/contract/replacements.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { Button, buttonClass, Callout, Dialog } from '../../ui/index.ts'
import { IgnoreField, namesIn } from '../kubeadm/ignore-field.tsx'
import { useStart } from '../kubeadm/use-kubeadm.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useTargetPlace } from '../targets/use-target-place.ts'
import { useReplacements } from './use-runtimes.ts'

/** A replacement of the node of this machine that goes on, or has halted and waits for a word. */
export function ReplacementNotice({ target }: { readonly target: TargetId }) {
  const { t } = useTranslation('runtimes')
  const place = useTargetPlace()
  const resume = useStart((wish: { readonly id: string; readonly ignore?: string[] }) => api.replacements.resume(wish))
  const takeBack = useStart((id: string) => api.replacements.takeBack({ id }))
  const [leaving, setLeaving] = useState(false)
  // Null: nothing was written, and what was named when it was begun counts.
  const [ignore, setIgnore] = useState<string | null>(null)
  const list = useReplacements(target)
  const [one] = list.data ?? []
  if (one === undefined) return list.error ? <ErrorNotice className="page-notice" error={list.error} /> : null
  const node = one.node ?? place(target).name
  const openJob = (
    <Link to="/jobs/$id" params={{ id: one.jobId }} className={buttonClass('plain', 'small')}>
      {t('halted.openJob')}
    </Link>
  )
  if (one.state === 'running')
    return <Callout className="page-notice" tone="info" title={t('replacement.running', { node })} actions={openJob} />
  const failed = resume.error ?? takeBack.error
  return (
    <>
      <Callout
        className="page-notice"
        tone="bad"
        title={t('replacement.title', { node })}
        actions={
          <>
            <Button
              size="small"
              busy={resume.isPending}
              onClick={() => resume.mutate({ id: one.id, ...(ignore === null ? {} : { ignore: namesIn(ignore) }) })}
            >
              {t('replacement.goOn')}
            </Button>
            {one.canGoBack ? (
              <Button size="small" busy={takeBack.isPending} onClick={() => takeBack.mutate(one.id)}>
                {t('replacement.takeBack')}
              </Button>
            ) : null}
            <Button size="small" variant="quiet" onClick={() => setLeaving(true)}>
              {t('replacement.giveUp')}
            </Button>
            {openJob}
          </>
        }
      >
        <p className="text-wrap">
          {t(one.canGoBack ? 'replacement.before' : 'replacement.after', { step: t(`replacement.step.${one.step}`) })}
        </p>
        {one.step === 'join' ? <IgnoreField value={ignore ?? one.spec.ignore.join(', ')} onValueChange={setIgnore} /> : null}
      </Callout>
      {failed ? <ErrorNotice className="page-notice" error={failed} /> : null}
      {leaving ? <GiveUpDialog one={one} node={node} onClose={() => setLeaving(false)} /> : null}
    </>
  )
}

type GiveUpProps = { readonly one: Replacement; readonly node: string; readonly onClose: () => void }

function GiveUpDialog({ one, node, onClose }: GiveUpProps) {
  const { t } = useTranslation('runtimes')
  const giveUp = useMutation({ mutationFn: () => api.replacements.giveUp({ id: one.id }), onSuccess: onClose })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('replacement.giveUpTitle', { node })}
      description={t(one.canGoBack ? 'replacement.giveUpTextBefore' : 'replacement.giveUpText')}
      footer={
        <>
          <Button onClick={onClose}>{t('replacement.giveUpKeep')}</Button>
          <Button variant="danger" busy={giveUp.isPending} onClick={() => giveUp.mutate()}>
            {t('replacement.giveUp')}
          </Button>
        </>
      }
    >
      {giveUp.error ? <ErrorNotice error={giveUp.error} /> : null}
    </Dialog>
  )
}
