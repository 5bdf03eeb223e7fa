import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '../../../ui/index.ts'
import { useDocumentForm } from '../../document/document-context.ts'
import { Row } from '../../document/fields.tsx'
import { useKubeadmForm, useText, useValue } from './form-context.ts'
import { FlagField, Of, Problems, Section, SelectField, TextField } from './parts.tsx'

/** What every kubelet of the cluster takes over. */
export function KubeletSection() {
  const { t } = useTranslation('kubeadm-config')
  const { facts } = useKubeadmForm()
  return (
    <Section title={t('kubelet.title')} note={t('kubelet.note')}>
      <Of kind="KubeletConfiguration">
        <SelectField
          label={t('kubelet.driver')}
          path={['cgroupDriver']}
          usual={t('usual', { value: 'systemd' })}
          options={[{ value: 'systemd' }, { value: 'cgroupfs' }]}
          hint={facts?.cgroupDriver ? t('kubelet.driverHere', { driver: facts.cgroupDriver }) : t('kubelet.driverHint')}
        />
        <Swap />
        <TextField label={t('kubelet.maxPods')} path={['maxPods']} as="number" placeholder="110" className="design-port" />
        <FlagField label={t('kubelet.certificate')} path={['serverTLSBootstrap']} hint={t('kubelet.certificateHint')}>
          {t('kubelet.certificateOn')}
        </FlagField>
        <FlagField label={t('kubelet.cgroupV1')} path={['failCgroupV1']} usual hint={t('kubelet.cgroupV1Hint')}>
          {t('kubelet.cgroupV1On')}
        </FlagField>
      </Of>
    </Section>
  )
}

/** Two fields that only together say something: https://kubernetes.io/docs/concepts/cluster-administration/swap-memory-management/ */
function Swap() {
  const { t } = useTranslation('kubeadm-config')
  const { change } = useDocumentForm()
  const id = useId()
  const fails = useValue(['failSwapOn'])
  const behavior = useText(['memorySwap', 'swapBehavior'])
  const mode = fails !== false ? 'off' : behavior === 'LimitedSwap' ? 'limited' : 'none'
  return (
    <Row label={t('swap.title')} htmlFor={id}>
      <Select
        id={id}
        className="design-field"
        value={mode}
        onValueChange={(next) => {
          // One press, one step back.
          const key = `swap ${next}`
          change({ type: 'value', path: ['failSwapOn'], value: next === 'off' ? undefined : false }, key)
          change({ type: 'value', path: ['memorySwap', 'swapBehavior'], value: next === 'limited' ? 'LimitedSwap' : undefined }, key)
        }}
        options={(['off', 'none', 'limited'] as const).map((value) => ({ value, label: t(`swap.${value}`) }))}
      />
      <Problems path={['failSwapOn']} />
      <Problems path={['memorySwap', 'swapBehavior']} />
    </Row>
  )
}
