import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronDown, Plus, Redo2, Save, Undo2 } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQueryClient, useMutation } from '@tanstack/react-query'
import { api, queryUtils } from '../../api/client.ts'
import { Badge, Button, Callout, IconButton, Menu, modKey, Scroll, Segmented, StatusItem, Toolbar, useFormat } from '../../ui/index.ts'
import { EngineProblem, engineFails, useEngine } from '../clusters/engine-problem.tsx'
import { PlanFindings } from '../clusters/plan-findings.tsx'
import { FindingAction } from '../jobs/finding-action.tsx'
import { useStartCreate } from '../jobs/use-start-create.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { Page } from '../shell/page.tsx'
import { isBeside } from './beside.ts'
import { commandTexts, extraCommands } from './command-text.ts'
import { CommandBar } from '../document/command-bar.tsx'
import { DocumentContext, type DocumentForm } from '../document/document-context.ts'
import { useDraft } from '../document/use-draft.ts'
import { useUndoKeys } from '../document/use-undo-keys.ts'
import { YamlPane } from '../document/yaml-pane.tsx'
import { DesignContext, type Design } from './design-context.ts'
import { nodePlaces } from './document/places.ts'
import { parseText } from './document/text.ts'
import { versionFieldId } from './form/image-field.tsx'
import { KindForm } from './form/kind-form.tsx'
import { MinikubeForm } from './form/minikube-form.tsx'
import { LivingNotice } from './living-notice.tsx'
import { SaveProfileDialog } from './save-profile-dialog.tsx'
import { useDesign, type DesignStart } from './use-design.ts'
import { specOf, useDesignPlan } from './use-design-plan.ts'
import '../document/document.css'
import './designer.css'

/** A cluster is designed: form and document side by side, the same command below them. */
export function Designer({
  start,
  focus,
  onAfresh,
}: {
  readonly start: DesignStart
  /** `version`: the same cluster with another Kubernetes is wanted. */
  readonly focus: 'version' | undefined
  readonly onAfresh: () => void
}) {
  const { t } = useTranslation('designer')
  const { t: clusters } = useTranslation('clusters')
  const format = useFormat()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const startCreate = useStartCreate()
  const engine = useEngine()
  const [profile, setProfile] = useState(start.profile)
  const [saved, setSaved] = useState(start.saved)
  const design = useDesign(start)
  const { text, view, problems } = design
  const plan = useDesignPlan(design, profile?.id ?? null)
  const [chosen, setChosen] = useState(0)
  const [pane, setPane] = useState<'form' | 'yaml'>('form')
  const [naming, setNaming] = useState(false)
  /** Saved from a living cluster, the cluster belongs to the new profile. */
  const adopt = useMutation({ mutationFn: (link: { id: string; profileId: string; document: string }) => api.clusters.adopt(link) })
  const forget = useDraft(start, text, saved, profile)

  const errors = problems.filter((problem) => problem.severity === 'error')
  const others = plan.problems.filter((problem) => !isBeside(problem, view, chosen))
  const findings = plan.checked ? (plan.plan?.findings ?? []).filter((finding) => finding.level === 'warning') : []
  const count = errors.length + plan.problems.length
  const name = view.name || plan.plan?.spec.name || ''
  const fails = engineFails(engine)
  const ready = plan.checked && count === 0 && name !== ''
  const changed = text !== saved

  const save = useMutation({
    mutationFn: (document: string) => api.profiles.save({ id: profile?.id ?? null, name: profile?.name ?? name, document }),
    onSuccess: (_, document) => {
      // What was typed meanwhile is not in it.
      setSaved(document)
      void queryClient.invalidateQueries({ queryKey: queryUtils.profiles.key() })
    },
  })
  const create = () => {
    if (!ready) return
    forget()
    startCreate({ ...specOf(design, changed ? null : (profile?.id ?? null)), name }, plan.plan)
  }

  const places = useMemo(() => nodePlaces(text), [text])
  const place = view.provider === 'kind' ? (places[Math.min(chosen, places.length - 1)] ?? null) : null
  const source = useMemo(() => sourceOf(text), [text])
  const command =
    plan.plan === null || errors.length > 0 || !design.readable ? null : commandTexts(plan.plan.commands, source, extraCommands(view, name))
  const usual = plan.plan?.steps.reduce((sum, step) => sum + (step.usualMs ?? 0), 0) ?? 0
  const context: Design = {
    change: design.change,
    problems,
    plan: plan.plan,
    planProblems: plan.problems,
    findings,
    living: start.living?.name ?? null,
  }

  const form: DocumentForm = { which: 'cluster', change: design.change, problems }

  useEffect(() => {
    if (focus === 'version') document.getElementById(versionFieldId)?.focus()
  }, [focus])
  useUndoKeys(design)

  const planes = view.provider === 'kind' ? view.nodes.filter((node) => node.role === 'control-plane').length : 0
  const workers = view.provider === 'kind' ? view.nodes.length - planes : 0
  const summary = [
    view.provider === 'kind'
      ? [t('nodes.planes', { count: planes }), workers === 0 ? '' : t('nodes.workers', { count: workers })]
          .filter(Boolean)
          .join(clusters('comma'))
      : t('nodes.count', { count: Number(view.nodes) || 1 }),
    usual >= 1000 ? format.about(usual) : '',
  ]
    .filter(Boolean)
    .join(clusters('comma'))

  return (
    <DesignContext value={context}>
      <DocumentContext value={form}>
        <Page
          title={t('title')}
          before={<Link to="/clusters">{clusters('title')}</Link>}
          status={
            <Status
              errors={errors.length}
              found={plan.problems.length}
              warnings={problems.length - errors.length + findings.length}
              checked={plan.checked}
              checking={plan.checking}
              onLookAgain={plan.retry}
            />
          }
          statusEnd={t('status.typed')}
        >
          <Toolbar className="design-bar">
            <Segmented
              label={t('provider')}
              value={design.provider}
              onValueChange={design.choose}
              options={(['kind', 'minikube'] as const).map((value) => ({ value, label: value }))}
            />
            {profile === null ? null : <Badge>{t(changed ? 'profile.fromChanged' : 'profile.from', { name: profile.name })}</Badge>}
            <span className="grow" />
            <span className="design-switch">
              <Segmented
                label={t('show')}
                value={pane}
                onValueChange={setPane}
                options={[
                  { value: 'form', label: t('form') },
                  { value: 'yaml', label: 'YAML' },
                ]}
              />
            </span>
            <IconButton icon={Undo2} label={t('undo')} keys={modKey('Z')} disabled={!design.canUndo} onClick={design.undo} />
            <IconButton icon={Redo2} label={t('redo')} keys={modKey('Shift+Z')} disabled={!design.canRedo} onClick={design.redo} />
            <Menu
              trigger={
                <Button icon={Save} busy={save.isPending}>
                  {t('profile.menu')}
                  <ChevronDown size={14} aria-hidden />
                </Button>
              }
              items={[
                ...(profile === null
                  ? []
                  : [
                      {
                        id: 'save',
                        label: t('profile.saveAs', { name: profile.name }),
                        disabled: !changed || errors.length > 0,
                        onSelect: () => save.mutate(text),
                      },
                    ]),
                { id: 'new', label: t('profile.saveNew'), disabled: errors.length > 0, onSelect: () => setNaming(true) },
                'line' as const,
                { id: 'revert', label: t('revert'), disabled: !changed || saved === '', onSelect: () => design.replace(saved) },
                { id: 'list', label: t('profile.all'), onSelect: () => void navigate({ to: '/clusters/profiles' }) },
              ]}
            />
            <Button variant="primary" icon={Plus} disabled={!ready || fails} onClick={create}>
              {name === '' ? t('create') : t('createNamed', { name })}
            </Button>
          </Toolbar>
          <div className="design" data-pane={pane}>
            <Scroll className="design-form" label={t('form')}>
              {start.draftAt === null ? null : (
                <Callout
                  tone="info"
                  className="page-notice"
                  title={t('draft.title')}
                  actions={
                    <Button
                      size="small"
                      onClick={() => {
                        forget()
                        onAfresh()
                      }}
                    >
                      {t('draft.afresh')}
                    </Button>
                  }
                >
                  <p>{t('draft.text')}</p>
                </Callout>
              )}
              {start.living === null ? null : (
                <LivingNotice
                  id={start.living.id}
                  name={start.living.name}
                  document={text}
                  possible={errors.length === 0}
                  onKept={setSaved}
                />
              )}
              {engine && fails ? (
                <div className="page-notice">
                  <EngineProblem engine={engine} />
                </div>
              ) : null}
              {plan.error ? <ErrorNotice className="page-notice" error={plan.error} onRetry={plan.retry} /> : null}
              {adopt.error ? <ErrorNotice className="page-notice" error={adopt.error} /> : null}
              {save.error ? <ErrorNotice className="page-notice" error={save.error} onRetry={() => save.mutate(text)} /> : null}
              {(fails ? [] : others).map((problem) => (
                <ErrorNotice
                  key={`${problem.code}:${JSON.stringify(problem.facts)}`}
                  className="page-notice"
                  error={problem}
                  onRetry={plan.retry}
                  actions={<FindingAction finding={{ action: /^(?:engine|tool)-/.test(problem.code) ? 'open-machine' : null }} />}
                />
              ))}
              <PlanFindings findings={findings.filter(({ cause, facts }) => !isBeside({ code: cause, facts }, view, chosen))} />
              {design.readable ? null : (
                <Callout tone="warn" className="page-notice" title={t('unreadable.title')} alert>
                  <p>{t('unreadable.text')}</p>
                </Callout>
              )}
              <fieldset className="design-set" disabled={!design.readable} aria-label={t('form')}>
                {view.provider === 'kind' ? (
                  <KindForm view={view} chosen={chosen} note={summary} onChoose={setChosen} />
                ) : (
                  <MinikubeForm view={view} note={summary} />
                )}
              </fieldset>
            </Scroll>
            <YamlPane
              document={design}
              name={view.name || design.provider}
              chosen={place}
              onCursor={(offset) => {
                const index = places.findIndex((one) => offset >= one.from && offset <= one.to)
                if (index !== -1) setChosen(index)
              }}
            />
          </div>
          <CommandBar command={command} />
        </Page>
      </DocumentContext>
      {naming ? (
        <SaveProfileDialog
          name={name}
          document={text}
          onClose={() => setNaming(false)}
          onSaved={(one) => {
            setProfile({ id: one.id, name: one.name })
            setSaved(text)
            setNaming(false)
            if (start.living !== null) adopt.mutate({ id: start.living.id, profileId: one.id, document: text })
          }}
        />
      ) : null}
    </DesignContext>
  )
}

function Status({
  errors,
  found,
  warnings,
  checked,
  checking,
  onLookAgain,
}: {
  readonly errors: number
  readonly found: number
  readonly warnings: number
  readonly checked: boolean
  readonly checking: boolean
  readonly onLookAgain: () => void
}) {
  const { t } = useTranslation('designer')
  const { t: common } = useTranslation('common')
  return (
    <>
      {errors > 0 ? <StatusItem tone="bad">{t('status.errors', { count: errors })}</StatusItem> : null}
      {/* What stands in the way can go without a change here: a port becomes free, a name too. */}
      {found > 0 ? (
        <StatusItem tone="bad">
          {t('status.found', { count: found })}
          <Button size="small" variant="quiet" onClick={onLookAgain}>
            {common('lookAgain')}
          </Button>
        </StatusItem>
      ) : null}
      {warnings > 0 ? <StatusItem tone="warn">{t('status.warnings', { count: warnings })}</StatusItem> : null}
      {checking ? (
        <StatusItem tone="idle" busy>
          {t('status.checking')}
        </StatusItem>
      ) : checked && errors + found === 0 ? (
        <StatusItem tone="ok">{t('status.fine')}</StatusItem>
      ) : null}
    </>
  )
}

/** The tool's own document alone. */
function sourceOf(text: string): string {
  try {
    const { all, cluster } = parseText(text)
    const index = cluster === null ? -1 : all.indexOf(cluster)
    if (cluster === null || all.length === 1) return text
    return text.slice(all[index - 1]?.range[2] ?? 0, cluster.range[2]).replace(/^---[^\n]*\n/, '')
  } catch {
    return text
  }
}
