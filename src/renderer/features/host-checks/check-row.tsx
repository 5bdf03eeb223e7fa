import { ChevronDown, ChevronUp, Wrench } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { HostFinding } from '#shared/contract/host-checks.ts'
import { Button, Cell, IconButton, Row, State } from '../../ui/index.ts'
import { resultLook, useCheckWords } from './check-words.ts'

type CheckRowProps = {
  readonly finding: HostFinding
  readonly open: boolean
  readonly old: boolean
  readonly onToggle: () => void
  readonly onFix: (id: string) => void
}

/** One finding on one line: how bad, what is so, and the way to put it right. */
export function CheckRow({ finding, open, old, onToggle, onFix }: CheckRowProps) {
  const { t } = useTranslation('host-checks')
  const { title, cause } = useCheckWords()(finding)
  const look = resultLook[finding.result]
  return (
    <Row onOpen={onToggle} old={old} id={`check-row-${finding.id}`} {...(open ? { className: 'check-open' } : {})}>
      <Cell>
        <State tone={look.tone} icon={look.icon}>
          {t(`result.${finding.result}`)}
        </State>
      </Cell>
      <Cell className="cut" title={cause}>
        {cause}
      </Cell>
      <Cell className="mono fg-3 cut num-cell check-id" title={finding.id}>
        {finding.id}
      </Cell>
      <Cell className="line check-acts open">
        {finding.fixable ? (
          <Button size="small" icon={Wrench} aria-label={t('ui.fixOf', { check: title })} onClick={() => onFix(finding.id)}>
            {t('ui.fix')}
          </Button>
        ) : null}
        <IconButton
          small
          icon={open ? ChevronUp : ChevronDown}
          label={t(open ? 'ui.close' : 'ui.open', { check: title })}
          aria-expanded={open}
          aria-controls={open ? detailId(finding) : undefined}
          onClick={onToggle}
        />
      </Cell>
    </Row>
  )
}

export const detailId = ({ id }: HostFinding) => `check-${id}`
