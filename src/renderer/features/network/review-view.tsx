import { useTranslation } from 'react-i18next'
import type { ManifestReview, NetworkLook } from '#shared/contract/network.ts'
import { networkPlugins } from '#shared/messages/network-plugins.ts'
import { Button, Callout, Code, State } from '../../ui/index.ts'
import { NeedsSection } from './needs-section.tsx'
import type { Source } from './use-network.ts'

type ReviewViewProps = {
  readonly seen: NetworkLook
  readonly source: Source
  readonly review: ManifestReview
  readonly busy: boolean
  readonly onCorrect: (source: Source) => void
}

/** What would be made, pulled and set; nothing is done yet. */
export function ReviewView({ seen, source, review, busy, onCorrect }: ReviewViewProps) {
  const { t } = useTranslation('network')
  const { objects, images, ranges, plugins, corrected } = review
  const kinds = [...new Set(objects.map(({ kind }) => kind))].map((kind) => ({ kind, own: objects.filter((one) => one.kind === kind) }))
  const ended = plugins.filter((id) => networkPlugins[id].ended !== null)
  const there = seen.plugins.filter(({ workload, id }) => workload !== null && !plugins.includes(id))
  return (
    <div className="network-review">
      {ended.map((id) => (
        <Callout key={id} tone="warn">
          {t('finding.ended.title', { plugin: networkPlugins[id].name, year: networkPlugins[id].ended?.year })}
        </Callout>
      ))}
      {there.length > 0 ? (
        <Callout tone="warn">{t('review.another', { plugins: there.map(({ name }) => name).join(', ') })}</Callout>
      ) : null}
      {ranges.some(({ fits }) => fits === false) ? (
        <Callout
          tone="bad"
          title={t('review.differs')}
          actions={
            // A chart is set by its values, not in what comes of them.
            corrected !== null && source.kind === 'manifest' ? (
              <Button size="small" busy={busy} onClick={() => onCorrect({ ...source, text: corrected })}>
                {t('review.correct', { range: seen.clusterCidrs.join(', ') })}
              </Button>
            ) : null
          }
        >
          <p className="text-wrap">{t('review.differsText')}</p>
        </Callout>
      ) : null}
      <section>
        <h3>{t('review.ranges')}</h3>
        {ranges.length === 0 ? <p className="fg-2">{t('review.noRanges')}</p> : null}
        <ul className="network-list">
          {ranges.map(({ cidr, where, line, fits }) => (
            <li key={`${line} ${cidr}`} className="line wrap">
              <State tone={fits === null ? 'idle' : fits ? 'ok' : 'bad'}>
                {t(fits === null ? 'review.unknown' : fits ? 'review.fits' : 'review.fitsNot')}
              </State>
              <span className="mono">{cidr}</span>
              <span className="fg-3">{t('review.where', { where, line })}</span>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>{t('review.images')}</h3>
        {images.length === 0 ? <p className="fg-2">{t('review.noImages')}</p> : null}
        <ul className="network-list mono">
          {images.map((image) => (
            <li key={image} className="text-wrap">
              {image}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>{t('review.objects', { count: objects.length })}</h3>
        <dl className="kv network-objects">
          {kinds.map(({ kind, own }) => (
            <div key={kind}>
              <dt>{kind}</dt>
              <dd className="mono text-wrap">{own.map(({ namespace, name }) => (namespace ? `${namespace}/${name}` : name)).join(', ')}</dd>
            </div>
          ))}
        </dl>
      </section>
      <NeedsSection plugins={plugins.map((id) => ({ id, name: networkPlugins[id].name }))} />
      <p className="fg-2 text-wrap">{t('review.how')}</p>
      <Code text={commandOf(source)} wrap />
    </div>
  )
}

function commandOf(source: Source): string {
  if (source.kind === 'manifest') return 'kubectl apply --server-side --field-manager=cove -f -'
  const { chart, release, namespace } = source.chart
  return `helm upgrade --install --create-namespace --namespace=${namespace} --values=- -- ${release} ${chart}`
}
