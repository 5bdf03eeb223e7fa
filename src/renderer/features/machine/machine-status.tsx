import { LoaderCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ToolchainSnapshot } from '#shared/contract/toolchain.ts'
import { Age, StatusItem } from '../../ui/index.ts'
import { engineTone } from '../shell/engine-foot.tsx'

/** How many tools have answered, what the engine said, and how old both are. */
export function MachineStatus({ snapshot, old }: { readonly snapshot: ToolchainSnapshot; readonly old: boolean }) {
  const { t } = useTranslation('machine')
  const { t: shell } = useTranslation('shell')
  const { tools, engine } = snapshot
  const looking = tools.filter((tool) => tool.state === 'loading').length
  const silent = tools.filter((tool) => tool.state === 'unknown').length
  const ages = tools.flatMap((tool) => (tool.asOf === null ? [] : [tool.asOf]))
  const looked = ages.length > 0 ? Math.min(...ages) : null
  return (
    <>
      {looking > 0 ? (
        <StatusItem tone="idle" icon={LoaderCircle} busy>
          {t('status.looking', { count: looking })}
        </StatusItem>
      ) : (
        <StatusItem tone={old ? 'idle' : 'ok'} note={looked === null ? null : <Age at={looked} ago />}>
          {t('status.found', { found: tools.filter((tool) => tool.state === 'found').length, count: tools.length })}
        </StatusItem>
      )}
      {silent > 0 ? <StatusItem tone="warn">{t('status.silent', { count: silent })}</StatusItem> : null}
      <StatusItem
        tone={old ? 'idle' : engineTone[engine.state]}
        {...(engine.state === 'loading' ? { icon: LoaderCircle, busy: true } : {})}
        note={
          <>
            {shell(`engine.${engine.state}`)}
            {engine.asOf === null ? null : (
              <>
                {t('comma')}
                <Age at={engine.asOf} ago />
              </>
            )}
          </>
        }
      >
        {engine.product ?? shell('engine.name')}
      </StatusItem>
    </>
  )
}
