import { useQuery } from '@tanstack/react-query'
import { LoaderCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Engine } from '#shared/contract/toolchain.ts'
import { queryUtils } from '../../api/client.ts'
import { toneIcon } from '../../ui/index.ts'
import type { Tone } from '../../ui/index.ts'
import { RailFoot } from './rail-foot.tsx'

export const engineTone: Record<Engine['state'], Tone> = {
  running: 'ok',
  stopped: 'bad',
  absent: 'bad',
  'no-permission': 'bad',
  'wrong-context': 'bad',
  unknown: 'idle',
  loading: 'idle',
}

/** The container engine at the foot of the rail: without it there are no clusters. */
export function EngineFoot() {
  const { t } = useTranslation('shell')
  const toolchain = useQuery(queryUtils.toolchain.list.queryOptions())
  const engine = toolchain.data?.engine
  const state = engine?.state ?? 'loading'
  const name = engine?.product ?? t('engine.name')
  const words = [engine?.version?.replace(/\+.*$/, ''), t(`engine.${state}`)].filter(Boolean).join(' · ')
  return (
    <RailFoot
      icon={state === 'loading' ? LoaderCircle : toneIcon(engineTone[state])}
      tone={engineTone[state]}
      spin={state === 'loading'}
      name={name}
      words={words}
    />
  )
}
