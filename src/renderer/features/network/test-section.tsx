import { useTranslation } from 'react-i18next'
import type { Cluster } from '#shared/contract/clusters.ts'
import { Age } from '../../ui/index.ts'
import { TestTable } from './test-table.tsx'
import { useLastTest } from './use-network.ts'

/** The last connectivity test of this cluster. */
export function TestSection({ cluster }: { readonly cluster: Cluster }) {
  const { t } = useTranslation('network')
  const test = useLastTest(cluster.id, false).data
  if (!test || test.checks.length === 0) return null
  return (
    <section aria-labelledby="network-test">
      <div className="part">
        <h3 id="network-test">{t('test.last')}</h3>
        <span className="fg-3 cut">
          <Age at={test.startedAt} ago /> {test.image}
        </span>
      </div>
      <TestTable test={test} />
    </section>
  )
}
