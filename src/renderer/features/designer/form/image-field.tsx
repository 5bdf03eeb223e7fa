import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { FieldError, Icon, Select, useFormat } from '../../../ui/index.ts'
import { CircleCheck, Download } from 'lucide-react'
import { useErrorWords } from '../../shell/error-words.ts'
import { useDesignContext } from '../design-context.ts'

/** The field that chooses Kubernetes for the whole cluster. */
export const versionFieldId = 'design-version'
const unset = '\u0000'
const imageCodes = ['image-invalid', 'image-not-found', 'image-pull-failed', 'kubernetes-needs-cgroup-v2']

/** A node image, or a Kubernetes version: those that are here first, with their size. `mixed`: the nodes do not agree. */
export function ImageField({
  label,
  image,
  mixed = false,
  problems = false,
  onImage,
}: {
  readonly label: string
  readonly image: string
  readonly mixed?: boolean
  /** It is the one of the whole cluster: it also says what the machine has against it. */
  readonly problems?: boolean
  readonly onImage: (image: string) => void
}) {
  const { t } = useTranslation('designer')
  const format = useFormat()
  const { plan, planProblems } = useDesignContext()
  const words = useErrorWords()
  const own = useId()
  const id = problems ? versionFieldId : own
  const known = [...(plan?.images ?? [])].sort((a, b) => Number(b.local) - Number(a.local))
  const here = (size: number | null) => (size === null ? t('image.here') : t('image.hereSize', { size: format.bytes(size) }))
  const options = [
    { value: unset, label: t('image.best'), hint: plan === null || plan.image === '' ? undefined : short(plan.image) },
    ...known.map((one) => ({ value: one.ref, label: short(one.ref), hint: one.local ? here(one.sizeBytes) : t('image.toPull') })),
    ...(image === '' || known.some((one) => one.ref === image) ? [] : [{ value: image, label: short(image), hint: undefined }]),
  ]
  const chosen = known.find((one) => one.ref === (image === '' ? plan?.image : image))
  const problem = problems ? planProblems.find((one) => imageCodes.includes(one.code)) : undefined
  return (
    <div className="form-row">
      <label htmlFor={id}>{label}</label>
      <div className="design-value">
        <Select
          id={id}
          mono={image !== '' && !mixed}
          className="design-field"
          value={mixed ? 'mixed' : image === '' ? unset : image}
          onValueChange={(next) => onImage(next === unset ? '' : next)}
          options={mixed ? [{ value: 'mixed', label: t('image.mixed'), disabled: true }, ...options] : options}
        />
        {mixed || chosen === undefined ? null : (
          <span className="line sm fg-3">
            <Icon of={chosen.local ? CircleCheck : Download} tone={chosen.local ? 'ok' : 'idle'} small />
            {image === '' ? <span className="mono">{short(chosen.ref)}</span> : null}
            {chosen.local ? here(chosen.sizeBytes) : t('image.toPull')}
          </span>
        )}
        {problem === undefined ? null : (
          <FieldError>
            {words(problem).title}
            {t('sentence')}
            {words(problem).cause}
          </FieldError>
        )}
      </div>
    </div>
  )
}

/** Without the digest, which nobody reads in a list, and without the usual repository. */
const short = (ref: string) => ref.replace(/@sha256:[0-9a-f]+$/, '').replace(/^kindest\/node:/, '')
