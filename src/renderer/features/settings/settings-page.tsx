import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { SettingsState } from '#shared/contract/settings.ts'
import { toolNames } from '#shared/messages/tool-names.ts'
import { Scroll, SkeletonRows, StatusItem, Table } from '../../ui/index.ts'
import { useToolchain } from '../machine/use-toolchain.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { Page } from '../shell/page.tsx'
import { AboutSection } from './about-section.tsx'
import { AddressSetting } from './address-setting.tsx'
import { ChoiceSetting } from './choice-setting.tsx'
import { HealthNotice } from './health-notice.tsx'
import { mirrored, mirrorKinds } from './mirrors.ts'
import { ToolChoice } from './tool-choice.tsx'
import { useSettings } from './use-settings.ts'
import './settings.css'

/** How Cove behaves: language, look, where downloads come from, which tools it uses. */
export function SettingsPage() {
  const { t } = useTranslation('settings')
  const { t: common } = useTranslation('common')
  const settings = useSettings()
  const state = settings.data
  return (
    <Page
      title={t('title')}
      status={
        state ? (
          <StatusItem tone={state.health === 'ok' ? 'ok' : 'warn'} title={state.file}>
            {t(state.health === 'from-the-future' ? 'status.readOnly' : 'status.kept')}
          </StatusItem>
        ) : null
      }
    >
      <Scroll>
        {settings.error ? <ErrorNotice className="page-notice" error={settings.error} onRetry={() => void settings.refetch()} /> : null}
        {state ? <SettingsForm state={state} /> : null}
        {!state && !settings.error ? (
          <Table label={t('title')} columns={[{ key: 'setting', label: t('title') }]} className="settings-loading" busy>
            <SkeletonRows rows={8} columns={1} label={common('loading')} />
          </Table>
        ) : null}
      </Scroll>
    </Page>
  )
}

/** Names of languages are in their own language, so that those who cannot read the present one find theirs. */
const languages = [
  { value: 'en', label: 'English' },
  { value: 'zh-CN', label: '简体中文' },
] as const

function SettingsForm({ state }: { readonly state: SettingsState }) {
  const { t } = useTranslation('settings')
  const healthId = useId()
  const { list } = useToolchain()
  const { settings } = state
  const readOnly = state.health === 'from-the-future'
  const typed = { readOnly, readOnlyId: healthId }
  return (
    <div className="settings">
      <HealthNotice state={state} id={healthId} />
      <section className="settings-part" aria-labelledby="settings-look">
        <h2 id="settings-look">{t('look.title')}</h2>
        <ChoiceSetting
          label={t('look.language')}
          value={settings.language}
          options={[{ value: 'system', label: t('look.system') }, ...languages]}
          patch={(language) => ({ language })}
          readOnly={readOnly}
        />
        <ChoiceSetting
          label={t('look.theme')}
          value={settings.theme}
          options={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`look.${value}`) }))}
          patch={(theme) => ({ theme })}
          readOnly={readOnly}
        />
      </section>
      <section className="settings-part" aria-labelledby="settings-downloads">
        <h2 id="settings-downloads">{t('downloads.title')}</h2>
        <p className="fg-2">{t('downloads.lead')}</p>
        {mirrorKinds.map((kind) => (
          <AddressSetting
            key={kind}
            {...typed}
            kind={mirrored[kind].address}
            label={t(`downloads.${kind}`)}
            saved={settings.mirrors[kind]}
            placeholder={mirrored[kind].publisher}
            hint={t(`downloads.${kind}Hint`)}
            example={mirrored[kind].example}
            patch={(address) => ({ mirrors: { [kind]: address } })}
          />
        ))}
        <AddressSetting
          {...typed}
          kind="proxy"
          label={t('downloads.proxy')}
          saved={settings.proxy}
          placeholder="http://proxy.example:8080"
          hint={t('downloads.proxyHint')}
          patch={(proxy) => ({ proxy })}
        />
      </section>
      <section className="settings-part" aria-labelledby="settings-tools">
        <h2 id="settings-tools">{t('tools.title')}</h2>
        <p className="fg-2">{t('tools.lead')}</p>
        <ChoiceSetting
          label={t('tools.newest')}
          value={settings.askNewest ? 'daily' : 'never'}
          options={[
            { value: 'never', label: t('tools.newestNever') },
            { value: 'daily', label: t('tools.newestDaily') },
          ]}
          patch={(when) => ({ askNewest: when === 'daily' })}
          readOnly={readOnly}
        />
        {list.error ? <ErrorNotice error={list.error} onRetry={() => void list.refetch()} /> : null}
        {toolNames.map((name) => (
          <ToolChoice
            key={name}
            {...typed}
            name={name}
            tool={list.data?.tools.find((tool) => tool.name === name) ?? null}
            chosen={settings.tools[name] ?? null}
          />
        ))}
      </section>
      <AboutSection state={state} />
    </div>
  )
}
