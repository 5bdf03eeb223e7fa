import { useTranslation } from 'react-i18next'
import { Segmented, State } from '../../../ui/index.ts'
import { Row } from '../../document/fields.tsx'
import { officialPage } from '../../host-changes/host-words.ts'
import { useDesignContext } from '../design-context.ts'
import { cgroupDrivers } from '../document/cgroup-drivers.ts'
import type { KindView } from '../document/form.ts'

const page = 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-drivers'

/** Which cgroup driver the nodes will have, chosen for their kubelets and containerd at once; where patches part the two, none is chosen. */
export function CgroupDriver({ view }: { readonly view: KindView }) {
  const { t, i18n } = useTranslation('designer')
  const { t: runtimes } = useTranslation('runtimes')
  const { change } = useDesignContext()
  const { kubelet, containerd, usual, place, sure } = cgroupDrivers(view)
  const agree = kubelet === containerd
  const chosen = place === null ? 'own' : agree ? kubelet : 'none'
  return (
    <Row label={t('cgroup.label')} top>
      <Segmented
        label={t('cgroup.label')}
        value={chosen}
        onValueChange={(value) => change({ type: 'cgroup-driver', driver: value === 'systemd' || value === 'cgroupfs' ? value : null })}
        options={[
          { value: 'own', label: t('cgroup.own', { driver: usual }) },
          { value: 'systemd', label: 'systemd' },
          { value: 'cgroupfs', label: 'cgroupfs' },
        ]}
      />
      {agree ? null : <State tone="warn">{t('cgroup.different', { kubelet, containerd })}</State>}
      <p className="hint">
        {t(agree ? `cgroup.${chosen === 'own' ? `own-${usual}` : chosen}` : 'cgroup.mismatch')}
        {sure ? null : ` ${t('cgroup.unsure')}`}
      </p>
      <p className="hint">
        {runtimes('drivers.explain')}{' '}
        <a href={officialPage(page, i18n.language)} target="_blank" rel="noreferrer">
          {t('cgroup.page')}
        </a>
      </p>
    </Row>
  )
}
