import { useTranslation } from 'react-i18next'
import type { CreatePlan } from '#shared/contract/clusters.ts'
import { Select, useFormat } from '../../ui/index.ts'

type ImageSelectProps = { readonly plan: CreatePlan; readonly value: string | null; readonly onValueChange: (image: string) => void }

/** Node images: those the engine holds come first, they need no pull. */
export function ImageSelect({ plan, value, onValueChange }: ImageSelectProps) {
  const { t } = useTranslation('clusters')
  const format = useFormat()
  const shown = value ?? plan.image
  const known = plan.images.some((image) => image.ref === shown)
  const options = [...plan.images]
    .sort((a, b) => Number(b.local) - Number(a.local))
    .map((image) => ({
      value: image.ref,
      label: short(image.ref),
      hint: image.local
        ? image.sizeBytes === null
          ? t('plan.here')
          : t('plan.sizeHere', { size: format.bytes(image.sizeBytes) })
        : t('plan.toPull'),
    }))
  return (
    <Select
      size="small"
      mono
      className="plan-image"
      label={t('plan.image', { image: short(shown) })}
      value={shown}
      onValueChange={onValueChange}
      options={known ? options : [{ value: shown, label: short(shown) }, ...options]}
    />
  )
}

/** Without the digest, which nobody reads in a list. */
const short = (ref: string) => ref.replace(/@sha256:[0-9a-f]+$/, '')
