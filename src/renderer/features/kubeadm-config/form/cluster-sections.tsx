import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { queryUtils } from '../../../api/client.ts'
import { PairsField } from '../../document/fields.tsx'
import { isRecord } from '../../document/plain.ts'
import { shown } from '../document/parts.ts'
import { useKubeadmForm, useValue } from './form-context.ts'
import { ArgumentsField, FlagField, Of, Section, SelectField, TextField, TextsField } from './parts.tsx'

/** Mirrors of registry.k8s.io in China, proposed and never chosen for anybody: https://developer.aliyun.com/mirror/kubernetes */
const mirrors = [
  { value: 'registry.aliyuncs.com/google_containers' },
  { value: 'registry.cn-hangzhou.aliyuncs.com/google_containers' },
] as const

/** Where the API is found, by whom. */
export function ApiSection() {
  const { t } = useTranslation('kubeadm-config')
  const { facts } = useKubeadmForm()
  return (
    <Section title={t('api.title')}>
      <Of kind="InitConfiguration">
        <TextField
          label={t('api.address')}
          path={['localAPIEndpoint', 'advertiseAddress']}
          placeholder={t('api.addressUsual')}
          proposals={(facts?.addresses ?? []).slice(0, 3).map((value) => ({ value }))}
        />
        <TextField label={t('api.port')} path={['localAPIEndpoint', 'bindPort']} as="number" placeholder="6443" className="design-port" />
      </Of>
      <Of kind="ClusterConfiguration">
        <TextField label={t('api.endpoint')} path={['controlPlaneEndpoint']} placeholder="api.example:6443" hint={t('api.endpointHint')} />
        <TextsField label={t('api.names')} path={['apiServer', 'certSANs']} placeholder="api.example" hint={t('api.namesHint')} />
      </Of>
    </Section>
  )
}

export function ClusterSection() {
  const { t } = useTranslation('kubeadm-config')
  const { facts } = useKubeadmForm()
  // The one that Cove itself pulls from comes first.
  const own = useQuery(queryUtils.settings.get.queryOptions()).data?.settings.mirrors.registry ?? ''
  const proposals = [...(own === '' || mirrors.some((one) => one.value === own) ? [] : [{ value: own }]), ...mirrors]
  return (
    <Section title={t('cluster.title')}>
      <Of kind="ClusterConfiguration">
        <TextField
          label={t('cluster.version')}
          path={['kubernetesVersion']}
          placeholder={facts?.version ?? 'v1.34.4'}
          proposals={facts?.version ? [{ value: facts.version }] : []}
          hint={t('cluster.versionHint')}
        />
        <TextField label={t('cluster.name')} path={['clusterName']} placeholder="kubernetes" />
        <TextField
          label={t('cluster.images')}
          path={['imageRepository']}
          placeholder="registry.k8s.io"
          proposals={proposals}
          className="design-socket"
          hint={t('cluster.imagesHint')}
        />
        <Gates />
      </Of>
    </Section>
  )
}

function Gates() {
  const { t } = useTranslation('kubeadm-config')
  const value = useValue(['featureGates'])
  const pairs = Object.entries(isRecord(value) ? value : {}).map(([name, one]) => [name, shown(one)] as const)
  const read = (text: string) => (text === '' || text === 'true' ? true : text === 'false' ? false : text)
  return (
    <PairsField
      label={t('cluster.gates')}
      path={['featureGates']}
      pairs={pairs}
      placeholder="NodeLocalCRISocket=true"
      read={read}
      hint={t('cluster.gatesHint')}
    />
  )
}

export function NetworkSection() {
  const { t } = useTranslation('kubeadm-config')
  const { values } = useKubeadmForm()
  return (
    <Section title={t('network.title')} note={t('network.note')}>
      <Of kind="ClusterConfiguration">
        <TextField
          label={t('network.pods')}
          path={['networking', 'podSubnet']}
          placeholder={t('network.podsUsual')}
          hint={t('network.podsHint')}
        />
        <TextField label={t('network.services')} path={['networking', 'serviceSubnet']} placeholder="10.96.0.0/12" />
        <TextField label={t('network.domain')} path={['networking', 'dnsDomain']} placeholder="cluster.local" />
        {values.version === 'v1beta4' ? (
          <FlagField label="kube-proxy" path={['proxy', 'disabled']} hint={t('network.withoutProxyHint')}>
            {t('network.withoutProxy')}
          </FlagField>
        ) : null}
      </Of>
      <Of kind="KubeProxyConfiguration">
        <SelectField
          label={t('network.mode')}
          path={['mode']}
          usual={t('usual', { value: 'iptables' })}
          options={[{ value: 'iptables' }, { value: 'nftables' }, { value: 'ipvs', label: 'IPVS' }]}
        />
        <TextField
          label={t('network.conntrack')}
          path={['conntrack', 'maxPerCore']}
          as="number"
          placeholder="32768"
          className="design-port wide-port"
          hint={t('network.conntrackHint')}
        />
      </Of>
    </Section>
  )
}

export function ComponentsSection() {
  const { t } = useTranslation('kubeadm-config')
  return (
    <Section title={t('components.title')} note={t('components.note')}>
      <Of kind="ClusterConfiguration">
        <ArgumentsField label="kube-apiserver" path={['apiServer', 'extraArgs']} placeholder="audit-log-path=/var/log/audit.log" />
        <ArgumentsField label="kube-controller-manager" path={['controllerManager', 'extraArgs']} placeholder="bind-address=0.0.0.0" />
        <ArgumentsField label="kube-scheduler" path={['scheduler', 'extraArgs']} placeholder="v=2" />
        <ArgumentsField label="etcd" path={['etcd', 'local', 'extraArgs']} placeholder="quota-backend-bytes=8589934592" />
        <TextField label={t('components.etcdFolder')} path={['etcd', 'local', 'dataDir']} placeholder="/var/lib/etcd" />
      </Of>
    </Section>
  )
}
