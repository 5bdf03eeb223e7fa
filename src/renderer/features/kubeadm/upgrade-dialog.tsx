import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmNode, KubeadmState } from '#shared/contract/kubeadm.ts'
import type { Target, TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import { Button, Callout, Dialog, Segmented, Select, TextInput } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useTargetName } from '../targets/target-words.ts'
import { useTargets } from '../targets/use-targets.ts'
import { IgnoreField, namesIn } from './ignore-field.tsx'
import { UpgradePlan } from './upgrade-plan.tsx'
import { useStart, useStartHere } from './use-kubeadm.ts'

type UpgradeDialogProps = { readonly target: TargetId; readonly state: KubeadmState; readonly onClose: () => void }

/** Which version, from where its programs come, and which machine each node is. */
export function UpgradeDialog({ target, state, onClose }: UpgradeDialogProps) {
  const { t } = useTranslation('kubeadm')
  const { t: common } = useTranslation('common')
  const id = useId()
  const targets = useTargets().data ?? []
  const others = (state.nodes ?? []).filter((node) => node.name !== state.node)
  const [version, setVersion] = useState('')
  const [from, setFrom] = useState<'publisher' | 'folder' | 'there'>('publisher')
  const [folder, setFolder] = useState('')
  const [ignore, setIgnore] = useState('')
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({})
  const machineOf = (node: KubeadmNode) => chosen[node.name] ?? guess(node, targets)
  const machines = others.map(machineOf)
  const left = others.filter((node) => machineOf(node) === '')
  const wish = (apply: boolean) => ({
    targets: [target, ...machines.filter((one) => one !== '')],
    version: version.trim() || null,
    programs: from === 'folder' ? ({ from, folder: folder.trim() } as const) : ({ from } as const),
    ignore: namesIn(ignore),
    apply,
  })
  const upgrade = useStart(() => api.kubeadm.upgrade(wish(true)))
  const plan = useStartHere(() => api.kubeadm.upgrade(wish(false)))
  const whole = /^v\d+\.\d+\.\d+$/.test(version.trim())
  const known = from !== 'folder' || /^\/\S/.test(folder.trim())
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('upgrade.title', { name: state.cluster?.name ?? '' })}
      description={t('upgrade.lead', { version: state.cluster?.version ?? '' })}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button disabled={!known || !(whole || version.trim() === '')} busy={plan.busy} onClick={() => plan.begin(undefined)}>
            {t('upgrade.plan')}
          </Button>
          <Button
            variant="primary"
            disabled={!known || !whole || plan.busy}
            busy={upgrade.isPending}
            onClick={() => upgrade.mutate(undefined)}
          >
            {t('upgrade.do')}
          </Button>
        </>
      }
    >
      <div className="kubeadm-form">
        <label htmlFor={`${id}-version`}>{t('upgrade.version')}</label>
        <TextInput
          id={`${id}-version`}
          mono
          placeholder="v1.34.4"
          value={version}
          aria-describedby={`${id}-hint`}
          onValueChange={setVersion}
        />
        <span>{t('upgrade.programs')}</span>
        <Segmented
          label={t('upgrade.programs')}
          value={from}
          onValueChange={setFrom}
          options={(['publisher', 'folder', 'there'] as const).map((value) => ({ value, label: t(`upgrade.from.${value}`) }))}
        />
        {from === 'folder' ? (
          <>
            <label htmlFor={`${id}-folder`}>{t('upgrade.folder')}</label>
            <TextInput id={`${id}-folder`} mono wide placeholder="/opt/kubernetes" value={folder} onValueChange={setFolder} />
          </>
        ) : null}
        {others.map((node) => (
          <MachineOfNode
            key={node.name}
            node={node}
            targets={targets.filter((one) => one.id !== target)}
            value={machineOf(node)}
            onValueChange={(next) => setChosen({ ...chosen, [node.name]: next })}
          />
        ))}
      </div>
      <p className="hint">{t(`upgrade.${from}Hint`)}</p>
      <p className="hint" id={`${id}-hint`}>
        {t(from === 'publisher' ? 'upgrade.planHintThere' : 'upgrade.planHint')}
      </p>
      {left.length > 0 ? (
        <Callout tone="warn" className="kubeadm-note">
          {t('upgrade.left', { nodes: left.map((node) => node.name).join(', ') })}
        </Callout>
      ) : null}
      <IgnoreField value={ignore} onValueChange={setIgnore} />
      <UpgradePlan started={plan} plan={state.upgradePlan} chosen={version.trim()} onChoose={setVersion} />
      {upgrade.error ? <ErrorNotice error={upgrade.error} /> : null}
    </Dialog>
  )
}

type MachineOfNodeProps = {
  readonly node: KubeadmNode
  readonly targets: readonly Target[]
  readonly value: string
  readonly onValueChange: (value: string) => void
}

function MachineOfNode({ node, targets, value, onValueChange }: MachineOfNodeProps) {
  const { t } = useTranslation('kubeadm')
  const name = useTargetName()
  const id = useId()
  return (
    <>
      <label htmlFor={id}>{t('upgrade.node', { name: node.name })}</label>
      <Select<string>
        id={id}
        mono
        value={value}
        onValueChange={onValueChange}
        options={[{ value: '', label: t('upgrade.notNow') }, ...targets.map((one) => ({ value: one.id, label: name(one) }))]}
      />
    </>
  )
}

/** A machine is most often called as its node is. */
function guess(node: KubeadmNode, targets: readonly Target[]): string {
  return targets.find((one) => one.name === node.name || one.name.endsWith(`@${node.name}`) || node.addresses.includes(one.name))?.id ?? ''
}
