import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { networkPluginIds, networkPlugins } from '#shared/messages/network-plugins.ts'
import { Button, Callout, Select, TextInput, useFormat } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import type { SourceProps } from './text-source.tsx'
import { useFetchManifest } from './use-network.ts'

const offers = networkPluginIds.flatMap((id) =>
  networkPlugins[id].offers
    .filter(({ kind }) => kind === 'manifest')
    .map(({ version, url }) => ({ value: url, label: `${networkPlugins[id].name} ${version}` })),
)

/** An address that the person gives or takes from those of the publishers; it is asked when the button is pressed, not before. */
export function AddressSource({ busy, onGive }: SourceProps) {
  const { t } = useTranslation('network')
  const id = useId()
  const format = useFormat()
  const [url, setUrl] = useState('')
  const fetched = useFetchManifest()
  const got = fetched.data
  const change = (next: string) => {
    fetched.reset()
    setUrl(next)
  }
  return (
    <div className="network-source">
      <label htmlFor={`${id}-offers`}>{t('install.offers')}</label>
      <Select
        id={`${id}-offers`}
        value={offers.some(({ value }) => value === url) ? url : ''}
        onValueChange={change}
        options={[{ value: '', label: t('install.own') }, ...offers]}
      />
      <label htmlFor={`${id}-url`}>{t('install.url')}</label>
      <TextInput id={`${id}-url`} wide mono value={url} placeholder="https://" onValueChange={change} />
      <p className="fg-2">{t('install.urlNote')}</p>
      <div>
        <Button busy={fetched.isPending} disabled={!/^https?:\/\/\S+$/.test(url.trim())} onClick={() => fetched.mutate(url.trim())}>
          {t('install.get')}
        </Button>
      </div>
      {fetched.error ? <ErrorNotice error={fetched.error} /> : null}
      {got ? (
        <Callout
          tone="info"
          title={t('install.got', { size: format.bytes(got.bytes) })}
          actions={
            <Button variant="primary" busy={busy} onClick={() => onGive({ kind: 'manifest', name: url.trim(), text: got.text })}>
              {t('install.review')}
            </Button>
          }
        >
          {got.redirected ? <p className="text-wrap">{t('install.redirected', { url: got.url })}</p> : null}
          <p className="mono text-wrap">SHA-256 {got.sha256}</p>
        </Callout>
      ) : null}
    </div>
  )
}
