import { CircleQuestionMark, Download, RotateCw } from 'lucide-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClusterFit, Tool } from '#shared/contract/toolchain.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Age, Button, Cell, Row, SkeletonRows, State, Table, type Tone } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useErrorWords } from '../shell/error-words.ts'
import { FitDialog } from './fit-dialog.tsx'
import type { ToolActions } from './tool-table.tsx'
import { useFits } from './use-tool-care.ts'

const tones: Record<ClusterFit['state'], Tone> = { used: 'ok', other: 'ok', chosen: 'warn', none: 'warn', unknown: 'idle', absent: 'idle' }

/** How every copy of kubectl goes with every known cluster, which one Cove takes for it, and what would fit where none does. */
export function ClusterFits({ tool, actions }: { readonly tool: Tool; readonly actions: ToolActions }) {
  const { t } = useTranslation('machine')
  const { t: common } = useTranslation('common')
  const fits = useFits()
  const [asked, setAsked] = useState<ClusterFit | null>(null)
  const columns = [
    { key: 'cluster', label: t('fits.cluster') },
    { key: 'kubernetes', label: 'Kubernetes' },
    { key: 'takes', label: t('fits.takes') },
    { key: 'copies', label: t('fits.others') },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  return (
    <section className="tool-section" aria-labelledby="kubectl-fits">
      <div className="tool-section-head">
        <h3 id="kubectl-fits">{t('fits.title')}</h3>
        <span className="fg-3">{t('fits.note')}</span>
      </div>
      {fits.error ? <ErrorNotice error={fits.error} onRetry={() => void fits.refetch()} /> : null}
      {fits.data?.length === 0 ? (
        <p className="fg-2">{t('fits.empty')}</p>
      ) : fits.error && !fits.data ? null : (
        <Table label={t('fits.title')} columns={columns} className="fits-table" busy={fits.isPending}>
          {fits.isPending ? <SkeletonRows rows={2} columns={columns.length} label={common('loading')} /> : null}
          {(fits.data ?? []).map((fit) => (
            <FitRow
              key={JSON.stringify(fit.context)}
              fit={fit}
              tool={tool}
              starting={actions.starting === 'kubectl' || tool.jobId !== null}
              onDownload={() => setAsked(fit)}
            />
          ))}
        </Table>
      )}
      {asked?.download ? (
        <FitDialog
          fit={asked}
          plan={asked.download}
          onClose={() => setAsked(null)}
          onDownload={(version) => {
            actions.download('kubectl', version)
            setAsked(null)
          }}
        />
      ) : null}
    </section>
  )
}

type FitRowProps = { readonly fit: ClusterFit; readonly tool: Tool; readonly starting: boolean; readonly onDownload: () => void }

function FitRow({ fit, tool, starting, onDownload }: FitRowProps) {
  const { t } = useTranslation('machine')
  const taken = fit.copies.find(({ path }) => path === fit.path)
  const others = fit.copies.filter(({ path }) => path !== fit.path)
  const how = (ahead: number | null) =>
    ahead === null
      ? t('fits.unknown')
      : Math.abs(ahead) <= 1
        ? t('fits.fit')
        : t(ahead > 0 ? 'fits.ahead' : 'fits.behind', { count: Math.abs(ahead) })
  const listed = others.map(({ version, ahead }) => `${version ?? t('state.noVersion')} ${how(ahead)}`).join(t('comma'))
  const said = fit.state === 'unknown' || fit.state === 'absent' ? '' : t(`fits.state.${fit.state}`, { how: how(taken?.ahead ?? null) })
  return (
    <Row>
      <Cell className="cut" title={`${fit.context.name} ${fit.context.file}`}>
        {fit.name}
      </Cell>
      <Cell className="cut" title={fit.kubernetes ?? undefined}>
        {fit.kubernetes === null ? (
          <span className="fg-3">{t('fits.notKnown')}</span>
        ) : (
          <>
            <span className="mono">{fit.kubernetes}</span>{' '}
            <span className="fg-3 sm">
              <Age at={fit.asOf} ago />
            </span>
          </>
        )}
      </Cell>
      <Cell className="line" title={[said, fit.path].filter(Boolean).join('\n') || undefined}>
        <State tone={tones[fit.state]} icon={fit.state === 'unknown' ? CircleQuestionMark : undefined}>
          {taken ? <span className="mono">{taken.version ?? t('state.noVersion')}</span> : t('state.absent')} {said}
        </State>
      </Cell>
      <Cell className="cut fg-2" title={listed}>
        {listed === '' ? t('noOthers') : listed}
      </Cell>
      <Cell className="line copy-act open">
        {fit.download && tool.downloadable ? (
          <Button
            size="small"
            icon={Download}
            busy={starting}
            aria-label={t('fits.downloadFor', { version: fit.download.version, cluster: fit.name })}
            onClick={onDownload}
          >
            {t('download.do', { version: fit.download.version })}
          </Button>
        ) : fit.kubernetes === null ? (
          <AskVersion fit={fit} />
        ) : null}
      </Cell>
    </Row>
  )
}

/** Asks the API server which Kubernetes it is; only when told to, as it may be far away. */
function AskVersion({ fit }: { readonly fit: ClusterFit }) {
  const { t } = useTranslation('machine')
  const words = useErrorWords()
  const queryClient = useQueryClient()
  const reach = useMutation({
    mutationFn: () => api.kubeconfig.reach(fit.context),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryUtils.toolchain.fits.key() }),
  })
  const error = reach.error ?? reach.data?.error ?? null
  return (
    <>
      {error ? (
        <span className="cut warn-text sm" role="status">
          {words(error).title}
        </span>
      ) : null}
      <Button
        size="small"
        variant="quiet"
        icon={RotateCw}
        busy={reach.isPending}
        aria-label={t('fits.askOf', { cluster: fit.name })}
        onClick={() => reach.mutate()}
      >
        {t('fits.ask')}
      </Button>
    </>
  )
}
