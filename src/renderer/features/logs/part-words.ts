import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogPart } from '#shared/contract/logs.ts'
import { harmless } from '../../ui/index.ts'

/** A part in the words of a title. */
export function usePartWords(): (part: LogPart) => string {
  const { t } = useTranslation('logs')
  return useCallback(
    (part) => {
      const inside = (name: string, container: string | null) =>
        container === null ? harmless(name) : t('part.container', { name, container })
      switch (part.kind) {
        case 'pod':
          return inside(part.pod, part.container)
        case 'workload':
          return inside(part.name, part.container)
        case 'selector': {
          const where = part.namespace ?? ''
          if (part.selector === '') return where === '' ? t('part.all') : t('part.namespace', { namespace: where })
          return where === '' ? harmless(part.selector) : t('part.selector', { selector: part.selector, namespace: where })
        }
        case 'journal':
          return t('part.journal', { unit: part.unit, node: part.node })
        case 'gone':
          return t('part.container', { name: part.pod, container: part.container })
        case 'file':
          return harmless(part.path.split(/[\\/]/).at(-1) ?? part.path)
        case 'upload':
          return harmless(part.name)
      }
    },
    [t],
  )
}
