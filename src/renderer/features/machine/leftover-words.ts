import { useTranslation } from 'react-i18next'
import type { Leftover } from '#shared/contract/leftovers.ts'

/** Names are of any length; a volume's are 64 digits that nobody reads. */
export const shortName = (item: Pick<Leftover, 'name'>): string =>
  /^[0-9a-f]{64}$/.test(item.name) ? `${item.name.slice(0, 12)}…` : item.name

/** Why something is thought a leftover, as one sentence. */
export function useLeftoverWhy(): (item: Leftover) => string {
  const { t } = useTranslation('leftovers')
  return (item) => t(`why.${item.why.code}`, item.why.facts)
}
