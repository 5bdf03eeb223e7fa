import { useTranslation } from 'react-i18next'
import type { Profiles } from '#shared/contract/profiles.ts'
import { Callout } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'

/** Files of the folder that are no profile as they stand: named, and left alone. */
export function DamagedFiles({ damaged }: { readonly damaged: Profiles['damaged'] }) {
  const { t } = useTranslation('profiles')
  const words = useErrorWords()
  return damaged.map(({ id, file, problem }) => (
    <Callout key={id} tone="warn" className="page-notice" title={t('damaged.title', { file: `${id}.yaml` })}>
      <p>{words(problem).cause}</p>
      <p className="fg-2">
        {t('damaged.text')} <span className="mono text">{file}</span>
      </p>
    </Callout>
  ))
}
