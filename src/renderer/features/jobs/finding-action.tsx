import { Link } from '@tanstack/react-router'
import { Boxes, Brush, MonitorCog, Settings2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Finding } from '#shared/contract/findings.ts'
import { buttonClass, CopyButton, Icon } from '../../ui/index.ts'
import type { LucideIcon } from '../../ui/index.ts'

/** What raises the limits until the next start of the system: https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files */
const inotifyCommand = 'sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512'

/** The button that does what a finding proposes; nothing where the job itself has to be started again for it. */
export function FindingAction({ finding }: { readonly finding: Pick<Finding, 'action'> }) {
  const { t } = useTranslation('jobs')
  switch (finding.action) {
    case 'open-machine':
      return <To to="/machine" icon={MonitorCog} words={t('finding.action.open-machine')} />
    case 'open-settings':
      return <To to="/settings" icon={Settings2} words={t('finding.action.open-settings')} />
    case 'delete-cluster':
      return <To to="/clusters" icon={Boxes} words={t('finding.action.delete-cluster')} />
    case 'free-disk':
      return <To to="/machine" tab="leftovers" icon={Brush} words={t('finding.action.free-disk')} />
    case 'raise-inotify':
      return (
        <CopyButton size="normal" variant="plain" text={inotifyCommand}>
          {t('finding.action.raise-inotify')}
        </CopyButton>
      )
    default:
      return null
  }
}

function To({
  to,
  tab,
  icon,
  words,
}: {
  readonly to: '/machine' | '/settings' | '/clusters'
  readonly tab?: 'leftovers'
  readonly icon: LucideIcon
  readonly words: string
}) {
  return (
    <Link to={to} search={tab ? { tab } : {}} className={buttonClass('plain')}>
      <Icon of={icon} />
      {words}
    </Link>
  )
}
