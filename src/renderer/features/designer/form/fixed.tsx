import { Lock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../ui/index.ts'
import { useDesignContext } from '../design-context.ts'

/** Beside settings that a cluster keeps for its life; only where the document is of one that lives. */
export function Fixed() {
  const { t } = useTranslation('designer')
  const { living } = useDesignContext()
  return living === null ? null : <Badge icon={Lock}>{t('living.fixed')}</Badge>
}
