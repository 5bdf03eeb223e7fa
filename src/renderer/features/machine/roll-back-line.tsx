import { History, Redo2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Tool, ToolAbout } from '#shared/contract/toolchain.ts'
import { Age, Button } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useRollBack } from './use-tool-care.ts'

/** The copy of Cove's before the present one, and the way to it; or that it was gone back to, and the way forward. Null where there is neither. */
export function useRollBackLine(tool: Tool, about: ToolAbout | undefined) {
  const { t } = useTranslation('machine')
  const rollBack = useRollBack(tool.name)
  const back = tool.rolledBack
  const to = about?.rollBackTo ?? null
  // Where the newest copy cannot be used, the one before it is in use already.
  if (back === null && (to === null || to === tool.used?.version)) return null
  return (
    <span className="tool-line">
      {back ? (
        <span>
          {t('rollBack.done', { from: back.from, to: back.to })}
          <span className="fg-3">
            {t('comma')}
            <Age at={back.at} ago />
          </span>
        </span>
      ) : (
        <span>{t('rollBack.kept', { version: to })}</span>
      )}
      <Button
        size="small"
        icon={back ? Redo2 : History}
        busy={rollBack.isPending}
        disabled={tool.jobId !== null}
        onClick={() => rollBack.mutate(back !== null)}
      >
        {back ? t('rollBack.forward', { version: back.from }) : t('rollBack.do', { version: to })}
      </Button>
      {rollBack.error ? <ErrorNotice className="tool-notice" error={rollBack.error} /> : null}
    </span>
  )
}
