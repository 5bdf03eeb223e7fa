import { useTranslation } from 'react-i18next'
import { State } from '../../../ui/index.ts'
import { Row } from '../../document/fields.tsx'
import { cgroupDrivers } from '../document/cgroup-drivers.ts'
import type { KindView } from '../document/form.ts'

/** Which cgroup driver the nodes will have, and whether their kubelets and runtime agree on it. */
export function CgroupDriver({ view }: { readonly view: KindView }) {
  const { t } = useTranslation('designer')
  const { kubelet, containerd, sure } = cgroupDrivers(view)
  const agree = kubelet === containerd
  return (
    <Row label={t('cgroup.label')} top>
      <State tone={agree ? 'ok' : 'warn'}>
        {agree ? t('cgroup.same', { driver: kubelet }) : t('cgroup.different', { kubelet, containerd })}
      </State>
      <p className="hint">
        {t(agree ? (kubelet === 'systemd' ? 'cgroup.usual' : 'cgroup.other') : 'cgroup.mismatch')}
        {sure ? null : ` ${t('cgroup.unsure')}`}
      </p>
    </Row>
  )
}
