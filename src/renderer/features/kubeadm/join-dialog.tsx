import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeadmState } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Button, Checkbox, Dialog, FieldError, KeyValue, Segmented, Select } from '../../ui/index.ts'
import { useSettled } from '../../ui/use-settled.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useErrorWords } from '../shell/error-words.ts'
import { useTargets } from '../targets/use-targets.ts'
import { useTargetName } from '../targets/target-words.ts'
import { IgnoreField, namesIn } from './ignore-field.tsx'
import { CheckedHere } from './preflight-findings.tsx'
import { useStart, useStartHere } from './use-kubeadm.ts'

type JoinDialogProps = {
  readonly target: TargetId
  readonly name: string
  readonly preflight: KubeadmState['preflight']
  readonly onClose: () => void
}

/** Joins the machine to the cluster of a control plane that Cove knows, or by a line that somebody gave. */
export function JoinDialog({ target, name, preflight, onClose }: JoinDialogProps) {
  const { t } = useTranslation('kubeadm')
  const { t: common } = useTranslation('common')
  const id = useId()
  const targetName = useTargetName()
  const others = (useTargets().data ?? []).filter((one) => one.id !== target && one.state !== 'down')
  const [way, setWay] = useState<'target' | 'command'>('target')
  const [chosen, setChosen] = useState<TargetId | null>(null)
  const [command, setCommand] = useState('')
  const [controlPlane, setControlPlane] = useState(false)
  const [ignore, setIgnore] = useState('')
  const via = chosen ?? others[0]?.id ?? null
  const facts = useQuery(queryUtils.kubeadmConfig.facts.queryOptions({ input: { target }, staleTime: 60_000, retry: false }))
  const sockets = facts.data?.sockets ?? []
  const [socket, setSocket] = useState<string | null>(null)
  // With one kubeadm finds it; of several it takes none by itself.
  const criSocket = sockets.length > 1 ? (socket ?? sockets[0] ?? null) : null
  const wish = {
    via: way === 'target' ? ({ kind: 'target', target: via ?? target } as const) : ({ kind: 'command', command } as const),
    controlPlane: way === 'target' && controlPlane,
    criSocket,
  }
  const join = useStart(() => api.kubeadm.join({ target, ...wish, ignore: namesIn(ignore) }))
  const check = useStartHere(() => api.kubeadm.preflight({ target, join: wish }))
  const ready = way === 'target' ? via !== null : command.trim() !== ''
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('join.title', { name })}
      description={t('join.lead')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button disabled={!ready || facts.isPending} busy={check.busy} onClick={() => check.begin(undefined)}>
            {t('task.preflight.do')}
          </Button>
          <Button
            variant="primary"
            disabled={!ready || facts.isPending || check.busy}
            busy={join.isPending}
            onClick={() => join.mutate(undefined)}
          >
            {t('join.do')}
          </Button>
        </>
      }
    >
      <div className="kubeadm-field">
        <Segmented
          label={t('join.way')}
          value={way}
          onValueChange={setWay}
          options={(['target', 'command'] as const).map((value) => ({ value, label: t(`join.ways.${value}`) }))}
        />
        {way === 'target' ? (
          <>
            <label htmlFor={`${id}-via`}>{t('join.via')}</label>
            {via === null ? (
              <p className="fg-2">{t('join.noOther')}</p>
            ) : (
              <Select
                id={`${id}-via`}
                mono
                value={via}
                onValueChange={setChosen}
                options={others.map((one) => ({ value: one.id, label: targetName(one) }))}
              />
            )}
            <Checkbox checked={controlPlane} onCheckedChange={setControlPlane}>
              {t('join.controlPlane')}
            </Checkbox>
            <p className="hint">{t('join.token')}</p>
          </>
        ) : (
          <>
            <label htmlFor={`${id}-line`}>{t('join.line')}</label>
            <textarea
              id={`${id}-line`}
              className="design-area mono"
              spellCheck={false}
              rows={4}
              value={command}
              aria-describedby={`${id}-read`}
              onChange={(event) => setCommand(event.target.value)}
            />
            <div id={`${id}-read`}>
              <ReadLine command={command} />
            </div>
          </>
        )}
      </div>
      {criSocket === null ? null : (
        <div className="kubeadm-field">
          <label htmlFor={`${id}-socket`}>{t('join.socket')}</label>
          <Select
            id={`${id}-socket`}
            mono
            value={criSocket}
            onValueChange={setSocket}
            options={sockets.map((value) => ({ value, label: value }))}
          />
          <p className="hint">{t('join.socketHint')}</p>
        </div>
      )}
      <IgnoreField value={ignore} onValueChange={setIgnore} />
      <CheckedHere of="join" target={target} check={check} preflight={preflight} />
      {join.error ? <ErrorNotice error={join.error} /> : null}
    </Dialog>
  )
}

/** What the line says, before it is used. */
function ReadLine({ command }: { readonly command: string }) {
  const { t } = useTranslation('kubeadm')
  const words = useErrorWords()
  const settled = useSettled(command.trim(), 250)
  const read = useQuery(queryUtils.kubeadm.readJoin.queryOptions({ input: { command: settled }, enabled: settled !== '', retry: false }))
  if (settled === '') return null
  if (read.error) return <FieldError>{words(read.error).title}</FieldError>
  if (!read.data) return null
  const { endpoint, tokenId, hashes, controlPlane } = read.data
  return (
    <KeyValue
      items={[
        { key: 'endpoint', label: t('join.endpoint'), value: endpoint, mono: true },
        { key: 'token', label: t('join.tokenId'), value: tokenId, mono: true },
        { key: 'hash', label: t('join.hash'), value: hashes.join(' '), mono: true },
        { key: 'role', label: t('nodes.role'), value: t(controlPlane ? 'kind.control-plane' : 'kind.worker') },
      ]}
    />
  )
}
