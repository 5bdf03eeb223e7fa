import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeUsage } from '#shared/contract/nodes.ts'
import { cx, useFormat } from '../../ui/index.ts'

type UseMeterProps = {
  readonly what: 'cpu' | 'memory'
  readonly usage: NodeUsage | undefined
  readonly short?: boolean
  readonly old?: boolean
}

/** A bar and its number: how much of a node's CPU or memory is used. A dash where nobody says. */
export function UseMeter({ what, usage, short = false, old = false }: UseMeterProps) {
  const { t } = useTranslation('nodes')
  const format = useFormat()
  const used = (what === 'cpu' ? usage?.cpu : usage?.memoryBytes) ?? null
  const all = (what === 'cpu' ? usage?.cpus : usage?.memoryLimitBytes) ?? null
  if (used === null) return <span className="fg-3">–</span>
  const share = all === null || all <= 0 ? null : Math.min(1, used / all)
  const number = (value: number) => (what === 'cpu' ? format.number(value, 2) : format.bytes(value))
  const full = all === null ? number(used) : t(`use.${what}Of`, { used: number(used), all: number(all), count: all })
  return (
    <span className={cx('meter', share !== null && share >= 0.9 && 'warn', old && 'fg-3')} title={t(`use.${what}Title`, { text: full })}>
      <i aria-hidden style={{ '--v': `${Math.round((share ?? 0) * 100)}%` } as CSSProperties} />
      <span>{short ? (share === null ? number(used) : t('use.percent', { value: format.number(share * 100) })) : full}</span>
    </span>
  )
}
