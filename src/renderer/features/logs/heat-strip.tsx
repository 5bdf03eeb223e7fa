import { memo } from 'react'
import { useTranslation } from 'react-i18next'

type HeatStripProps = { readonly heat: readonly number[]; readonly onGo: (part: number) => void }

/** Where along the rows the hits lie; a press goes there. The keys for it are those of next and previous hit. */
export const HeatStrip = memo(function HeatStrip({ heat, onGo }: HeatStripProps) {
  const { t } = useTranslation('logs')
  const most = Math.max(1, ...heat)
  return (
    <div
      className="log-heat"
      title={t('find.heat')}
      onClick={(event) => {
        const { top, height } = event.currentTarget.getBoundingClientRect()
        onGo(Math.min(1, Math.max(0, (event.clientY - top) / height)))
      }}
    >
      <svg viewBox={`0 0 8 ${heat.length}`} preserveAspectRatio="none" aria-hidden>
        {heat.map((count, at) =>
          count === 0 ? null : <rect key={at} y={at} width={8} height={1} opacity={(0.35 + (0.65 * count) / most).toFixed(2)} />,
        )}
      </svg>
    </div>
  )
})
