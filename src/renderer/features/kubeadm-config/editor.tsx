import { useQuery } from '@tanstack/react-query'
import { Redo2, ShieldCheck, Undo2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmVersion } from '#shared/contract/kubeadm-config.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { queryUtils } from '../../api/client.ts'
import { Button, Callout, IconButton, modKey, Scroll, Segmented, State, Toolbar } from '../../ui/index.ts'
import { CommandBar } from '../document/command-bar.tsx'
import { DocumentContext, type DocumentForm } from '../document/document-context.ts'
import { useUndoKeys } from '../document/use-undo-keys.ts'
import { YamlPane } from '../document/yaml-pane.tsx'
import { commandTexts } from './command-text.ts'
import { ConvertDialog } from './convert-dialog.tsx'
import { problemsOf } from './document/problems.ts'
import { KubeadmFormContext } from './form/form-context.ts'
import { KubeadmForm } from './form/kubeadm-form.tsx'
import { useKubeadmDocument } from './use-kubeadm-document.ts'
import { useVerdict } from './use-verdict.ts'
import { VerdictNotice } from './verdict-notice.tsx'
import '../document/document.css'
import './kubeadm-config.css'

/** A file of kubeadm: form and text side by side, what is wrong with it, the same command below. */
export function Editor({
  target,
  value,
  onChange,
  actions,
}: {
  readonly target: TargetId
  readonly value: string
  readonly onChange: (text: string) => void
  readonly actions?: ReactNode
}) {
  const { t } = useTranslation('kubeadm-config')
  const { t: designer } = useTranslation('designer')
  const document = useKubeadmDocument(value, onChange)
  const { text, values, readable } = document
  const facts = useQuery({ ...queryUtils.kubeadmConfig.facts.queryOptions({ input: { target } }), staleTime: 60_000 }).data ?? null
  const own = useMemo(() => problemsOf(text, facts), [text, facts])
  const verdict = useVerdict(target, text)
  const problems = useMemo(() => [...own, ...verdict.problems].sort((a, b) => a.from - b.from), [own, verdict.problems])
  const [pane, setPane] = useState<'form' | 'yaml'>('form')
  const [converting, setConverting] = useState<KubeadmVersion | null>(null)
  useUndoKeys(document)
  const errors = own.filter((one) => one.severity === 'error').length
  const warnings = own.length - errors
  const form: DocumentForm = { which: 'ClusterConfiguration', change: document.change, problems: own }
  const old = values?.purpose === 'init' || values?.purpose === 'join'
  return (
    <div className="kubeadm-editor">
      <Toolbar className="design-bar">
        {actions}
        {values !== null && old ? (
          <Segmented
            label={t('version')}
            value={values.version}
            onValueChange={(next) => next !== values.version && readable && setConverting(next)}
            options={(['v1beta3', 'v1beta4'] as const).map((one) => ({ value: one, label: one }))}
          />
        ) : null}
        <span className="grow" />
        <span className="kubeadm-counts">
          {errors > 0 ? <State tone="bad">{designer('status.errors', { count: errors })}</State> : null}
          {warnings > 0 ? <State tone="warn">{designer('status.warnings', { count: warnings })}</State> : null}
        </span>
        <span className="design-switch">
          <Segmented
            label={designer('show')}
            value={pane}
            onValueChange={setPane}
            options={[
              { value: 'form', label: designer('form') },
              { value: 'yaml', label: 'YAML' },
            ]}
          />
        </span>
        <IconButton icon={Undo2} label={designer('undo')} keys={modKey('Z')} disabled={!document.canUndo} onClick={document.undo} />
        <IconButton icon={Redo2} label={designer('redo')} keys={modKey('Shift+Z')} disabled={!document.canRedo} onClick={document.redo} />
        <Button icon={ShieldCheck} busy={verdict.asking} disabled={facts?.version === null} onClick={verdict.ask}>
          {facts?.version ? t('check', { version: facts.version }) : t('checkAny')}
        </Button>
      </Toolbar>
      <div className="design" data-pane={pane}>
        <Scroll className="design-form" label={designer('form')}>
          <VerdictNotice verdict={verdict} />
          {facts?.version === null ? (
            <Callout tone="info" className="page-notice" title={t('absent.title')}>
              <p>{t('absent.text')}</p>
            </Callout>
          ) : null}
          {readable ? null : (
            <Callout tone="warn" className="page-notice" title={designer('unreadable.title')} alert>
              <p>{t(values === null ? 'unreadable' : 'unreadableYet')}</p>
            </Callout>
          )}
          {values === null ? null : (
            <KubeadmFormContext value={{ values, facts, change: document.change }}>
              <DocumentContext value={form}>
                <fieldset className="design-set" disabled={!readable} aria-label={designer('form')}>
                  <KubeadmForm />
                </fieldset>
              </DocumentContext>
            </KubeadmFormContext>
          )}
        </Scroll>
        <YamlPane document={{ ...document, problems }} name="kubeadm" />
      </div>
      <CommandBar command={values === null || !readable || errors > 0 ? null : commandTexts(values, text)} />
      {converting === null ? null : (
        <ConvertDialog
          target={target}
          text={text}
          to={converting}
          kubeadm={facts?.version ?? null}
          onClose={() => setConverting(null)}
          onApply={(next) => {
            document.replace(next)
            setConverting(null)
          }}
        />
      )}
    </div>
  )
}
