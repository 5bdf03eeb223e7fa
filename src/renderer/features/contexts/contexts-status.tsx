import { useTranslation } from 'react-i18next'
import type { KubeconfigSnapshot } from '#shared/contract/kubeconfig.ts'
import { Age, StatusItem } from '../../ui/index.ts'
import { isUnreadable } from './context-state.ts'
import { useShortPath } from './context-words.ts'

/** Which files the page's facts come from, and how old they are. */
export function ContextsStatus({ snapshot, said }: { readonly snapshot: KubeconfigSnapshot; readonly said: string }) {
  const { t } = useTranslation('contexts')
  const short = useShortPath()
  const fine = snapshot.files.filter((file) => !isUnreadable(file))
  return (
    <>
      {fine.length > 0 ? (
        <StatusItem tone="ok" note={t('count', { count: snapshot.contexts.length })} title={fine.map((file) => file.path).join('\n')}>
          {t('status.files', { count: fine.length })}
        </StatusItem>
      ) : null}
      {snapshot.files.filter(isUnreadable).map((file) => (
        <StatusItem
          key={file.path}
          tone="warn"
          note={
            <>
              {t('status.lastRead')} <Age at={file.asOf} ago />
            </>
          }
        >
          {t('status.unreadable', { file: short(file.path) })}
        </StatusItem>
      ))}
      <span role="status">{said === '' ? null : <StatusItem tone="ok">{said}</StatusItem>}</span>
      {said === '' ? <StatusItem tone="idle">{t('status.remote')}</StatusItem> : null}
    </>
  )
}
