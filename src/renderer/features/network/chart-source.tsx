import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { networkPlugins } from '#shared/messages/network-plugins.ts'
import { Button, TextInput } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import type { SourceProps } from './text-source.tsx'
import { useTemplate } from './use-network.ts'

/** A chart for the helm of this machine. It is rendered first, so that the same review stands before it. */
export function ChartSource({ clusterId, busy, onGive }: SourceProps) {
  const { t } = useTranslation('network')
  const id = useId()
  const [chart, setChart] = useState('')
  const [release, setRelease] = useState('')
  const [namespace, setNamespace] = useState('kube-system')
  const [values, setValues] = useState('')
  const template = useTemplate(clusterId)
  const given = { chart: chart.trim(), release: release.trim(), namespace: namespace.trim(), values }
  return (
    <div className="network-source">
      <p className="fg-2">{t('install.chartNote', { example: networkPlugins.cilium.offers[0]?.url ?? '' })}</p>
      <label htmlFor={`${id}-chart`}>{t('install.chart')}</label>
      <TextInput id={`${id}-chart`} wide mono value={chart} onValueChange={setChart} />
      <label htmlFor={`${id}-release`}>{t('install.release')}</label>
      <TextInput id={`${id}-release`} wide mono value={release} onValueChange={setRelease} />
      <label htmlFor={`${id}-namespace`}>{t('install.namespace')}</label>
      <TextInput id={`${id}-namespace`} wide mono value={namespace} onValueChange={setNamespace} />
      <label htmlFor={`${id}-values`}>{t('install.values')}</label>
      <textarea
        id={`${id}-values`}
        className="design-area mono network-area"
        spellCheck={false}
        rows={6}
        value={values}
        onChange={(event) => setValues(event.target.value)}
      />
      <div>
        <Button
          variant="primary"
          busy={template.isPending || busy}
          disabled={given.chart === '' || given.release === '' || given.namespace === ''}
          onClick={() => template.mutate(given, { onSuccess: ({ text }) => onGive({ kind: 'chart', chart: given, text }) })}
        >
          {t('install.review')}
        </Button>
      </div>
      {template.error ? <ErrorNotice error={template.error} /> : null}
    </div>
  )
}
