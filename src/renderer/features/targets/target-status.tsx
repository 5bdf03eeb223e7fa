import { LoaderCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { TargetId } from '#shared/contract/targets.ts'
import { Age, StatusItem } from '../../ui/index.ts'
import { stateLook, stateWord, useTargetName } from './target-words.ts'
import { useLook, useTargets } from './use-targets.ts'

/** The machine that a tab is about, and when it was last reached. */
export function TargetStatus({ id }: { readonly id: TargetId }) {
  const { t } = useTranslation('targets')
  const name = useTargetName()
  const target = useTargets().data?.find((one) => one.id === id)
  const look = useLook(id, false)
  if (!target) return null
  if (look.isFetching)
    return (
      <StatusItem tone="idle" icon={LoaderCircle} busy>
        {name(target)}
      </StatusItem>
    )
  const reached = look.data && !look.error
  return (
    <StatusItem
      tone={reached ? 'ok' : look.error ? 'bad' : stateLook[target.state].tone}
      note={
        <>
          {t(`state.${reached ? 'up' : look.error ? 'unreachable' : stateWord(target)}`)}
          {reached ? (
            <>
              {t('comma')}
              <Age at={look.dataUpdatedAt} ago />
            </>
          ) : null}
        </>
      }
    >
      {name(target)}
    </StatusItem>
  )
}

/** GOOS/GOARCH of it, once it was reached. */
export function TargetBuild({ id }: { readonly id: TargetId }) {
  const look = useLook(id, false).data
  return look ? <span className="mono">{`${look.os}/${look.arch}`}</span> : null
}
