import { ChevronDown, ChevronRight, Plus, X } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, composing, IconButton, Select, TextInput } from '../../ui/index.ts'
import { Problem } from './problem.tsx'
import type { Create, PortDraft } from './use-create.ts'

/** Nodes and port mappings, behind a button: nobody has to set them. */
export function MoreOptions({ create }: { readonly create: Create }) {
  const { t } = useTranslation('clusters')
  const { draft, change } = create
  const [open, setOpen] = useState(draft.workers > 0 || draft.controlPlanes > 1 || draft.ports.length > 0)
  const [workers, setWorkers] = useState(String(draft.workers))
  const id = useId()
  const setPort = (index: number, part: Partial<PortDraft>) =>
    change({ ports: draft.ports.map((port, at) => (at === index ? { ...port, ...part } : port)) })
  return (
    <div className="more-options">
      <Button
        variant="quiet"
        size="small"
        icon={open ? ChevronDown : ChevronRight}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {t('more.title')}
      </Button>
      {open ? (
        <div id={id} className="more-body">
          <div className="form-row">
            <label htmlFor={`${id}-planes`}>{t('more.controlPlanes')}</label>
            <span>
              <Select
                id={`${id}-planes`}
                size="small"
                value={String(draft.controlPlanes)}
                onValueChange={(value) => change({ controlPlanes: Number(value) })}
                options={['1', '3'].map((value) => ({ value, label: value }))}
              />
            </span>
          </div>
          <div className="form-row">
            <label htmlFor={`${id}-workers`}>{t('more.workers')}</label>
            <TextInput
              id={`${id}-workers`}
              size="small"
              inputMode="numeric"
              frameClassName="more-number"
              value={workers}
              onValueChange={(text) => {
                const digits = text.replace(/\D/g, '').slice(0, 2)
                setWorkers(digits)
                change({ workers: Math.min(50, Number(digits)) })
              }}
              onBlur={() => setWorkers(String(draft.workers))}
            />
          </div>
          <div className="form-row">
            <span className="label">{t('more.ports')}</span>
            <div className="ports" role="group" aria-label={t('more.ports')}>
              {draft.ports.map((port, index) => (
                <div key={index} className="line">
                  <PortInput
                    label={t('more.hostPort')}
                    value={port.hostPort}
                    onValueChange={(hostPort) => setPort(index, { hostPort })}
                    onSubmit={create.submit}
                  />
                  <span className="fg-3" aria-hidden>
                    →
                  </span>
                  <PortInput
                    label={t('more.containerPort')}
                    value={port.containerPort}
                    onValueChange={(containerPort) => setPort(index, { containerPort })}
                    onSubmit={create.submit}
                  />
                  <IconButton
                    small
                    icon={X}
                    label={t('more.removePort')}
                    onClick={() => change({ ports: draft.ports.filter((_, at) => at !== index) })}
                  />
                </div>
              ))}
              <Button
                size="small"
                icon={Plus}
                onClick={() => change({ ports: [...draft.ports, { hostPort: '8080', containerPort: '30080' }] })}
              >
                {t('more.addPort')}
              </Button>
              <p className="hint">{t('more.portsHint')}</p>
              {create.portProblem ? <Problem problem={create.portProblem} create={create} /> : null}
            </div>
          </div>
        </div>
      ) : null}
    </div>
  )
}

function PortInput({
  label,
  value,
  onValueChange,
  onSubmit,
}: {
  readonly label: string
  readonly value: string
  readonly onValueChange: (value: string) => void
  readonly onSubmit: () => void
}) {
  return (
    <TextInput
      size="small"
      mono
      inputMode="numeric"
      frameClassName="more-number"
      aria-label={label}
      value={value}
      onValueChange={onValueChange}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !composing(event)) onSubmit()
      }}
    />
  )
}
