import { useTranslation } from 'react-i18next'
import { useFormat } from '../../ui/index.ts'

/** Why a backup was made, in words. Core writes a short English line; one that is not known here is shown as it is. */
export function useBackupReason(): (reason: string) => string {
  const { t } = useTranslation('contexts')
  const format = useFormat()
  return (reason) => {
    const [, verb = '', rest = ''] = /^(use|namespace|restore|delete|create|context removed)(?: (.+))?$/.exec(reason) ?? []
    const [, namespace = '', name = ''] = /^(\S*) ?for (.+)$/.exec(rest) ?? []
    const at = Date.parse(rest)
    switch (verb) {
      case 'use':
        return t('reason.use', { name: rest })
      case 'namespace':
        return namespace === '' ? t('reason.noNamespace', { name }) : t('reason.namespace', { namespace, name })
      case 'restore':
        return Number.isNaN(at) ? t('reason.restore') : t('reason.restoreOf', { time: format.dateTime(at) })
      case 'delete':
        return t('reason.delete', { name: rest })
      case 'create':
        return t('reason.create', { name: rest })
      case 'context removed':
        return t('reason.remove')
      default:
        return reason
    }
  }
}
