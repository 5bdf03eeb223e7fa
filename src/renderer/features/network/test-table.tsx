import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { NetworkCheck, NetworkTest } from '#shared/contract/network.ts'
import { Callout, Cell, GroupRow, Row, State, Table, type Tone } from '../../ui/index.ts'

const tones: Record<NetworkCheck['state'], Tone> = { ok: 'ok', failed: 'bad', unknown: 'warn', pending: 'idle' }

/** Connections by what was asked; above them what those that failed mean. */
export function TestTable({ test }: { readonly test: NetworkTest }) {
  const { t } = useTranslation('network')
  const groups = [...new Set(test.checks.map(({ check }) => check))]
  const failed = groups.filter((check) => test.checks.some((one) => one.check === check && one.state === 'failed'))
  return (
    <>
      {failed.length > 0 ? (
        <ul className="network-findings">
          {failed.map((check) => (
            <li key={check}>
              <Callout tone="bad" title={t(`check.${check}.broken`)}>
                <p className="text-wrap">{t(`check.${check}.cause`)}</p>
              </Callout>
            </li>
          ))}
        </ul>
      ) : null}
      {test.without.length > 0 ? <p className="network-gap fg-2">{t('test.without', { nodes: test.without.join(', ') })}</p> : null}
      <Table
        label={t('test.last')}
        className="network-test"
        columns={[
          { key: 'from', label: t('column.from') },
          { key: 'to', label: t('column.to') },
          { key: 'address', label: t('column.address') },
          { key: 'result', label: t('column.result') },
        ]}
      >
        {groups.map((check) => {
          const rows = test.checks.filter((one) => one.check === check)
          const ok = rows.filter(({ state }) => state === 'ok').length
          return (
            <Fragment key={check}>
              <GroupRow title={t(`check.${check}.title`)} note={t('readyOf', { ready: ok, desired: rows.length })} colSpan={4} />
              {rows.map((one) => (
                <Row key={`${one.from} ${one.to}`}>
                  <Cell className="mono cut" title={one.from}>
                    {one.from}
                  </Cell>
                  <Cell className="mono cut" title={one.toNode ?? undefined}>
                    {one.toNode ?? '–'}
                  </Cell>
                  <Cell className="mono cut" title={one.to}>
                    {one.to}
                  </Cell>
                  <Cell title={one.said || undefined}>
                    <State tone={tones[one.state]} busy={one.state === 'pending'} reason={one.said || undefined}>
                      {t(`result.${one.state}`)}
                    </State>
                  </Cell>
                </Row>
              ))}
            </Fragment>
          )
        })}
      </Table>
    </>
  )
}
