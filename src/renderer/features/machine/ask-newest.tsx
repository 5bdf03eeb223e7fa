import { CloudDownload } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Tool } from '#shared/contract/toolchain.ts'
import { Age, Button } from '../../ui/index.ts'
import { useAskNewest } from './use-tool-care.ts'

/** Asks the publishers for newer versions, and says when that was done last. */
export function AskNewest({ tools }: { readonly tools: readonly Tool[] }) {
  const { t } = useTranslation('machine')
  const ask = useAskNewest()
  const ages = tools.flatMap(({ newest }) => (newest.asOf === null ? [] : [newest.asOf]))
  return (
    <>
      {ages.length > 0 ? (
        <span className="fg-3 sm newest-age">
          {t('newest.asked')} <Age at={Math.min(...ages)} ago />
        </span>
      ) : null}
      <Button
        size="small"
        icon={CloudDownload}
        busy={ask.isPending || tools.some(({ newest }) => newest.asking)}
        onClick={() => ask.mutate()}
      >
        {t('newest.askAll')}
      </Button>
    </>
  )
}
