import { Minus, Plus, Server, ServerCog } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Icon, SectionHead, Segmented, Select } from '../../../ui/index.ts'
import { useDesignContext } from '../design-context.ts'
import type { MinikubeView } from '../document/form.ts'
import { DriverField } from './driver-field.tsx'
import { Extras } from './extras.tsx'
import { Field, LineProblems, ListField, PairsField, Row } from '../../document/fields.tsx'
import { Fixed } from './fixed.tsx'
import { ImageField } from './image-field.tsx'
import { gate } from './kind-form.tsx'
import { MountProblem } from './mount-problem.tsx'
import { NameField } from './name-field.tsx'
import { SubnetProblem } from './network.tsx'
import { PortProblem } from './port-problem.tsx'

const runtimes = ['containerd', 'docker', 'cri-o'] as const
const networks = ['auto', 'bridge', 'calico', 'cilium', 'flannel', 'kindnet', 'false'] as const
/** Those people use most; any other is typed. https://minikube.sigs.k8s.io/docs/commands/addons/ */
const usualAddOns = ['ingress', 'metrics-server', 'dashboard', 'registry']

/** Cove's document of a minikube cluster as a form: the flags of `minikube start`. */
export function MinikubeForm({ view, note }: { readonly view: MinikubeView; readonly note: string }) {
  const { t } = useTranslation('designer')
  const { change } = useDesignContext()
  const id = useId()
  const nodes = Number(view.nodes) || 1
  const planes = view.controlPlanes === '3' ? 3 : 1
  const setNodes = (count: number) => change({ type: 'value', path: ['nodes'], value: Math.max(planes, Math.min(50, count)) })
  return (
    <>
      <section aria-label={t('nodes.title')}>
        <SectionHead title={t('nodes.title')} note={note} />
        <div className="design-nodes" role="group" aria-label={t('nodes.title')}>
          {Array.from({ length: Math.min(nodes, 50) }, (_, index) => (
            <span key={index} className="design-node still">
              <Icon of={index < planes ? ServerCog : Server} />
              <span className="nm mono">{index === 0 ? 'minikube' : `m${String(index + 1).padStart(2, '0')}`}</span>
              <span className="role">{t(`role.${index < planes ? 'control-plane' : 'worker'}`)}</span>
            </span>
          ))}
        </div>
        <div className="design-part">
          <Row label={t('minikube.count')}>
            <Button size="small" icon={Minus} disabled={nodes <= planes} onClick={() => setNodes(nodes - 1)}>
              {t('minikube.fewer')}
            </Button>
            <Button size="small" icon={Plus} onClick={() => setNodes(nodes + 1)}>
              {t('minikube.more')}
            </Button>
          </Row>
          <Row label={t('minikube.controlPlanes')}>
            <Segmented
              label={t('minikube.controlPlanes')}
              value={String(planes)}
              onValueChange={(value) => {
                // One press, one step back.
                const key = `planes ${value}`
                change({ type: 'value', path: ['controlPlanes'], value: value === '3' ? 3 : undefined }, key)
                if (value === '3' && nodes < 3) change({ type: 'value', path: ['nodes'], value: 3 }, key)
              }}
              options={['1', '3'].map((value) => ({ value, label: value }))}
            />
          </Row>
        </div>
      </section>
      <section aria-label={t('general.title')}>
        <SectionHead title={t('general.title')}>
          <Fixed />
        </SectionHead>
        <div className="design-part">
          <NameField name={view.name} />
          <ImageField label="Kubernetes" image={view.kubernetesVersion} problems onImage={(image) => change({ type: 'image', image })} />
          <DriverField driver={view.driver} />
          <Row label={t('minikube.runtime')} htmlFor={`${id}-runtime`}>
            <Select
              id={`${id}-runtime`}
              className="design-field"
              value={view.containerRuntime || 'unset'}
              onValueChange={(value) => change({ type: 'value', path: ['containerRuntime'], value: value === 'unset' ? undefined : value })}
              options={[
                { value: 'unset', label: t('minikube.own') },
                ...runtimes.map((value) => ({ value: value as string, label: value })),
              ]}
            />
          </Row>
        </div>
      </section>
      <section aria-label={t('minikube.resources')}>
        <SectionHead title={t('minikube.resources')} note={t('minikube.resourcesNote')}>
          <Fixed />
        </SectionHead>
        <div className="design-part">
          <Field label={t('minikube.cpus')} path={['cpus']} value={view.cpus} as="number-or-text" placeholder="2" />
          <Field label={t('minikube.memory')} path={['memory']} value={view.memory} as="number-or-text" placeholder="4g" />
          <Field label={t('minikube.disk')} path={['diskSize']} value={view.diskSize} as="number-or-text" placeholder="20g">
            <span className="sm fg-3">{t('minikube.diskNote')}</span>
          </Field>
        </div>
      </section>
      <section aria-label={t('network.title')}>
        <SectionHead title={t('network.title')} note={t('network.note')}>
          <Fixed />
        </SectionHead>
        <div className="design-part">
          <Row label={t('network.pods')} htmlFor={`${id}-cni`}>
            <Select
              id={`${id}-cni`}
              className="design-field"
              value={view.cni || 'unset'}
              onValueChange={(value) =>
                change({ type: 'value', path: ['cni'], value: value === 'unset' ? undefined : value === 'false' ? 'false' : value })
              }
              options={[
                { value: 'unset', label: t('minikube.own') },
                ...networks.map((value) => ({ value: value as string, label: value === 'false' ? t('network.none') : value })),
                ...(view.cni === '' || (networks as readonly string[]).includes(view.cni) ? [] : [{ value: view.cni, label: view.cni }]),
              ]}
            />
          </Row>
          <Field label={t('minikube.subnet')} path={['subnet']} value={view.subnet} placeholder="192.168.49.0/24">
            <SubnetProblem subnet={view.subnet} />
          </Field>
          <Field label={t('network.serviceSubnet')} path={['serviceSubnet']} value={view.serviceSubnet} placeholder="10.96.0.0/12">
            <SubnetProblem subnet={view.serviceSubnet} />
          </Field>
          <Field label={t('network.apiPort')} path={['apiServerPort']} value={view.apiServerPort} as="number" placeholder="8443" />
          <ListField
            label={t('node.ports')}
            path={['ports']}
            items={view.ports}
            placeholder="127.0.0.1:8080:80"
            hint={t('minikube.portsHint')}
          />
          {view.ports.map((mapping, index) => {
            const [, before = '', hostPort = '', after = ''] = /^(.*?:)??(\d+)(:\d+(?:\/.*)?)$/.exec(mapping) ?? []
            return (
              <PortProblem
                key={`${index}:${mapping}`}
                port={{ hostPort }}
                path={['ports', index]}
                toValue={(free) => `${before}${free}${after}`}
              />
            )
          })}
        </div>
      </section>
      <section aria-label={t('minikube.addOns')}>
        <SectionHead title={t('minikube.addOns')} note={t('minikube.addOnsNote')} />
        <div className="design-part">
          <ListField label={t('minikube.addOns')} path={['addons']} items={view.addons} placeholder="ingress" />
          <div className="form-row">
            <span />
            <div className="design-value">
              {usualAddOns
                .filter((addOn) => !view.addons.includes(addOn))
                .map((addOn) => (
                  <Button key={addOn} size="small" icon={Plus} onClick={() => change({ type: 'add', path: ['addons'], value: addOn })}>
                    {addOn}
                  </Button>
                ))}
            </div>
          </div>
        </div>
      </section>
      <section aria-label={t('minikube.storage')}>
        <SectionHead title={t('minikube.storage')}>
          <Fixed />
        </SectionHead>
        <div className="design-part">
          <Row label={t('node.mount')} top>
            <span className="design-line">
              <Field
                bare
                label={t('mount.host')}
                path={['mount', 'source']}
                value={view.mount?.source ?? ''}
                placeholder="/home/me/project"
                className="design-path"
              />
              <span className="fg-3" aria-hidden>
                →
              </span>
              <Field
                bare
                label={t('mount.node')}
                path={['mount', 'target']}
                value={view.mount?.target ?? ''}
                placeholder="/data"
                className="design-path"
              />
              <LineProblems path={['mount']} />
              {view.mount === null ? null : <MountProblem path={view.mount.source} />}
            </span>
          </Row>
          <ListField
            label={t('minikube.mirrors')}
            path={['registryMirrors']}
            items={view.registryMirrors}
            placeholder="https://mirror.example"
          />
          <ListField
            label={t('minikube.insecure')}
            path={['insecureRegistries']}
            items={view.insecureRegistries}
            placeholder="registry.example:5000"
          />
        </div>
      </section>
      <Extras view={view} />
      <section aria-label={t('advanced.title')}>
        <SectionHead title={t('advanced.title')}>
          <Fixed />
        </SectionHead>
        <div className="design-part">
          <PairsField
            label={t('advanced.featureGates')}
            path={['featureGates']}
            pairs={view.featureGates}
            placeholder="InPlacePodVerticalScaling=true"
            read={gate}
          />
          <ListField label={t('minikube.extraConfig')} path={['extraConfig']} items={view.extraConfig} placeholder="kubelet.max-pods=200" />
        </div>
      </section>
    </>
  )
}
