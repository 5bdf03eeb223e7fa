import { SlidersHorizontal } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostIntent } from '#shared/contract/host-checks.ts'
import { Button, FieldError, Popover, Segmented, TextInput } from '../../ui/index.ts'

type IntentFormProps = { readonly intent: HostIntent; readonly onChange: (intent: HostIntent) => void }

/** What the machine is to be: the checks go by it. */
export function IntentForm({ intent, onChange }: IntentFormProps) {
  const { t } = useTranslation('host-checks')
  const [open, setOpen] = useState(false)
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('ui.form.title')}
      className="intent-form"
      trigger={
        <Button size="small" icon={SlidersHorizontal}>
          {t('ui.intent')}
        </Button>
      }
    >
      <Fields
        intent={intent}
        onChange={(next) => {
          setOpen(false)
          onChange(next)
        }}
      />
    </Popover>
  )
}

const version = /^v?1\.\d{1,3}(\.\d{1,3})?$/
const subnet = /^[0-9A-Fa-f:.]+\/\d{1,3}$/
const path = /^\/\S+$/
const listOf = (text: string) =>
  text
    .split(/[\s,，]+/)
    .map((word) => word.trim())
    .filter((word) => word !== '')

function Fields({ intent, onChange }: IntentFormProps) {
  const { t } = useTranslation('host-checks')
  const [role, setRole] = useState(intent.role)
  const [kubernetes, setKubernetes] = useState(intent.kubernetes ?? '')
  const [pods, setPods] = useState(intent.podSubnets.join(', '))
  const [services, setServices] = useState(intent.serviceSubnets.join(', '))
  const [socket, setSocket] = useState(intent.criSocket ?? '')
  const subnetsWrong = (text: string) => listOf(text).some((word) => !subnet.test(word)) || listOf(text).length > 4
  const wrong = {
    version: kubernetes.trim() !== '' && !version.test(kubernetes.trim()),
    pods: subnetsWrong(pods),
    services: subnetsWrong(services),
    socket: socket.trim() !== '' && !path.test(socket.trim()),
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (Object.values(wrong).some(Boolean)) return
    onChange({
      role,
      kubernetes: kubernetes.trim() === '' ? null : kubernetes.trim(),
      podSubnets: listOf(pods),
      serviceSubnets: listOf(services),
      criSocket: socket.trim() === '' ? null : socket.trim(),
    })
  }
  return (
    <form onSubmit={submit} noValidate>
      <div className="intent-field">
        <span>{t('ui.form.role')}</span>
        <Segmented
          label={t('ui.form.role')}
          value={role}
          onValueChange={setRole}
          options={(['control-plane', 'worker'] as const).map((value) => ({ value, label: t(`role.${value}`) }))}
        />
      </div>
      <Field
        label={t('ui.form.version')}
        note={t('ui.form.versionNote')}
        wrong={wrong.version ? t('ui.form.versionWrong') : null}
        value={kubernetes}
        onChange={setKubernetes}
      />
      <Field label={t('ui.form.pods')} wrong={wrong.pods ? t('ui.form.subnetWrong') : null} value={pods} onChange={setPods} />
      <Field
        label={t('ui.form.services')}
        wrong={wrong.services ? t('ui.form.subnetWrong') : null}
        value={services}
        onChange={setServices}
      />
      <Field
        label={t('ui.form.socket')}
        note={t('ui.form.socketNote')}
        wrong={wrong.socket ? t('ui.form.socketWrong') : null}
        value={socket}
        onChange={setSocket}
      />
      <div className="line intent-acts">
        <Button type="submit" variant="primary">
          {t('ui.form.apply')}
        </Button>
      </div>
    </form>
  )
}

type FieldProps = {
  readonly label: string
  readonly note?: string
  readonly wrong: string | null
  readonly value: string
  readonly onChange: (value: string) => void
}

function Field({ label, note, wrong, value, onChange }: FieldProps) {
  const id = useId()
  const about = wrong !== null || note !== undefined ? { 'aria-describedby': `${id}-about` } : {}
  return (
    <div className="intent-field">
      <label htmlFor={id}>{label}</label>
      <div>
        <TextInput id={id} mono wide value={value} invalid={wrong !== null} onValueChange={onChange} {...about} />
        {wrong !== null ? (
          <FieldError id={`${id}-about`}>{wrong}</FieldError>
        ) : note === undefined ? null : (
          <p className="fg-3 sm" id={`${id}-about`}>
            {note}
          </p>
        )}
      </div>
    </div>
  )
}
