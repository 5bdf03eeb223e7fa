import { useTranslation } from 'react-i18next'
import { Checkbox } from '../../../ui/index.ts'
import { useDocumentForm } from '../../document/document-context.ts'
import { Row } from '../../document/fields.tsx'
import { isRecord } from '../../document/plain.ts'
import { useKubeadmForm, useValue } from './form-context.ts'
import { FlagField, Of, Problems, Section, TextField, TextsField } from './parts.tsx'

const token = ['discovery', 'bootstrapToken'] as const

/** How the cluster is found, and how it is known to be the right one. */
export function DiscoverySection() {
  const { t } = useTranslation('kubeadm-config')
  return (
    <Section title={t('discovery.title')}>
      <Of kind="JoinConfiguration">
        <Problems path={['discovery']} />
        <TextField label={t('discovery.endpoint')} path={[...token, 'apiServerEndpoint']} placeholder="192.168.1.10:6443" />
        <TextField
          label={t('discovery.token')}
          path={[...token, 'token']}
          placeholder="abcdef.0123456789abcdef"
          hint={t('discovery.tokenHint')}
        />
        <TextsField
          label={t('discovery.hashes')}
          path={[...token, 'caCertHashes']}
          placeholder="sha256:…"
          hint={t('discovery.hashesHint')}
        />
        <FlagField label={t('discovery.trust')} path={[...token, 'unsafeSkipCAVerification']}>
          {t('discovery.unsafe')}
        </FlagField>
        <TextField
          label={t('discovery.file')}
          path={['discovery', 'file', 'kubeConfigPath']}
          placeholder="/root/discovery.conf"
          hint={t('discovery.fileHint')}
        />
      </Of>
    </Section>
  )
}

export function JoinPlaneSection() {
  const { t } = useTranslation('kubeadm-config')
  return (
    <Section title={t('plane.title')}>
      <Of kind="JoinConfiguration">
        <Plane />
      </Of>
    </Section>
  )
}

function Plane() {
  const { t } = useTranslation('kubeadm-config')
  const { facts } = useKubeadmForm()
  const { change } = useDocumentForm()
  const on = isRecord(useValue(['controlPlane']))
  return (
    <>
      <Row label={t('plane.role')} top>
        <Checkbox
          checked={on}
          onCheckedChange={(next) =>
            change({ type: 'value', path: ['controlPlane'], value: next ? { localAPIEndpoint: { bindPort: 6443 } } : undefined })
          }
        >
          {t('plane.on')}
        </Checkbox>
      </Row>
      {on ? (
        <>
          <TextField
            label={t('api.address')}
            path={['controlPlane', 'localAPIEndpoint', 'advertiseAddress']}
            placeholder={t('api.addressUsual')}
            proposals={(facts?.addresses ?? []).slice(0, 3).map((value) => ({ value }))}
          />
          <TextField label={t('plane.key')} path={['controlPlane', 'certificateKey']} hint={t('plane.keyHint')} />
        </>
      ) : null}
    </>
  )
}
