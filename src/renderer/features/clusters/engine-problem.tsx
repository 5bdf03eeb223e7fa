import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Engine } from '#shared/contract/toolchain.ts'
import { api, queryUtils } from '../../api/client.ts'
import { Age, Button, Callout, Code, KeyValue } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'

export const engineFails = (engine: Engine | undefined) => engine !== undefined && engine.state !== 'running' && engine.state !== 'loading'

/** Exactly what is wrong with the container engine, and what to do about it on this system. Cove does not run these commands. */
export function EngineProblem({ engine, title }: { readonly engine: Engine; readonly title?: boolean }) {
  const { t } = useTranslation('clusters')
  const { t: common } = useTranslation('common')
  const queryClient = useQueryClient()
  const words = useErrorWords()(
    engine.error ?? {
      code: codes[engine.state],
      facts: { endpoint: engine.endpoint, context: engine.context, reason: null, user: null },
      commandId: null,
    },
  )
  const check = useMutation({
    mutationFn: () => api.toolchain.refresh(),
    onSuccess: async (snapshot) => {
      queryClient.setQueryData(queryUtils.toolchain.list.queryKey(), snapshot)
      await api.clusters.refresh().then((clusters) => queryClient.setQueryData(queryUtils.clusters.list.queryKey(), clusters))
    },
  })
  return (
    <Callout
      tone={engine.state === 'unknown' ? 'warn' : 'bad'}
      alert
      title={words.title}
      actions={
        <>
          <Button {...(title ? { variant: 'primary' as const } : {})} icon={RotateCw} busy={check.isPending} onClick={() => check.mutate()}>
            {common('checkAgain')}
          </Button>
          {engine.asOf === null ? null : (
            <span className="fg-3 sm">
              {t('engine.looked')} <Age at={engine.asOf} ago />
            </span>
          )}
        </>
      }
    >
      <KeyValue
        items={[
          { key: 'cause', label: common('error.cause'), value: words.cause },
          { key: 'fix', label: common('error.fix'), value: words.fix },
        ]}
      />
      {engine.advice.map((advice) => (
        <div key={advice.id} className="advice">
          <p>{t(`advice.${advice.id}`, { defaultValue: t('advice.other') })}</p>
          {advice.commands.length > 0 ? <Code text={advice.commands.join('\n')} label={common('error.command')} wrap /> : null}
        </div>
      ))}
    </Callout>
  )
}

const codes = {
  running: 'engine-unknown',
  loading: 'engine-unknown',
  unknown: 'engine-unknown',
  stopped: 'engine-stopped',
  absent: 'engine-absent',
  'no-permission': 'engine-no-permission',
  'wrong-context': 'engine-wrong-context',
} as const

/** The engine as known now. */
export function useEngine() {
  return useQuery(queryUtils.toolchain.list.queryOptions()).data?.engine
}
