import { Keyboard } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton, Kbd, Popover } from '../../ui/index.ts'
import { keysOf, logActions } from './log-keys.ts'

/** The keys of the page. */
export function KeyHelp({ open, onOpenChange }: { readonly open: boolean; readonly onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation('logs')
  return (
    <Popover
      open={open}
      onOpenChange={onOpenChange}
      label={t('keys.label')}
      className="log-panel"
      trigger={<IconButton small icon={Keyboard} label={t('keys.label')} keys="?" />}
    >
      <dl className="log-keys" tabIndex={0} aria-label={t('keys.label')}>
        {logActions.map((action) => (
          <div key={action}>
            <dt>
              {keysOf[action].map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{t(`keys.${action}`)}</dd>
          </div>
        ))}
      </dl>
    </Popover>
  )
}
