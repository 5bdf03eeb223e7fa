import { Activity, Download } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import type { NetworkInstall } from '#shared/contract/network.ts'
import { Button, EmptyState, Scroll, SkeletonRows, Table, Toolbar } from '../../ui/index.ts'
import { isForeign } from '../clusters/use-clusters.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { InstallDialog } from './install-dialog.tsx'
import { InstallsSection } from './installs-section.tsx'
import { NeedsSection } from './needs-section.tsx'
import { NetworkFindings } from './network-findings.tsx'
import { NodesTable } from './nodes-table.tsx'
import { PluginsTable } from './plugins-table.tsx'
import { RangesSection } from './ranges-section.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { TestDialog } from './test-dialog.tsx'
import { TestSection } from './test-section.tsx'
import { useNetwork } from './use-network.ts'
import './network.css'

type Asking = 'install' | 'test' | { readonly remove: NetworkInstall }

/** The network of pods: which plugin, whether its ranges fit, what is put there and taken away, and whether connections work. */
export function NetworkTab({ cluster }: { readonly cluster: Cluster }) {
  const { t } = useTranslation('network')
  const { t: common } = useTranslation('common')
  // Of one that only a context knows the list tells how it was when it was last asked: here it is asked anew.
  const able = cluster.context !== null && (isForeign(cluster) || (cluster.state !== 'stopped' && cluster.state !== 'paused'))
  const look = useNetwork(cluster.id, able)
  const words = useErrorWords()
  const [asking, setAsking] = useState<Asking | null>(null)
  const close = () => setAsking(null)
  if (!able) return <EmptyState title={t('stopped')}>{t('stoppedText')}</EmptyState>
  const seen = look.data
  const old = look.error !== null
  return (
    <>
      <Toolbar>
        <span className="fg-3 cut">{t('note')}</span>
        <span className="grow" />
        {seen ? (
          <>
            <Button size="small" icon={Download} onClick={() => setAsking('install')}>
              {t('install.open')}
            </Button>
            <Button size="small" icon={Activity} onClick={() => setAsking('test')}>
              {t('test.open')}
            </Button>
          </>
        ) : null}
        <Button variant="quiet" size="small" busy={look.isFetching} onClick={() => void look.refetch()}>
          {common('lookAgain')}
        </Button>
      </Toolbar>
      <Scroll>
        {look.error ? <ErrorNotice className="page-notice" error={look.error} onRetry={() => void look.refetch()} /> : null}
        {seen === undefined ? (
          look.error ? null : (
            <Table label={t('plugins')} columns={[{ key: 'plugin', label: t('plugins') }]} className="network-loading" busy>
              <SkeletonRows rows={4} columns={1} label={common('loading')} />
            </Table>
          )
        ) : (
          <>
            {seen.gaps.map(({ what, error }) => (
              <p key={what} className="network-gap fg-2">
                {t('gap', { what, reason: words(error).title })}
              </p>
            ))}
            <NetworkFindings seen={seen} onInstall={() => setAsking('install')} />
            <PluginsTable seen={seen} old={old} />
            <RangesSection seen={seen} />
            <NodesTable seen={seen} old={old} />
            <InstallsSection installs={seen.installs} onRemove={(remove) => setAsking({ remove })} />
            <TestSection cluster={cluster} />
            <NeedsSection plugins={seen.plugins} />
          </>
        )}
      </Scroll>
      {asking === 'install' && seen ? <InstallDialog cluster={cluster} seen={seen} onClose={close} /> : null}
      {asking === 'test' ? <TestDialog cluster={cluster} onClose={close} /> : null}
      {typeof asking === 'object' && asking !== null && seen ? (
        <RemoveDialog cluster={cluster} install={asking.remove} seen={seen} onClose={close} />
      ) : null}
    </>
  )
}
