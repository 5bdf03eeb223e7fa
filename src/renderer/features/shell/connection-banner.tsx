import { RotateCw, Unplug } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { connection } from '../../api/client.ts'
import { Button, Callout } from '../../ui/index.ts'

/** Says that what is shown may be old, as long as core does not answer. */
export function ConnectionBanner() {
  const { t } = useTranslation('shell')
  const state = useSyncExternalStore(connection.subscribe, connection.getSnapshot)
  if (state !== 'lost') return null
  return (
    <div className="lost-banner">
      <Callout
        tone="warn"
        icon={Unplug}
        alert
        title={t('lost.title')}
        actions={
          <Button size="small" icon={RotateCw} onClick={() => connection.retry()}>
            {t('lost.retry')}
          </Button>
        }
      >
        {t('lost.text')}
      </Callout>
    </div>
  )
}
