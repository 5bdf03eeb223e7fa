import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronDown, FilePen, FilePlus, FolderOpen } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmPurpose } from '#shared/contract/kubeadm-config-procedures.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Badge, Button, Callout, Menu, SectionHead } from '../../ui/index.ts'
import { readDraft } from '../document/draft.ts'
import { NameDialog } from '../document/name-dialog.tsx'
import { useDraft } from '../document/use-draft.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { EditorWaits, KubeadmConfigEditor } from './kubeadm-config-editor.tsx'
import { RemoveFileDialog } from './remove-file-dialog.tsx'
import { fresh, type SectionStart, useSectionStart } from './use-section.ts'
import './kubeadm-config.css'

const kubeadmPurposes: readonly KubeadmPurpose[] = ['init', 'join', 'upgrade', 'reset']

type KubeadmConfigSectionProps = {
  readonly target: TargetId
  readonly opened?: boolean
  /** What is done with the text as it stands: a button, first in the toolbar. */
  readonly act?: (text: string) => ReactNode
  /** Told what the text is while it is open; null: it is not. */
  readonly onText?: (text: string | null) => void
}

/** The configuration file of a machine: begun, changed, kept under a name, opened again. */
export function KubeadmConfigSection({ target, opened = false, act, onText }: KubeadmConfigSectionProps) {
  const { t } = useTranslation('kubeadm-config')
  // The editor is large: it comes when somebody asks for it, or has left something in it.
  const [open, setOpen] = useState(() => opened || readDraft(`kubeadm:${target}`) !== null)
  return (
    <section className="kubeadm-config" aria-label={t('title')}>
      <SectionHead title={t('title')} note={t('note')} />
      {open ? (
        <Start target={target} {...(act ? { act } : {})} {...(onText ? { onText } : {})} />
      ) : (
        <div className="kubeadm-config-closed">
          <p className="fg-2">{t('about')}</p>
          <Button icon={FilePen} onClick={() => setOpen(true)}>
            {t('open')}
          </Button>
        </div>
      )}
    </section>
  )
}

function Start({ target, act, onText }: Omit<KubeadmConfigSectionProps, 'opened'>) {
  const start = useSectionStart(target)
  if (start.data) return <Files target={target} start={start.data} {...(act ? { act } : {})} {...(onText ? { onText } : {})} />
  if (start.error) return <ErrorNotice className="page-notice" error={start.error} onRetry={() => void start.refetch()} />
  return <EditorWaits />
}

function Files({ target, start, act, onText }: Omit<KubeadmConfigSectionProps, 'opened'> & { readonly start: SectionStart }) {
  const { t } = useTranslation('kubeadm-config')
  const { t: designer } = useTranslation('designer')
  const queryClient = useQueryClient()
  const [text, setText] = useState(start.text)
  useEffect(() => onText?.(text), [text, onText])
  useEffect(() => () => onText?.(null), [onText])
  const [{ saved, file, draftAt }, setOrigin] = useState(start)
  const [asking, setAsking] = useState<'name' | 'remove' | null>(null)
  useDraft({ place: `kubeadm:${target}`, draftAt }, text, saved, file)
  const kept = useQuery(queryUtils.kubeadmConfig.files.queryOptions())
  const again = () => queryClient.invalidateQueries({ queryKey: queryUtils.kubeadmConfig.files.key() })
  const put = (next: SectionStart) => {
    setOrigin(next)
    setText(next.text)
  }
  const begin = useMutation({
    mutationFn: ({ purpose, whole }: { readonly purpose: KubeadmPurpose; readonly whole: boolean }) => fresh(target, purpose, whole),
    onSuccess: put,
  })
  const open = useMutation({
    mutationFn: (id: string) => api.kubeadmConfig.file({ id }),
    onSuccess: ({ id, name, document }) => put({ text: document, saved: document, file: { id, name }, draftAt: null }),
  })
  const save = useMutation({
    mutationFn: (document: string) => api.kubeadmConfig.save({ id: file?.id ?? null, name: file?.name ?? '', document }),
    onSuccess: (_, document) => {
      // What was typed meanwhile is not in it.
      setOrigin((now) => ({ ...now, saved: document, draftAt: null }))
      void again()
    },
  })
  const changed = text !== saved
  const failed = begin.error ?? open.error ?? save.error
  const actions = (
    <>
      {act?.(text)}
      <Menu
        align="start"
        trigger={
          <Button icon={FilePlus} busy={begin.isPending}>
            {t('begin.menu')}
            <ChevronDown size={14} aria-hidden />
          </Button>
        }
        items={[
          ...kubeadmPurposes.map((purpose) => ({
            id: purpose,
            label: t(`begin.${purpose}`),
            onSelect: () => begin.mutate({ purpose, whole: false }),
          })),
          'line' as const,
          ...kubeadmPurposes.map((purpose) => ({
            id: `whole-${purpose}`,
            label: t('begin.whole', { command: `kubeadm ${purpose}` }),
            onSelect: () => begin.mutate({ purpose, whole: true }),
          })),
        ]}
      />
      <Menu
        align="start"
        trigger={
          <Button icon={FolderOpen} busy={open.isPending || save.isPending}>
            {t('files.menu')}
            <ChevronDown size={14} aria-hidden />
          </Button>
        }
        items={[
          ...(file === null
            ? []
            : [{ id: 'save', label: t('files.save', { name: file.name }), disabled: !changed, onSelect: () => save.mutate(text) }]),
          { id: 'new', label: t('files.saveNew'), onSelect: () => setAsking('name') },
          ...((kept.data?.files ?? []).length > 0 ? ['line' as const] : []),
          ...(kept.data?.files ?? []).map((one) => ({
            id: `open-${one.id}`,
            label: t('files.open', { name: one.name }),
            onSelect: () => open.mutate(one.id),
          })),
          ...(file === null
            ? []
            : [
                'line' as const,
                { id: 'remove', label: t('files.remove', { name: file.name }), warns: true, onSelect: () => setAsking('remove') },
              ]),
        ]}
      />
      {file === null ? null : <Badge>{t(changed ? 'files.fromChanged' : 'files.from', { name: file.name })}</Badge>}
    </>
  )
  return (
    <>
      {draftAt !== null && changed ? (
        <Callout
          tone="info"
          className="page-notice"
          title={designer('draft.title')}
          actions={
            <Button size="small" busy={begin.isPending} onClick={() => begin.mutate({ purpose: 'init', whole: false })}>
              {designer('draft.afresh')}
            </Button>
          }
        >
          <p>{t('draft')}</p>
        </Callout>
      ) : null}
      {failed ? <ErrorNotice className="page-notice" error={failed} /> : null}
      <KubeadmConfigEditor target={target} value={text} onChange={setText} actions={actions} />
      {asking === 'name' ? (
        <NameDialog
          title={t('files.nameTitle')}
          description={t('files.nameText')}
          label={t('files.name')}
          act={designer('profile.save')}
          proposed=""
          save={(name) => api.kubeadmConfig.save({ id: null, name, document: text })}
          onSaved={({ id, name }) => {
            setOrigin({ text, saved: text, file: { id, name }, draftAt: null })
            setAsking(null)
            void again()
          }}
          onClose={() => setAsking(null)}
        />
      ) : null}
      {asking === 'remove' && file !== null ? (
        <RemoveFileDialog
          file={file}
          onRemoved={() => {
            setOrigin({ text, saved: '', file: null, draftAt: null })
            setAsking(null)
            void again()
          }}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </>
  )
}
