import { useTranslation } from 'react-i18next'
import { useKubeadmForm } from './form-context.ts'
import { SocketField } from './node-section.tsx'
import { FlagField, Of, Section, TextField, TextsField } from './parts.tsx'

/** `kubeadm upgrade apply` on the first control plane, `kubeadm upgrade node` on all others. */
export function UpgradeSections() {
  const { t } = useTranslation('kubeadm-config')
  const { facts } = useKubeadmForm()
  return (
    <Of kind="UpgradeConfiguration">
      <Section title={t('upgrade.first')} note="kubeadm upgrade apply">
        <TextField
          label={t('upgrade.version')}
          path={['apply', 'kubernetesVersion']}
          placeholder={facts?.version ?? 'v1.34.4'}
          proposals={facts?.version ? [{ value: facts.version }] : []}
        />
        <FlagField label={t('upgrade.certificates')} path={['apply', 'certificateRenewal']} usual>
          {t('upgrade.certificatesOn')}
        </FlagField>
        <FlagField label="etcd" path={['apply', 'etcdUpgrade']} usual>
          {t('upgrade.etcdOn')}
        </FlagField>
        <FlagField label={t('upgrade.candidates')} path={['apply', 'allowRCUpgrades']}>
          {t('upgrade.candidatesOn')}
        </FlagField>
        <TextsField label={t('ignore')} path={['apply', 'ignorePreflightErrors']} placeholder="NumCPU" hint={t('ignoreHint')} />
      </Section>
      <Section title={t('upgrade.others')} note="kubeadm upgrade node">
        <FlagField label={t('upgrade.certificates')} path={['node', 'certificateRenewal']} usual>
          {t('upgrade.certificatesOn')}
        </FlagField>
        <FlagField label="etcd" path={['node', 'etcdUpgrade']} usual>
          {t('upgrade.etcdOn')}
        </FlagField>
      </Section>
    </Of>
  )
}

export function ResetSection() {
  const { t } = useTranslation('kubeadm-config')
  return (
    <Section title={t('reset.title')} note={t('reset.note')}>
      <Of kind="ResetConfiguration">
        <SocketField path={['criSocket']} />
        <TextField label={t('reset.certificates')} path={['certificatesDir']} placeholder="/etc/kubernetes/pki" />
        <FlagField label={t('reset.confirm')} path={['force']}>
          {t('reset.force')}
        </FlagField>
        <FlagField label={t('reset.temporary')} path={['cleanupTmpDir']}>
          {t('reset.temporaryOn')}
        </FlagField>
        <TextsField label={t('skip')} path={['skipPhases']} placeholder="remove-etcd-member" />
        <TextsField label={t('ignore')} path={['ignorePreflightErrors']} placeholder="CRI" hint={t('ignoreHint')} />
      </Of>
    </Section>
  )
}
