import { Plus, X } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton, Select } from '../../../ui/index.ts'
import { useDocumentForm } from '../../document/document-context.ts'
import { Field, LineProblems, Row } from '../../document/fields.tsx'
import { isRecord } from '../../document/plain.ts'
import { list, shown } from '../document/parts.ts'
import { useKubeadmForm, useValue } from './form-context.ts'
import { ArgumentsField, Of, Section, SelectField, TextField, TextsField } from './parts.tsx'

/** Sockets that kubeadm knows: https://kubernetes.io/docs/setup/production-environment/container-runtimes/ */
const sockets = [
  { value: 'unix:///var/run/containerd/containerd.sock', label: 'containerd' },
  { value: 'unix:///var/run/crio/crio.sock', label: 'CRI-O' },
  { value: 'unix:///var/run/cri-dockerd.sock', label: 'cri-dockerd' },
] as const

/** What the machine is as a node; the same for one that begins a cluster and one that joins. */
export function NodeSection({ kind }: { readonly kind: 'InitConfiguration' | 'JoinConfiguration' }) {
  const { t } = useTranslation('kubeadm-config')
  const { facts } = useKubeadmForm()
  // Those that are there, or all where nobody can tell.
  const found = facts !== null && facts.sockets.length > 0 ? sockets.filter((one) => facts.sockets.includes(one.value)) : sockets
  return (
    <Section title={t('node.title')} note={t('node.note')}>
      <Of kind={kind}>
        <TextField label={t('node.name')} path={['nodeRegistration', 'name']} placeholder={facts?.hostname ?? t('node.hostname')} />
        <SocketField found={found} />
        <Taints />
        <ArgumentsField
          label={t('node.kubeletArguments')}
          path={['nodeRegistration', 'kubeletExtraArgs']}
          placeholder="node-labels=zone=a"
          hint={t('node.kubeletArgumentsHint')}
        />
        <SelectField
          label={t('node.pull')}
          path={['nodeRegistration', 'imagePullPolicy']}
          usual="IfNotPresent"
          options={[{ value: 'Always' }, { value: 'Never' }]}
        />
        <TextsField label={t('ignore')} path={['nodeRegistration', 'ignorePreflightErrors']} placeholder="NumCPU" hint={t('ignoreHint')} />
      </Of>
    </Section>
  )
}

export function SocketField({
  found = sockets,
  path = ['nodeRegistration', 'criSocket'],
}: {
  readonly found?: readonly (typeof sockets)[number][]
  readonly path?: readonly string[]
}) {
  const { t } = useTranslation('kubeadm-config')
  return (
    <TextField
      label={t('node.socket')}
      path={path}
      className="design-socket"
      placeholder={t('node.socketUsual')}
      proposals={found}
      hint={t('node.socketHint')}
    />
  )
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const
const path = ['nodeRegistration', 'taints'] as const

/** kubeadm taints a control plane by itself, unless the file says which taints there are, or that there are none. */
function Taints() {
  const { t } = useTranslation('kubeadm-config')
  const { t: designer } = useTranslation('designer')
  const { change, which } = useDocumentForm()
  const id = useId()
  const value = useValue(path)
  const taints = list(value)
  const mode = !Array.isArray(value) ? 'usual' : taints.length === 0 ? 'none' : 'own'
  const fresh = { key: 'dedicated', effect: 'NoSchedule' }
  return (
    <Row label={t('taints.title')} htmlFor={id} top>
      <Select
        id={id}
        className="design-field"
        value={mode}
        onValueChange={(next) => change({ type: 'value', path, value: next === 'usual' ? undefined : next === 'none' ? [] : [fresh] })}
        options={[
          { value: 'usual', label: t(which === 'InitConfiguration' ? 'taints.usualPlane' : 'taints.usual') },
          { value: 'none', label: t('taints.none') },
          { value: 'own', label: t('taints.own') },
        ]}
      />
      {taints.map((taint, at) => {
        const { key, value: said, effect } = isRecord(taint) ? taint : {}
        const text = shown(effect)
        return (
          <div
            key={at}
            className="design-line"
            role="group"
            aria-label={designer('numbered', { what: designer('node.taint'), number: at + 1 })}
          >
            <Field bare label={designer('taint.key')} path={[...path, at, 'key']} value={shown(key)} className="design-taint" />
            <span className="fg-3" aria-hidden>
              =
            </span>
            <Field bare label={designer('taint.value')} path={[...path, at, 'value']} value={shown(said)} className="design-taint" />
            <Select
              label={designer('taint.effect')}
              value={text}
              onValueChange={(next) => change({ type: 'value', path: [...path, at, 'effect'], value: next })}
              options={[...effects, ...((effects as readonly string[]).includes(text) ? [] : [text])].map((one) => ({
                value: one,
                label: one,
              }))}
            />
            <IconButton
              small
              icon={X}
              label={designer('taint.remove')}
              onClick={() => change({ type: 'value', path: [...path, at], value: undefined })}
            />
            <LineProblems path={[...path, at]} />
          </div>
        )
      })}
      {mode === 'own' ? (
        <Button size="small" icon={Plus} onClick={() => change({ type: 'add', path, value: fresh })}>
          {designer('taint.add')}
        </Button>
      ) : null}
    </Row>
  )
}
