import { ArrowLeft, ArrowRight, CopyPlus, Plus, Trash2, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button, Checkbox, IconButton, SectionHead, Segmented, Select } from '../../../ui/index.ts'
import { useDesignContext } from '../design-context.ts'
import type { KindView, NodeView } from '../document/form.ts'
import type { Taint } from '../document/taints.ts'
import { Field, LineProblems, PairsField, Row, TextsField } from '../../document/fields.tsx'
import { ImageField } from './image-field.tsx'
import { MountProblem } from './mount-problem.tsx'
import { nodeNames } from './node-names.ts'
import { PortProblem } from './port-problem.tsx'
import { Fixed } from './fixed.tsx'

/** Everything of one node. */
export function NodeDetail({
  view,
  index,
  onChoose,
}: {
  readonly view: KindView
  readonly index: number
  readonly onChoose: (index: number) => void
}) {
  const { t } = useTranslation('designer')
  const { change } = useDesignContext()
  const node = view.nodes[index] as NodeView
  const name = nodeNames(view.nodes)[index] ?? ''
  const path = ['nodes', index] as const
  const move = (to: number) => {
    if (to < 0 || to >= view.nodes.length) return
    change({ type: 'move-node', from: index, to })
    onChoose(to)
  }
  return (
    <section aria-label={name}>
      <SectionHead title={<span className="mono">{name}</span>} note={t('node.chosen')}>
        <Fixed />
        {/* A button that is disabled under the fingers loses the focus; these stay where they are and do nothing. */}
        <IconButton small icon={ArrowLeft} label={t('node.left')} aria-disabled={index === 0} onClick={() => move(index - 1)} />
        <IconButton
          small
          icon={ArrowRight}
          label={t('node.right')}
          aria-disabled={index === view.nodes.length - 1}
          onClick={() => move(index + 1)}
        />
        <IconButton
          small
          icon={CopyPlus}
          label={t('node.copy')}
          onClick={() => {
            change({ type: 'copy-node', index })
            onChoose(index + 1)
          }}
        />
        <IconButton
          small
          icon={Trash2}
          label={t('node.remove')}
          aria-disabled={view.nodes.length === 1}
          onClick={() => {
            if (view.nodes.length === 1) return
            change({ type: 'remove-node', index })
            onChoose(Math.max(0, index - 1))
          }}
        />
      </SectionHead>
      {/* Another node, other fields: what is half typed in one is not carried into the next. The buttons above stay, and with them the focus. */}
      <div key={index} className="design-part">
        <Row label={t('node.role')}>
          <Segmented
            label={t('node.role')}
            value={node.role}
            onValueChange={(role) => change({ type: 'value', path: [...path, 'role'], value: role })}
            options={(['control-plane', 'worker'] as const).map((value) => ({ value, label: t(`role.${value}`) }))}
          />
        </Row>
        <ImageField
          label={t('node.image')}
          image={node.image}
          onImage={(image) => change({ type: 'value', path: [...path, 'image'], value: image || undefined })}
        />
        <Ports node={node} index={index} />
        <Mounts node={node} index={index} />
        <PairsField label={t('node.labels')} path={[...path, 'labels']} pairs={node.labels} placeholder="zone=a" />
        <Taints node={node} index={index} />
        <TextsField
          label={t('node.patches')}
          path={[...path, 'kubeadmConfigPatches']}
          texts={node.patches}
          fresh={'kind: JoinConfiguration\nnodeRegistration:\n  kubeletExtraArgs:\n'}
          hint={t('node.patchesHint')}
        />
        {node.jsonPatches > 0 ? <p className="hint">{t('jsonPatches', { count: node.jsonPatches })}</p> : null}
      </div>
    </section>
  )
}

function Ports({ node, index }: { readonly node: NodeView; readonly index: number }) {
  const { t } = useTranslation('designer')
  const { change } = useDesignContext()
  const path = ['nodes', index, 'extraPortMappings'] as const
  return (
    <Row label={t('node.ports')} top>
      {node.ports.map((port, at) => (
        <div key={at} className="design-line" role="group" aria-label={t('numbered', { what: t('node.port'), number: at + 1 })}>
          <Field
            bare
            label={t('port.listen')}
            path={[...path, at, 'listenAddress']}
            value={port.listenAddress}
            placeholder="0.0.0.0"
            className="design-address"
          />
          <Field
            bare
            label={t('port.host')}
            path={[...path, at, 'hostPort']}
            value={port.hostPort}
            as="number"
            placeholder={t('port.any')}
            className="design-port"
          />
          <span className="fg-3" aria-hidden>
            →
          </span>
          <Field
            bare
            label={t('port.node')}
            path={[...path, at, 'containerPort']}
            value={port.containerPort}
            as="number"
            className="design-port"
          />
          <Select
            label={t('port.protocol')}
            value={port.protocol}
            onValueChange={(protocol) =>
              change({ type: 'value', path: [...path, at, 'protocol'], value: protocol === 'TCP' ? undefined : protocol })
            }
            options={['TCP', 'UDP', 'SCTP'].map((value) => ({ value, label: value }))}
          />
          <IconButton
            small
            icon={X}
            label={t('port.remove')}
            onClick={() => change({ type: 'value', path: [...path, at], value: undefined })}
          />
          <LineProblems path={[...path, at]} />
          <PortProblem port={port} path={[...path, at, 'hostPort']} />
        </div>
      ))}
      <Button
        size="small"
        icon={Plus}
        onClick={() => change({ type: 'add', path, value: { containerPort: 80, hostPort: freePort(node), listenAddress: '127.0.0.1' } })}
      >
        {t('port.add')}
      </Button>
    </Row>
  )
}

/** The next one to the last, so that a new row is right as it stands. */
function freePort(node: NodeView): number {
  const last = Math.max(8079, ...node.ports.map((port) => Number(port.hostPort) || 0))
  return last >= 65_535 ? 8080 : last + 1
}

function Mounts({ node, index }: { readonly node: NodeView; readonly index: number }) {
  const { t } = useTranslation('designer')
  const { change } = useDesignContext()
  const path = ['nodes', index, 'extraMounts'] as const
  return (
    <Row label={t('node.mounts')} top>
      {node.mounts.map((mount, at) => (
        <div key={at} className="design-line" role="group" aria-label={t('numbered', { what: t('node.mount'), number: at + 1 })}>
          <Field
            bare
            label={t('mount.host')}
            path={[...path, at, 'hostPath']}
            value={mount.hostPath}
            placeholder="/home/me/project"
            className="design-path"
          />
          <span className="fg-3" aria-hidden>
            →
          </span>
          <Field
            bare
            label={t('mount.node')}
            path={[...path, at, 'containerPath']}
            value={mount.containerPath}
            placeholder="/data"
            className="design-path"
          />
          <Select
            label={t('mount.propagation')}
            value={mount.propagation}
            onValueChange={(next) =>
              change({ type: 'value', path: [...path, at, 'propagation'], value: next === 'None' ? undefined : next })
            }
            options={['None', 'HostToContainer', 'Bidirectional'].map((value) => ({ value, label: value }))}
          />
          <Checkbox checked={mount.readOnly} onCheckedChange={(on) => change({ type: 'flag', path: [...path, at, 'readOnly'], on })}>
            {t('mount.readOnly')}
          </Checkbox>
          <IconButton
            small
            icon={X}
            label={t('mount.remove')}
            onClick={() => change({ type: 'value', path: [...path, at], value: undefined })}
          />
          <LineProblems path={[...path, at]} />
          <MountProblem path={mount.hostPath} />
        </div>
      ))}
      <Button size="small" icon={Plus} onClick={() => change({ type: 'add', path, value: { hostPath: '', containerPath: '/data' } })}>
        {t('mount.add')}
      </Button>
    </Row>
  )
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const

function Taints({ node, index }: { readonly node: NodeView; readonly index: number }) {
  const { t } = useTranslation('designer')
  const { change } = useDesignContext()
  const set = (taints: readonly Taint[], key?: string) => change({ type: 'taints', index, taints }, key)
  const put = (at: number, part: Partial<Taint>, key?: string) =>
    set(
      node.taints.map((taint, place) => (place === at ? { ...taint, ...part } : taint)),
      key,
    )
  return (
    <Row label={t('node.taints')} top>
      {node.taints.map((taint, at) => (
        <div key={at} className="design-line" role="group" aria-label={t('numbered', { what: t('node.taint'), number: at + 1 })}>
          <TaintText label={t('taint.key')} value={taint.key} onText={(key) => put(at, { key }, `taint-key-${index}-${at}`)} />
          <span className="fg-3" aria-hidden>
            =
          </span>
          <TaintText label={t('taint.value')} value={taint.value} onText={(value) => put(at, { value }, `taint-value-${index}-${at}`)} />
          <Select
            label={t('taint.effect')}
            value={taint.effect}
            onValueChange={(effect) => put(at, { effect })}
            options={effects.map((value) => ({ value: value as string, label: value }))}
          />
          <IconButton small icon={X} label={t('taint.remove')} onClick={() => set(node.taints.filter((_, place) => place !== at))} />
        </div>
      ))}
      <Button size="small" icon={Plus} onClick={() => set([...node.taints, { key: 'dedicated', value: '', effect: 'NoSchedule' }])}>
        {t('taint.add')}
      </Button>
    </Row>
  )
}

function TaintText({ label, value, onText }: { readonly label: string; readonly value: string; readonly onText: (text: string) => void }) {
  return (
    <span className="field design-port wide-port">
      <input
        className="mono"
        aria-label={label}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onText(event.target.value.trim())}
      />
    </span>
  )
}
