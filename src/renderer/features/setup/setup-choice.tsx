import { useNavigate } from '@tanstack/react-router'
import { Boxes, SearchCheck, Server, SquareTerminal } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { SetupIntent } from '#shared/contract/setup.ts'
import { Icon, type LucideIcon, Segmented, Toolbar } from '../../ui/index.ts'
import { intents, useSetupSearch } from './use-setup-search.ts'

const icons: Record<SetupIntent, LucideIcon> = { cluster: Boxes, kubectl: SquareTerminal, node: Server, look: SearchCheck }

/** What the person wants, above the plan, once something was chosen. */
export function SetupHead() {
  const { t } = useTranslation('setup')
  const { intent } = useSetupSearch()
  const choose = useChoose()
  if (intent === undefined) return null
  return (
    <Toolbar className="setup-head">
      <Segmented
        label={t('question')}
        value={intent}
        onValueChange={choose}
        options={intents.map((value) => ({ value, label: t(`intent.${value}.title`) }))}
      />
    </Toolbar>
  )
}

/** The question that the rest follows from. */
export function SetupQuestion() {
  const { t } = useTranslation('setup')
  const choose = useChoose()
  return (
    <section className="setup-question" aria-labelledby="setup-question">
      <h2 id="setup-question">{t('question')}</h2>
      <p className="fg-2">{t('lead')}</p>
      <ul className="setup-intents">
        {intents.map((intent) => (
          <li key={intent}>
            <button type="button" className="setup-intent" onClick={() => choose(intent)}>
              <Icon of={icons[intent]} />
              <span className="setup-intent-title">{t(`intent.${intent}.title`)}</span>
              <span className="fg-2">{t(`intent.${intent}.text`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function useChoose(): (intent: SetupIntent) => void {
  const navigate = useNavigate()
  const { target } = useSetupSearch()
  return (intent) => void navigate({ to: '/machine', search: { tab: 'setup', intent, ...(target ? { target } : {}) }, replace: true })
}
