import { Check, Minus } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { Button, composing, Dialog, Icon, TextInput } from '../../ui/index.ts'
import { ErrorNotice } from './error-notice.tsx'

type ConfirmByNameProps = {
  readonly title: string
  readonly description: ReactNode
  /** Typed out, it is the second step. */
  readonly name: string
  readonly label: ReactNode
  readonly goesTitle: string
  readonly goes: readonly ReactNode[]
  readonly staysTitle: string
  readonly stays: readonly ReactNode[]
  readonly keep: string
  readonly act: string
  readonly busy: boolean
  readonly wide?: boolean
  /** It cannot be begun as things are; what stands against it is said among the children. */
  readonly blocked?: boolean
  readonly error: unknown
  readonly consequence?: string
  readonly onConfirm: () => void
  readonly onClose: () => void
  /** More to choose, above the name. */
  readonly children?: ReactNode
  /** Below the name. */
  readonly hint?: ReactNode
}

/** Asks before something is lost: what goes, what stays, and the name of the thing typed out. The field has the focus, and what goes is in sight all the same. */
export function ConfirmByName(props: ConfirmByNameProps) {
  const { name, busy, blocked = false, wide = false, error, onConfirm, onClose } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const matches = typed.trim() === name
  const submit = () => {
    if (matches && !busy && !blocked) onConfirm()
  }
  return (
    <Dialog
      open
      wide={wide}
      onOpenChange={(open) => !open && onClose()}
      title={props.title}
      description={props.description}
      initialFocus={input}
      below={
        <>
          <label htmlFor={id} className="goes-label">
            {props.label}
          </label>
          <TextInput
            ref={input}
            id={id}
            mono
            wide
            value={typed}
            onValueChange={setTyped}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !composing(event)) submit()
            }}
          />
          {props.hint ? <p className="hint goes-hint">{props.hint}</p> : null}
          {error ? (
            <ErrorNotice className="goes-notice" error={error} {...(props.consequence ? { consequence: props.consequence } : {})} />
          ) : null}
        </>
      }
      footer={
        <>
          <Button onClick={onClose}>{props.keep}</Button>
          <Button variant="danger" disabled={!matches || blocked} busy={busy} onClick={submit}>
            {props.act}
          </Button>
        </>
      }
    >
      <div className="goes">
        <Items title={props.goesTitle} items={props.goes} gone />
        <Items title={props.staysTitle} items={props.stays} />
      </div>
      {props.children}
    </Dialog>
  )
}

function Items({ title, items, gone = false }: { readonly title: string; readonly items: readonly ReactNode[]; readonly gone?: boolean }) {
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {items.map((item, index) => (
          <li key={index}>
            <Icon of={gone ? Minus : Check} tone={gone ? 'bad' : 'ok'} small />
            <span className="text-wrap">{item}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
