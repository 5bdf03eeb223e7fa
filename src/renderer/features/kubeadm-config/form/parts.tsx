import { useId } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Checkbox, SectionHead, Select } from '../../../ui/index.ts'
import { DocumentContext, type FieldChange, problemsAt, useDocumentForm } from '../../document/document-context.ts'
import { Field, ListField, PairsField, Row } from '../../document/fields.tsx'
import type { Path } from '../../document/plain.ts'
import { useProblemWords } from '../../document/problem-words.ts'
import { argumentsOf, type Kind, list, shown, truth } from '../document/parts.ts'
import { useKubeadmForm, useText, useValue } from './form-context.ts'

/** A section of the form. */
export function Section({ title, note, children }: { readonly title: string; readonly note?: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <SectionHead title={title} note={note} />
      <div className="design-part">{children}</div>
    </section>
  )
}

/** Fields of one document of the file. */
export function Of({ kind, children }: { readonly kind: Kind; readonly children: ReactNode }) {
  const form = useDocumentForm()
  const own = { ...form, which: kind, change: (change: FieldChange, key?: string) => form.change({ which: kind, ...change }, key) }
  return <DocumentContext value={own}>{children}</DocumentContext>
}

type Common = { readonly label: string; readonly path: Path; readonly hint?: string }

export function TextField({
  label,
  path,
  hint,
  placeholder = '',
  as = 'text',
  proposals = [],
  className,
}: Common & {
  readonly placeholder?: string
  readonly as?: 'text' | 'number'
  /** Values that one press fills in. */
  readonly proposals?: readonly { readonly value: string; readonly label?: string }[]
  readonly className?: string
}) {
  const { t } = useTranslation('designer')
  const { change } = useDocumentForm()
  const value = useText(path)
  const others = proposals.filter((one) => one.value !== value)
  return (
    <Field label={label} path={path} value={value} placeholder={placeholder} as={as} {...(className === undefined ? {} : { className })}>
      {others.map((one) => (
        <Button key={one.value} size="small" onClick={() => change({ type: 'value', path, value: one.value })}>
          {t('general.use', { name: one.label ?? one.value })}
        </Button>
      ))}
      {hint ? <p className="hint">{hint}</p> : null}
    </Field>
  )
}

export function FlagField({
  label,
  path,
  hint,
  children,
  usual = false,
}: Common & { readonly children: string; readonly usual?: boolean }) {
  const { change } = useDocumentForm()
  const value = useValue(path)
  return (
    <Row label={label} top>
      <Checkbox
        checked={value === undefined || value === null ? usual : truth(value)}
        onCheckedChange={(on) => change({ type: 'value', path, value: on === usual ? undefined : on })}
      >
        {children}
      </Checkbox>
      <Problems path={path} />
      {hint ? <p className="hint">{hint}</p> : null}
    </Row>
  )
}

/** `usual`: what it is where the file does not say it. */
export function SelectField({
  label,
  path,
  hint,
  usual,
  options,
}: Common & { readonly usual: string; readonly options: readonly { readonly value: string; readonly label?: string }[] }) {
  const id = useId()
  const { change } = useDocumentForm()
  const value = useText(path)
  const known = value === '' || options.some((one) => one.value === value)
  return (
    <Row label={label} htmlFor={id}>
      <Select
        id={id}
        className="design-field"
        value={value === '' ? unset : value}
        onValueChange={(next) => change({ type: 'value', path, value: next === unset ? undefined : next })}
        options={[
          { value: unset, label: usual },
          ...options.map((one) => ({ value: one.value, label: one.label ?? one.value })),
          ...(known ? [] : [{ value, label: value }]),
        ]}
      />
      <Problems path={path} />
      {hint ? <p className="hint">{hint}</p> : null}
    </Row>
  )
}
const unset = '\u0000'

export function TextsField({ label, path, hint, placeholder }: Common & { readonly placeholder: string }) {
  const items = list(useValue(path)).map(shown)
  return <ListField label={label} path={path} items={items} placeholder={placeholder} {...(hint === undefined ? {} : { hint })} />
}

/** Command line arguments of a component, `name=value`: a map or a list, as the version of the file has them. */
export function ArgumentsField({ label, path, placeholder, hint }: Common & { readonly placeholder: string }) {
  const { change } = useKubeadmForm()
  const { which } = useDocumentForm()
  const found = argumentsOf(useValue(path))
  return (
    <PairsField
      label={label}
      path={path}
      pairs={found.map((one) => [one.name, one.value])}
      placeholder={placeholder}
      {...(hint === undefined ? {} : { hint })}
      onSet={(name, value, at) =>
        change({
          type: 'argument',
          which: which as Kind,
          path,
          name: name.replace(/^-+/, ''),
          value,
          index: at === null ? null : (found[at]?.index ?? null),
        })
      }
    />
  )
}

/** What is wrong with a value that is no field of its own to type in. */
export function Problems({ path }: { readonly path: Path }) {
  const { problems, which } = useDocumentForm()
  const words = useProblemWords()
  return problemsAt(problems, path, which).map((problem) => (
    <span
      key={`${problem.from}:${problem.reason}`}
      className={problem.severity === 'error' ? 'design-problem bad-text sm' : 'design-problem warn-text sm'}
    >
      {words(problem)}
    </span>
  ))
}
