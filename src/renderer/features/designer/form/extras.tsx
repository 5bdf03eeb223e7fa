import { useTranslation } from 'react-i18next'
import { Checkbox, SectionHead } from '../../../ui/index.ts'
import { useDesignContext } from '../design-context.ts'
import { registryPort, type View } from '../document/form.ts'
import { Field, LineProblems, ListField, PairsField, Row } from '../../document/fields.tsx'
import { Manifests, NamedAddOns } from './manifests.tsx'
import { PortProblem } from './port-problem.tsx'

/** What Cove does once the cluster is there. It can be done to a living cluster as well. */
export function Extras({ view }: { readonly view: View }) {
  const { t } = useTranslation('designer')
  const { change } = useDesignContext()
  const { extras } = view
  return (
    <section aria-label={t(view.provider === 'kind' ? 'extras.title' : 'extras.imagesTitle')}>
      <SectionHead title={t(view.provider === 'kind' ? 'extras.title' : 'extras.imagesTitle')} note={t('extras.note')} />
      <div className="design-part">
        {view.provider === 'kind' ? (
          <Row label={t('extras.registry')} top>
            <Checkbox
              checked={extras.registry !== null}
              onCheckedChange={(on) =>
                change({ type: 'value', which: 'extras', path: ['registry'], value: on ? { port: 5001 } : undefined })
              }
            >
              {t('extras.registryOn')}
            </Checkbox>
            {extras.registry === null ? null : (
              <span className="design-line">
                <Field
                  bare
                  label={t('extras.registryName')}
                  which="extras"
                  path={['registry', 'name']}
                  value={extras.registry.name}
                  placeholder="kind-registry"
                />
                <Field
                  bare
                  label={t('extras.registryPort')}
                  which="extras"
                  path={['registry', 'port']}
                  value={extras.registry.port}
                  as="number"
                  placeholder="5001"
                  className="design-port"
                />
                <LineProblems which="extras" path={['registry']} />
                <PortProblem port={{ hostPort: registryPort(extras) }} which="extras" path={['registry', 'port']} />
              </span>
            )}
          </Row>
        ) : null}
        {view.provider === 'kind' ? (
          <PairsField
            label={t('extras.mirrors')}
            which="extras"
            path={['mirrors']}
            pairs={extras.mirrors}
            placeholder="docker.io=https://mirror.example"
            hint={t('extras.mirrorsHint')}
            read={(value) => value.split(/[\s,]+/).filter(Boolean)}
          />
        ) : null}
        <ListField
          label={t('extras.images')}
          which="extras"
          path={['images']}
          items={extras.images}
          placeholder="myapp:dev"
          hint={t('extras.imagesHint')}
        />
        {view.provider === 'kind' ? <NamedAddOns manifests={extras.manifests} /> : null}
        <Manifests manifests={extras.manifests} />
      </div>
    </section>
  )
}
