import { Fragment } from 'react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'

export type KeyValueItem =
  | { readonly key: string; readonly label: ReactNode; readonly value: ReactNode; readonly mono?: boolean }
  | null
  | false
  | undefined

export function KeyValue({ items, className }: { readonly items: readonly KeyValueItem[]; readonly className?: string }) {
  const shown = items.filter((item): item is Exclude<KeyValueItem, null | false | undefined> => Boolean(item))
  if (shown.length === 0) return null
  return (
    <dl className={cx('kv', className)}>
      {shown.map((item) => (
        <Fragment key={item.key}>
          <dt>{item.label}</dt>
          <dd className={cx(item.mono && 'mono')}>{item.value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
