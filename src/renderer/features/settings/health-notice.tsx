import { useTranslation } from 'react-i18next'
import type { SettingsState } from '#shared/contract/settings.ts'
import { Callout, CopyButton } from '../../ui/index.ts'

/** What became of a settings file that could not be read as it was. */
export function HealthNotice({ state, id }: { readonly state: SettingsState; readonly id: string }) {
  const { t } = useTranslation('settings')
  if (state.health === 'ok') return null
  return (
    <div id={id} className="page-notice">
      <Callout tone="warn" alert title={t(`health.${state.health}.title`)}>
        <p>{t(`health.${state.health}.text`)}</p>
        {state.asideFile ? (
          <p className="setting-path">
            {t('health.aside')} <span className="mono text-wrap text">{state.asideFile}</span>
            <CopyButton text={state.asideFile} label={t('copyPath')} />
          </p>
        ) : null}
      </Callout>
    </div>
  )
}
