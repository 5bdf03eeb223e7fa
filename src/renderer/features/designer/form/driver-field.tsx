import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { queryUtils } from '../../../api/client.ts'
import { Select } from '../../../ui/index.ts'
import { useDesignContext } from '../design-context.ts'
import { Row } from '../../document/fields.tsx'

const own = 'own'

/** Drivers that this machine can use, and why the others cannot be; any other stands where the document names it. */
export function DriverField({ driver }: { readonly driver: string }) {
  const { t } = useTranslation('designer')
  const { change } = useDesignContext()
  const drivers = useQuery(queryUtils.clusters.drivers.queryOptions()).data ?? []
  const id = useId()
  const known = [...drivers].sort((a, b) => lastness(a) - lastness(b))
  const now = known.find((one) => one.name === driver)
  const why = (one: (typeof known)[number]) =>
    one.problem === null ? undefined : t(`driver.${one.problem}`, { program: one.detail ?? '' })
  return (
    <Row label={t('minikube.driver')} htmlFor={id}>
      <Select
        id={id}
        className="design-field"
        value={driver === '' ? own : driver}
        onValueChange={(next) => change({ type: 'value', path: ['driver'], value: next === own ? undefined : next })}
        options={[
          { value: own, label: t('minikube.own') },
          ...known.map((one) => ({ value: one.name, label: one.name, hint: why(one), disabled: !one.usable })),
          ...(driver === '' || now !== undefined ? [] : [{ value: driver, label: driver }]),
        ]}
      />
      {now === undefined || now.usable ? null : <span className="sm warn-text">{why(now)}</span>}
    </Row>
  )
}

/** What this machine can use first, what it never can last. */
const lastness = (driver: { readonly usable: boolean; readonly problem: string | null }) =>
  driver.usable ? 0 : driver.problem === 'os' ? 2 : 1
