import { useTranslation } from 'react-i18next'
import { SectionHead } from '../../../ui/index.ts'
import { useDesignContext } from '../design-context.ts'
import type { KindView } from '../document/form.ts'
import { CgroupDriver } from './cgroup-driver.tsx'
import { Extras } from './extras.tsx'
import { PairsField, TextsField } from '../../document/fields.tsx'
import { Fixed } from './fixed.tsx'
import { ImageField } from './image-field.tsx'
import { NameField } from './name-field.tsx'
import { Network } from './network.tsx'
import { NodeBoxes } from './node-boxes.tsx'
import { NodeDetail } from './node-detail.tsx'

/** kind's document as a form. */
export function KindForm({
  view,
  chosen,
  note,
  onChoose,
}: {
  readonly view: KindView
  readonly chosen: number
  readonly note: string
  readonly onChoose: (index: number) => void
}) {
  const { t } = useTranslation('designer')
  const { change } = useDesignContext()
  const at = Math.min(chosen, view.nodes.length - 1)
  const images = new Set(view.nodes.map((node) => node.image))
  return (
    <>
      <section aria-label={t('nodes.title')}>
        <SectionHead title={t('nodes.title')} note={note} />
        <NodeBoxes view={view} chosen={at} onChoose={onChoose} />
      </section>
      <section aria-label={t('general.title')}>
        <SectionHead title={t('general.title')}>
          <Fixed />
        </SectionHead>
        <div className="design-part">
          <NameField name={view.name} />
          <ImageField
            label="Kubernetes"
            image={view.nodes[0]?.image ?? ''}
            mixed={images.size > 1}
            problems
            onImage={(image) => change({ type: 'image', image })}
          />
        </div>
      </section>
      <NodeDetail view={view} index={at} onChoose={onChoose} />
      <Network view={view} />
      <Extras view={view} />
      <section aria-label={t('advanced.title')}>
        <SectionHead title={t('advanced.title')}>
          <Fixed />
        </SectionHead>
        <div className="design-part">
          <CgroupDriver view={view} />
          <PairsField
            label={t('advanced.featureGates')}
            path={['featureGates']}
            pairs={view.featureGates}
            placeholder="InPlacePodVerticalScaling=true"
            read={gate}
          />
          <PairsField
            label={t('advanced.runtimeConfig')}
            path={['runtimeConfig']}
            pairs={view.runtimeConfig}
            placeholder="api/alpha=true"
          />
          <TextsField
            label={t('advanced.kubeadm')}
            path={['kubeadmConfigPatches']}
            texts={view.patches}
            fresh={'kind: ClusterConfiguration\napiServer:\n  extraArgs:\n'}
            hint={t('advanced.kubeadmHint')}
          />
          <TextsField
            label={t('advanced.containerd')}
            path={['containerdConfigPatches']}
            texts={view.containerdPatches}
            fresh={'[plugins."io.containerd.grpc.v1.cri"]\n'}
            hint={t('advanced.containerdHint')}
          />
          {view.jsonPatches > 0 ? <p className="hint">{t('jsonPatches', { count: view.jsonPatches })}</p> : null}
        </div>
      </section>
    </>
  )
}

/** `GateA` alone turns it on. */
export const gate = (value: string): unknown => (value === '' || value === 'true' ? true : value === 'false' ? false : value)
