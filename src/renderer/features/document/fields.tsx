import { Plus, X } from 'lucide-react'
import { useId, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Chip, composing, FieldError, IconButton, TextInput } from '../../ui/index.ts'
import { problemsAt, useDocumentForm } from './document-context.ts'
import type { Path } from './plain.ts'
import { useProblemWords } from './problem-words.ts'

export type PairView = readonly [name: string, value: string]

/** A label and what belongs to it. */
export function Row({
  label,
  htmlFor,
  top = false,
  children,
}: {
  readonly label: string
  readonly htmlFor?: string
  readonly top?: boolean
  readonly children: ReactNode
}) {
  return (
    <div className={top ? 'form-row top' : 'form-row'}>
      {htmlFor ? <label htmlFor={htmlFor}>{label}</label> : <span className="label">{label}</span>}
      <div className="design-value">{children}</div>
    </div>
  )
}

export type FieldProps = {
  readonly label: string
  readonly path: Path
  readonly value: string
  readonly which?: string
  readonly as?: 'text' | 'number' | 'number-or-text'
  readonly placeholder?: string
  /** Without a label of its own beside it. */
  readonly bare?: boolean
  readonly className?: string
  readonly children?: ReactNode
  readonly invalid?: boolean
}

/** One value of the document. What is typed stays as typed while the field has the focus; the document has it trimmed. */
export function Field(props: FieldProps) {
  const id = useId()
  if (props.bare) return <FieldInput {...props} id={id} />
  return (
    <Row label={props.label} htmlFor={id}>
      <FieldInput {...props} id={id} />
    </Row>
  )
}

function FieldInput({
  id,
  label,
  path,
  value,
  which: own,
  as = 'text',
  placeholder,
  bare,
  className,
  children,
  invalid,
}: FieldProps & { readonly id: string }) {
  const { change, problems, which: usual } = useDocumentForm()
  const which = own ?? usual
  const words = useProblemWords()
  const [typed, setTyped] = useState<string | null>(null)
  const problem = problemsAt(problems, path, which)[0]
  return (
    <>
      <TextInput
        id={id}
        mono
        {...(bare ? { 'aria-label': label } : {})}
        {...(placeholder === undefined ? {} : { placeholder })}
        {...(problem === undefined ? {} : { 'aria-describedby': problemId(which, path) })}
        frameClassName={className ?? 'design-field'}
        invalid={problem !== undefined || invalid === true}
        value={typed !== null && typed.trim() === value ? typed : value}
        onValueChange={(text) => {
          setTyped(text)
          change({ type: 'field', which, path, text, as }, `${which}:${path.join('.')}`)
        }}
        onBlur={() => setTyped(null)}
      />
      {children}
      {problem === undefined || bare ? null : <FieldError id={problemId(which, path)}>{words(problem)}</FieldError>}
    </>
  )
}

const problemId = (which: string, path: Path) => `design-problem-${which}-${path.join('-')}`

/** What is wrong in a line of bare fields, after them. */
export function LineProblems({ path, which: own }: { readonly path: Path; readonly which?: string }) {
  const { problems, which: usual } = useDocumentForm()
  const which = own ?? usual
  const words = useProblemWords()
  return problemsAt(problems, path, which, true).map((problem) => (
    <span key={`${problem.from}:${problem.reason}`} className="design-problem">
      <FieldError id={problemId(which, problem.path)}>{words(problem)}</FieldError>
    </span>
  ))
}

/** Texts as chips, and a field that adds one. */
export function ListField({
  label,
  path,
  items,
  which: own,
  placeholder,
  hint,
  children,
}: {
  readonly label: string
  readonly path: Path
  readonly items: readonly string[]
  readonly which?: string
  readonly placeholder: string
  readonly hint?: string
  /** Another way to add. */
  readonly children?: ReactNode
}) {
  const { t } = useTranslation('designer')
  const { change, problems, which: usual } = useDocumentForm()
  const which = own ?? usual
  const words = useProblemWords()
  return (
    <Row label={label} top>
      {items.map((item, index) => (
        <Chip
          key={`${index}:${item}`}
          removeLabel={t('remove', { what: item })}
          onRemove={() => change({ type: 'value', which, path: [...path, index], value: undefined })}
        >
          <span className="mono cut" title={item}>
            {item}
          </span>
        </Chip>
      ))}
      <AddField label={label} placeholder={placeholder} onAdd={(value) => change({ type: 'add', which, path, value })} />
      {children}
      {hint ? <p className="hint">{hint}</p> : null}
      {problemsAt(problems, path, which, true).map((problem) => (
        <FieldError key={problem.from}>{`${items[Number(problem.path[path.length])] ?? ''} ${words(problem)}`}</FieldError>
      ))}
    </Row>
  )
}

/** Names with values as chips, `zone=a`. */
export function PairsField({
  label,
  path,
  pairs,
  placeholder,
  which: own,
  hint,
  read = (value) => value,
  onSet,
}: {
  readonly label: string
  readonly path: Path
  readonly pairs: readonly PairView[]
  readonly placeholder: string
  readonly which?: string
  readonly hint?: string
  readonly read?: (value: string) => unknown
  /** Instead of a map's entry; `value` null: the one at that place goes. */
  readonly onSet?: (name: string, value: string | null, at: number | null) => void
}) {
  const { t } = useTranslation('designer')
  const { change, problems, which: usual } = useDocumentForm()
  const which = own ?? usual
  const words = useProblemWords()
  return (
    <Row label={label} top>
      {pairs.map(([name, value], at) => (
        <Chip
          key={`${at}:${name}`}
          removeLabel={t('remove', { what: name })}
          onRemove={() => (onSet ? onSet(name, null, at) : change({ type: 'value', which, path: [...path, name], value: undefined }))}
        >
          <span className="mono cut">{`${name}=${value}`}</span>
        </Chip>
      ))}
      <AddField
        label={label}
        placeholder={placeholder}
        onAdd={(text) => {
          const at = text.indexOf('=')
          const name = (at === -1 ? text : text.slice(0, at)).trim()
          const value = at === -1 ? '' : text.slice(at + 1).trim()
          if (name === '') return
          if (onSet) onSet(name, value, null)
          else change({ type: 'value', which, path: [...path, name], value: read(value) })
        }}
      />
      {hint ? <p className="hint">{hint}</p> : null}
      {problemsAt(problems, path, which, true).map((problem) => (
        <FieldError key={problem.from}>{`${String(problem.path[path.length] ?? '')} ${words(problem)}`}</FieldError>
      ))}
    </Row>
  )
}

function AddField({
  label,
  placeholder,
  onAdd,
}: {
  readonly label: string
  readonly placeholder: string
  readonly onAdd: (text: string) => void
}) {
  const { t } = useTranslation('designer')
  const [text, setText] = useState('')
  const add = () => {
    if (text.trim() === '') return
    onAdd(text.trim())
    setText('')
  }
  return (
    <span className="design-add">
      <TextInput
        size="small"
        mono
        aria-label={t('addTo', { what: label })}
        placeholder={placeholder}
        frameClassName="design-field"
        value={text}
        onValueChange={setText}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !composing(event)) add()
        }}
        onBlur={add}
      />
      <IconButton small icon={Plus} label={t('addTo', { what: label })} disabled={text.trim() === ''} onClick={add} />
    </span>
  )
}

/** Texts of several lines: patches. */
export function TextsField({
  label,
  path,
  texts,
  fresh,
  hint,
}: {
  readonly label: string
  readonly path: Path
  readonly texts: readonly string[]
  readonly fresh: string
  readonly hint: string
}) {
  const { t } = useTranslation('designer')
  const { change } = useDocumentForm()
  return (
    <Row label={label} top>
      {texts.map((text, index) => (
        <span key={index} className="design-patch">
          <textarea
            className="design-area mono"
            aria-label={t('numbered', { what: label, number: index + 1 })}
            spellCheck={false}
            rows={Math.min(12, text.split('\n').length + 1)}
            value={text}
            onChange={(event) => change({ type: 'value', path: [...path, index], value: event.target.value }, [...path, index].join('.'))}
          />
          <IconButton
            small
            icon={X}
            label={t('remove', { what: t('numbered', { what: label, number: index + 1 }) })}
            onClick={() => change({ type: 'value', path: [...path, index], value: undefined })}
          />
        </span>
      ))}
      <Button size="small" icon={Plus} onClick={() => change({ type: 'add', path, value: fresh })}>
        {t('addPatch')}
      </Button>
      <p className="hint">{hint}</p>
    </Row>
  )
}
