import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { KubeadmState } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { Button, Callout, KeyValue } from '../../ui/index.ts'
import { officialPage } from '../host-changes/host-words.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { kubeadmLinks } from './kubeadm-links.ts'
import { useTakeContext } from './use-kubeadm.ts'

/** Programs, cluster, and the context that leads to it from here. */
export function KubeadmFacts({ target, state }: { readonly target: TargetId; readonly state: KubeadmState }) {
  const { t, i18n } = useTranslation('kubeadm')
  const take = useTakeContext(target)
  const { programs, cluster, context, kind } = state
  const here = (['kubeadm', 'kubelet', 'kubectl'] as const).map((name) => `${name} ${programs[name] ?? t('facts.absent')}`)
  return (
    <section className="kubeadm-part" aria-label={t('facts.title')}>
      {programs.kubeadm === null ? (
        <Callout
          tone="warn"
          title={t('absent.title')}
          actions={
            <a href={officialPage(kubeadmLinks.install, i18n.language)} target="_blank" rel="noreferrer">
              {t('absent.page')}
            </a>
          }
        >
          <p>{t('absent.text')}</p>
        </Callout>
      ) : null}
      <KeyValue
        items={[
          { key: 'programs', label: t('facts.programs'), value: here.join(' · '), mono: true },
          { key: 'kubelet', label: t('facts.kubelet'), value: t(state.kubeletRunning ? 'facts.runs' : 'facts.stopped') },
          cluster === null
            ? null
            : { key: 'cluster', label: t('facts.cluster'), value: `${cluster.name} ${cluster.version} · ${cluster.endpoint}`, mono: true },
          cluster === null
            ? null
            : {
                key: 'subnets',
                label: t('facts.subnets'),
                value: `${cluster.podSubnet || t('facts.none')} · ${cluster.serviceSubnet || t('facts.none')}`,
                mono: true,
              },
          kind === 'control-plane'
            ? {
                key: 'context',
                label: t('facts.context'),
                value: context ? (
                  <Link to="/contexts" className="mono">
                    {context.name}
                  </Link>
                ) : (
                  <Button size="small" busy={take.isPending} onClick={() => take.mutate()}>
                    {t('facts.take')}
                  </Button>
                ),
              }
            : null,
        ]}
      />
      {take.error ? <ErrorNotice error={take.error} /> : null}
      {take.data ? (
        <Callout tone={take.data.reachable ? 'ok' : 'warn'} className="kubeadm-note">
          {t(take.data.reachable ? 'facts.taken' : 'facts.takenUnreachable', { name: take.data.context.name, server: take.data.server })}
        </Callout>
      ) : null}
    </section>
  )
}
