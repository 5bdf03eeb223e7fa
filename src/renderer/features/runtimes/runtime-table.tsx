import { MoreHorizontal } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Runtime, RuntimeChange, RuntimeName, Runtimes } from '#shared/contract/runtimes.ts'
import { Cell, IconButton, Menu, type MenuItem, Row, State, type Tone, Table } from '../../ui/index.ts'
import { RuntimeDetail } from './runtime-detail.tsx'
import type { Asking } from './runtimes-tab.tsx'

const unitTone: Record<Runtime['unit']['state'], Tone> = { running: 'ok', stopped: 'idle', failed: 'bad', absent: 'idle', unknown: 'idle' }

type RuntimeTableProps = {
  readonly seen: Runtimes
  readonly old: boolean
  readonly onChange: (change: RuntimeChange) => void
  readonly onAsk: (asking: Asking) => void
}

/** The four runtimes that Kubernetes knows; a row opens what is known of one. */
export function RuntimeTable({ seen, old, onChange, onAsk }: RuntimeTableProps) {
  const { t } = useTranslation('runtimes')
  const { t: common } = useTranslation('common')
  const first = seen.runtimes.find((one) => one.sockets.length > 0) ?? seen.runtimes.find((one) => one.installed === 'yes')
  const [open, setOpen] = useState<RuntimeName | null>(first?.name ?? null)
  const columns = [
    { key: 'runtime', label: t('column.runtime') },
    { key: 'state', label: t('column.state') },
    { key: 'cri', label: t('column.cri') },
    { key: 'driver', label: t('column.driver') },
    { key: 'socket', label: t('column.socket') },
    { key: 'actions', label: common('actions'), hideLabel: true },
  ]
  return (
    <Table label={t('title')} columns={columns} className="runtimes-table" interactive>
      {seen.runtimes.map((runtime) => (
        <Entry
          key={runtime.name}
          seen={seen}
          runtime={runtime}
          columns={columns.length}
          old={old}
          isOpen={open === runtime.name}
          onOpen={() => setOpen(open === runtime.name ? null : runtime.name)}
          items={itemsOf(runtime)}
        />
      ))}
    </Table>
  )

  function itemsOf(runtime: Runtime): MenuItem[] {
    const { name } = runtime
    const other = runtime.driver === 'systemd' ? 'cgroupfs' : 'systemd'
    const item = (id: string, label: string, onSelect: () => void): MenuItem => ({ id, label, onSelect })
    const canServe = name === 'containerd' || name === 'cri-o' || runtime.shim?.installed === 'yes'
    return [
      ...(seen.kubelet.joined && runtime.sockets.length > 0 ? [item('migrate', t('action.migrate'), () => onAsk('migrate'))] : []),
      item('driver', t('action.driver', { driver: other }), () => onChange({ kind: 'driver', runtime: name, driver: other })),
      ...(seen.kubeadm.sandboxImage !== null && canServe
        ? [item('sandbox', t('action.sandbox'), () => onChange({ kind: 'sandbox-image', runtime: name, image: null }))]
        : []),
      ...(runtime.cri.api === 'disabled'
        ? [item('cri', t('action.cri'), () => onChange({ kind: 'enable-cri', runtime: 'containerd' }))]
        : []),
      item('mirrors', t('action.mirrors'), () => onAsk({ mirrors: name })),
      ...(runtime.shim?.installed === 'yes' && runtime.shim.unit.state === 'absent'
        ? [item('unit', t('action.unit'), () => onChange({ kind: 'cri-dockerd-unit' }))]
        : []),
      ...(runtime.unit.state === 'absent'
        ? []
        : [item('restart', t('action.restart'), () => onChange({ kind: 'restart', runtime: name }))]),
    ]
  }
}

type EntryProps = {
  readonly seen: Runtimes
  readonly runtime: Runtime
  readonly columns: number
  readonly old: boolean
  readonly isOpen: boolean
  readonly onOpen: () => void
  readonly items: readonly MenuItem[]
}

function Entry({ seen, runtime, columns, old, isOpen, onOpen, items }: EntryProps) {
  const { t } = useTranslation('runtimes')
  const name = t(`name.${runtime.name}`)
  const here = runtime.installed === 'yes'
  const socket = runtime.sockets[0]
  if (!here)
    return (
      <Row old={old} className="runtime-absent">
        <Cell className="cut fg-2">{name}</Cell>
        <Cell className="fg-3">{t('absent')}</Cell>
      </Row>
    )
  return (
    <>
      <Row onOpen={onOpen} old={old} className={isOpen ? 'runtime-open' : ''} label={name}>
        <Cell className="cut">
          {name} <span className="fg-3 mono">{runtime.version ?? ''}</span>
        </Cell>
        <Cell>
          <State tone={unitTone[runtime.unit.state]}>{t(`state.${runtime.unit.state}`)}</State>
        </Cell>
        <Cell>
          {runtime.cri.api === 'v1' ? (
            <span className="mono">v1</span>
          ) : (
            <State tone={runtime.cri.api === 'unknown' ? 'idle' : 'warn'}>{t(`cri.${runtime.cri.api}`)}</State>
          )}
        </Cell>
        <Cell className="mono cut">{runtime.driver ?? t('unknownDriver')}</Cell>
        <Cell className="mono cut" title={socket?.path ?? ''}>
          {socket?.path ?? t('noSocket')}
        </Cell>
        <Cell className="line runtime-acts">
          <Menu trigger={<IconButton icon={MoreHorizontal} label={t('action.menu', { name })} />} items={items} />
        </Cell>
      </Row>
      {isOpen ? <RuntimeDetail seen={seen} runtime={runtime} columns={columns} /> : null}
    </>
  )
}
