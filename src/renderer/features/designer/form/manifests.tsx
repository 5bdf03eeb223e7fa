import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { Checkbox } from '../../../ui/index.ts'
import { ListField, Row } from '../../document/fields.tsx'
import { ManifestChooser } from '../../document/manifest-chooser.tsx'
import { manifestText } from '../../document/manifest-text.ts'
import { ErrorNotice } from '../../shell/error-notice.tsx'
import { useDesignContext } from '../design-context.ts'
import { namedAddOns } from '../named-add-ons.ts'

const path = ['manifests'] as const

/** Manifests by path, by address, or out of a file; of a file Cove keeps a copy, since nothing tells where it lies. */
export function Manifests({ manifests }: { readonly manifests: readonly string[] }) {
  const { t } = useTranslation('designer')
  const { change } = useDesignContext()
  const keep = useMutation({
    mutationFn: async (file: File) => api.profiles.keepManifest({ name: file.name, text: await manifestText(file) }),
    onSuccess: ({ path: kept }) => {
      if (!manifests.includes(kept)) change({ type: 'add', which: 'extras', path, value: kept })
    },
  })
  return (
    <ListField
      label={t('extras.manifests')}
      which="extras"
      path={path}
      items={manifests}
      placeholder="/home/me/app.yaml"
      hint={t('extras.manifestsHint')}
    >
      <ManifestChooser label={t('extras.chooseFile')} busy={keep.isPending} onChoose={keep.mutate} />
      {keep.error ? <ErrorNotice error={keep.error} /> : null}
    </ListField>
  )
}

/** Add-ons by name: a press puts the address of the project's own manifest into the list, and fetches nothing. */
export function NamedAddOns({ manifests }: { readonly manifests: readonly string[] }) {
  const { t } = useTranslation('designer')
  const { change } = useDesignContext()
  return (
    <Row label={t('addOn.label')} top>
      <ul className="design-add-ons">
        {namedAddOns.map(({ id, name, address }) => (
          <li key={id}>
            <Checkbox
              checked={manifests.includes(address)}
              onCheckedChange={(on) =>
                change(
                  on
                    ? { type: 'add', which: 'extras', path, value: address }
                    : { type: 'value', which: 'extras', path: [...path, manifests.indexOf(address)], value: undefined },
                )
              }
            >
              {name}
            </Checkbox>
            <p className="hint">{t(`addOn.${id}`)}</p>
            <p className="mono sm fg-3">{address}</p>
          </li>
        ))}
      </ul>
      <p className="hint">{t('addOn.hint')}</p>
    </Row>
  )
}
