import { CircleQuestionMark, LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeContext, Reach } from '#shared/contract/kubeconfig.ts'
import { Button, Dialog, State } from '../../ui/index.ts'
import type { Tone } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useReach } from './use-contexts.ts'
import { useSeen } from './use-seen.ts'

const tones: Record<Reach['state'], Tone> = { reachable: 'ok', unreachable: 'bad', unauthorized: 'bad', unknown: 'idle' }

/** Whether the API server answers. A local one is asked when its row is seen, any other only on a press: nothing remote is contacted unasked. */
export function ReachCell({ context }: { readonly context: KubeContext }) {
  const { t } = useTranslation('contexts')
  const { ref, seen } = useSeen<HTMLSpanElement>()
  const reach = useReach(context, seen && context.local === true)
  const ask = (
    <Button
      size="small"
      variant="quiet"
      aria-label={t(reach.data || reach.error ? 'reach.askAgainNamed' : 'reach.askNamed', { name: context.name })}
      onClick={() => void reach.refetch()}
    >
      {t('reach.ask')}
    </Button>
  )
  return (
    <span ref={ref} className="line reach">
      {reach.isFetching ? (
        <State tone="info" icon={LoaderCircle} busy>
          {t('reach.asking')}
        </State>
      ) : reach.data ? (
        <Answer context={context} reach={reach.data} onAgain={() => void reach.refetch()} />
      ) : reach.error ? (
        <>
          <State tone="idle" icon={CircleQuestionMark}>
            {t('reach.unknown')}
          </State>
          <Why context={context} error={reach.error} onAgain={() => void reach.refetch()} />
        </>
      ) : (
        <>
          <State tone="idle" icon={CircleQuestionMark}>
            {t('reach.notAsked')}
          </State>
          {ask}
        </>
      )}
    </span>
  )
}

function Answer({ context, reach, onAgain }: { readonly context: KubeContext; readonly reach: Reach; readonly onAgain: () => void }) {
  const { t } = useTranslation('contexts')
  if (reach.state === 'reachable') {
    return (
      <State tone="ok" reason={<span className="mono">{reach.version}</span>}>
        {reach.tookMs === null ? t('reach.reachable') : t('reach.in', { ms: Math.max(1, Math.round(reach.tookMs)) })}
      </State>
    )
  }
  return (
    <>
      <State tone={tones[reach.state]} {...(reach.state === 'unknown' ? { icon: CircleQuestionMark } : {})}>
        {t(`reach.${reach.state}`)}
      </State>
      {reach.error ? <Why context={context} error={reach.error} onAgain={onAgain} /> : null}
    </>
  )
}

/** The reason in full, with what to do about it. */
function Why({ context, error, onAgain }: { readonly context: KubeContext; readonly error: unknown; readonly onAgain: () => void }) {
  const { t } = useTranslation('contexts')
  const { t: common } = useTranslation('common')
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="small" variant="quiet" aria-label={t('reach.whyNamed', { name: context.name })} onClick={() => setOpen(true)}>
        {t('reach.why')}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={context.name}
        footer={<Button onClick={() => setOpen(false)}>{common('close')}</Button>}
      >
        <ErrorNotice
          error={error}
          onRetry={() => {
            setOpen(false)
            onAgain()
          }}
        />
      </Dialog>
    </>
  )
}
