import type { ReactNode } from 'react'

type SegmentedProps<T extends string> = {
  readonly label: string
  readonly value: T
  readonly onValueChange: (value: T) => void
  readonly options: readonly { readonly value: T; readonly label: ReactNode }[]
}

/** Two to five choices that exclude one another. */
export function Segmented<T extends string>({ label, value, onValueChange, options }: SegmentedProps<T>) {
  return (
    <span className="seg" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" aria-pressed={option.value === value} onClick={() => onValueChange(option.value)}>
          {option.label}
        </button>
      ))}
    </span>
  )
}
