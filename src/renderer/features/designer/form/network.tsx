import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { FieldError, Icon, SectionHead, Segmented, Select, toneIcon } from '../../../ui/index.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { useErrorWords } from '../../shell/error-words.ts'
import { useDesignContext } from '../design-context.ts'
import type { KindView } from '../document/form.ts'
import { Field, LineProblems, ListField, Row } from '../../document/fields.tsx'
import { Fixed } from './fixed.tsx'
import { PortProblem } from './port-problem.tsx'

const families = ['ipv4', 'ipv6', 'dual'] as const
const modes = ['iptables', 'nftables', 'ipvs', 'none'] as const

/** Every field of `networking`. */
export function Network({ view }: { readonly view: KindView }) {
  const { t } = useTranslation('designer')
  const { change } = useDesignContext()
  const { networking } = view
  const id = useId()
  const set = (field: string, value: string, usual: string) =>
    change({ type: 'value', path: ['networking', field], value: value === usual ? undefined : value })
  return (
    <section aria-label={t('network.title')}>
      <SectionHead title={t('network.title')} note={t('network.note')}>
        <Fixed />
      </SectionHead>
      <div className="design-part">
        <Row label={t('network.pods')} htmlFor={id}>
          <Select
            id={id}
            className="design-field"
            value={networking.disableDefaultCNI ? 'none' : 'kindnet'}
            onValueChange={(value) => change({ type: 'flag', path: ['networking', 'disableDefaultCNI'], on: value === 'none' })}
            options={[
              { value: 'kindnet', label: 'kindnet' },
              { value: 'none', label: t('network.noCni') },
            ]}
          />
          {networking.disableDefaultCNI ? <span className="sm fg-3">{t('network.noCniNote')}</span> : null}
        </Row>
        <Row label={t('network.family')}>
          <Segmented
            label={t('network.family')}
            value={networking.ipFamily || 'ipv4'}
            onValueChange={(value) => set('ipFamily', value, 'ipv4')}
            options={families.map((value) => ({ value: value as string, label: t(`network.${value}`) }))}
          />
          <LineProblems path={['networking', 'ipFamily']} />
        </Row>
        <Field
          label={t('network.podSubnet')}
          path={['networking', 'podSubnet']}
          value={networking.podSubnet}
          placeholder={usual(networking.ipFamily).pods}
        >
          <SubnetProblem subnet={networking.podSubnet || usual(networking.ipFamily).pods} />
        </Field>
        <Field
          label={t('network.serviceSubnet')}
          path={['networking', 'serviceSubnet']}
          value={networking.serviceSubnet}
          placeholder={usual(networking.ipFamily).services}
        >
          <SubnetProblem subnet={networking.serviceSubnet || usual(networking.ipFamily).services} />
        </Field>
        <Row label="kube-proxy">
          <Segmented
            label="kube-proxy"
            value={networking.kubeProxyMode || 'iptables'}
            onValueChange={(value) => set('kubeProxyMode', value, 'iptables')}
            options={modes.map((value) => ({
              value: value as string,
              label: value === 'none' ? t('network.none') : value === 'ipvs' ? 'IPVS' : value,
            }))}
          />
          <LineProblems path={['networking', 'kubeProxyMode']} />
        </Row>
        <Field
          label={t('network.apiAddress')}
          path={['networking', 'apiServerAddress']}
          value={networking.apiServerAddress}
          placeholder="127.0.0.1"
        />
        <Field
          label={t('network.apiPort')}
          path={['networking', 'apiServerPort']}
          value={networking.apiServerPort}
          as="number"
          placeholder={t('port.any')}
        >
          <PortProblem port={{ hostPort: networking.apiServerPort }} path={['networking', 'apiServerPort']} />
        </Field>
        <ListField
          label={t('network.dnsSearch')}
          path={['networking', 'dnsSearch']}
          items={networking.dnsSearch}
          placeholder="corp.example"
        />
      </div>
    </section>
  )
}

/** kind's own: https://kind.sigs.k8s.io/docs/user/configuration/#networking */
function usual(family: string): { readonly pods: string; readonly services: string } {
  const four = { pods: '10.244.0.0/16', services: '10.96.0.0/16' }
  const six = { pods: 'fd00:10:244::/56', services: 'fd00:10:96::/112' }
  if (family === 'ipv6') return six
  return family === 'dual' ? { pods: `${four.pods},${six.pods}`, services: `${four.services},${six.services}` } : four
}

/** What the machine's routes and other clusters have against a subnet: it stops the create, or only endangers it. */
export function SubnetProblem({ subnet }: { readonly subnet: string }) {
  const { t } = useTranslation('designer')
  const { planProblems, findings } = useDesignContext()
  const words = useErrorWords()
  const of = (facts: AppErrorShape['facts']) => subnet.split(',').includes(String(facts['subnet']))
  const problem = planProblems.find((one) => one.code === 'subnet-overlap' && of(one.facts))
  const finding = findings.find((one) => one.cause === 'subnet-overlap' && of(one.facts))
  if (subnet === '' || (problem === undefined && finding === undefined)) return null
  const { title, cause } = words(problem ?? { code: 'subnet-overlap', facts: finding?.facts ?? {}, commandId: null })
  const said = `${title}${t('sentence')}${cause}`
  if (problem !== undefined) return <FieldError>{said}</FieldError>
  return (
    <span className="design-problem warn-text sm">
      <Icon of={toneIcon('warn')} tone="warn" small />
      {said}
    </span>
  )
}
