import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostComparison } from '#shared/contract/host-checks.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { Button, Cell, Checkbox, Dialog, Row, State, Table } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { useTargetPlace } from '../targets/use-target-place.ts'
import { useTargets } from '../targets/use-targets.ts'
import { resultLook, useCheckWords } from './check-words.ts'
import { useCompare } from './use-checks.ts'

/** Which other machines would be in the same cluster, and whether they differ where they must. */
export function CompareDialog({ target, onClose }: { readonly target: TargetId; readonly onClose: () => void }) {
  const { t } = useTranslation('host-checks')
  const { t: common } = useTranslation('common')
  const place = useTargetPlace()
  const targets = useTargets()
  const compare = useCompare()
  const [chosen, setChosen] = useState<ReadonlySet<TargetId>>(new Set())
  const others = (targets.data ?? []).filter((one) => one.id !== target && one.state !== 'down')
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('ui.compare.title')}
      description={t('ui.compare.lead')}
      footer={
        <>
          <Button onClick={onClose}>{common('close')}</Button>
          <Button
            variant="primary"
            disabled={chosen.size === 0}
            busy={compare.isPending}
            onClick={() => compare.mutate([target, ...chosen])}
          >
            {t('ui.compare.do')}
          </Button>
        </>
      }
    >
      {others.length === 0 ? (
        <p>{t('ui.compare.none')}</p>
      ) : (
        <fieldset className="compare-targets">
          <legend>{t('ui.compare.with', { name: place(target).name })}</legend>
          {others.map((one) => (
            <Checkbox
              key={one.id}
              checked={chosen.has(one.id)}
              onCheckedChange={(on) => setChosen(new Set(on ? [...chosen, one.id] : [...chosen].filter((id) => id !== one.id)))}
            >
              {place(one.id).name}
            </Checkbox>
          ))}
        </fieldset>
      )}
      {compare.error ? <ErrorNotice error={compare.error} /> : null}
      {compare.data ? <Compared comparison={compare.data} /> : null}
    </Dialog>
  )
}

function Compared({ comparison: { machines, unreached } }: { readonly comparison: HostComparison }) {
  const { t } = useTranslation('host-checks')
  const words = useCheckWords()
  const place = useTargetPlace()
  const wrong = machines.flatMap(({ target, findings }) =>
    findings.flatMap((finding) => (finding.result === 'problem' || finding.result === 'unknown' ? [{ target, finding }] : [])),
  )
  return (
    <>
      {unreached.map(({ target, error }) => (
        <ErrorNotice key={target} tone="warn" error={error} />
      ))}
      {wrong.length === 0 ? (
        machines.length > 1 ? (
          <p role="status">
            <State tone="ok">{t('ui.compare.fine')}</State>
          </p>
        ) : null
      ) : (
        <Table
          label={t('ui.compare.title')}
          className="compare-table"
          columns={[
            { key: 'result', label: t('ui.column.result') },
            { key: 'machine', label: t('ui.compare.machine') },
            { key: 'check', label: t('ui.column.check') },
          ]}
        >
          {wrong.map(({ target, finding }) => (
            <Row key={`${target} ${finding.id}`}>
              <Cell>
                <State tone={resultLook[finding.result].tone} icon={resultLook[finding.result].icon}>
                  {t(`result.${finding.result}`)}
                </State>
              </Cell>
              <Cell className="mono cut">{place(target).name}</Cell>
              <Cell className="cut" title={words(finding).cause}>
                {words(finding).cause}
              </Cell>
            </Row>
          ))}
        </Table>
      )}
    </>
  )
}
